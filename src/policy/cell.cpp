#include "cell.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace caveat::policy {
namespace {

using community::bit;
using community::Verb;

bool is_dash(std::string_view word) { return word == "-" || word == "\u2013"; }

std::optional<Verb> letter(std::string_view word) {
    if (word == "R") return Verb::receive;
    if (word == "P" || word == "m") return Verb::post;
    if (word == "A") return Verb::archive;
    if (word == "C") return Verb::manage;
    return std::nullopt;
}

// Reads one word into the cell; returns what is wrong with it, empty if nothing.
std::string take_word(Cell& cell, std::string_view word) {
    if (const auto verb = letter(word)) {
        if ((cell.verbs & bit(*verb)) != 0)
            return word == "m" || word == "P" ? "posting is said twice" : fmt::format("'{}' is said twice", word);
        cell.verbs = static_cast<community::Verbs>(cell.verbs | bit(*verb));
        if (word == "m") cell.moderated = true;
        return {};
    }
    if (word == "own") return cell.own = true, std::string();
    if (word == "+decision") return cell.decision = true, std::string();
    if (word == "+representative") return cell.representative = true, std::string();
    if (word.size() > 2 && word.front() == '[' && word.back() == ']') {
        const auto label = community::tlp_from(word.substr(1, word.size() - 2));
        if (!label) return fmt::format("'{}' names no label", word);
        cell.limit = *label;
        return {};
    }
    return fmt::format("'{}' means nothing here", word);
}

}  // namespace

std::vector<std::string_view> split_words(std::string_view text) {
    std::vector<std::string_view> words;
    while (true) {
        const auto begin = text.find_first_not_of(" \t");
        if (begin == std::string_view::npos) return words;
        text.remove_prefix(begin);
        const auto end = std::min(text.find_first_of(" \t"), text.size());
        words.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
}

std::variant<Cell, std::string> parse_cell(std::string_view text) {
    const auto words = split_words(text);
    if (words.empty()) return "the cell is empty";
    Cell cell;
    if (words.size() == 1 && is_dash(words.front())) return cell;
    for (const auto word : words) {
        if (auto wrong = take_word(cell, word); !wrong.empty()) return wrong;
    }
    if (cell.verbs == 0) return "the cell grants nothing";
    return cell;
}

int parse_months(std::string_view text) {
    const auto words = split_words(text);
    if (words.size() != 2) return 0;
    int count = 0;
    const auto [end, error] = std::from_chars(words[0].data(), words[0].data() + words[0].size(), count);
    if (error != std::errc{} || end != words[0].data() + words[0].size() || count < 1 || count > 1200) return 0;
    if (words[1] == "year" || words[1] == "years") return count <= 100 ? count * 12 : 0;
    return words[1] == "month" || words[1] == "months" ? count : 0;
}

std::string listed(const std::vector<std::string>& words) { return fmt::format("{}", fmt::join(words, ", ")); }

}  // namespace caveat::policy
