// What a reply says that may confirm. Robots often bear no mark of one, and who never asked answers "no" before they read on.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "caveat/commands/words.hpp"

namespace caveat::commands {
namespace {

constexpr std::size_t most_own_lines = 12;  // below them is whatever a program puts under every mail

constexpr auto confirming = std::to_array<std::string_view>({"confirm", "confirmed", "yes", "ok", "okay", "i confirm", "please confirm"});

// Whole words, in the languages of the region and those of most mail; where words are not parted by blanks, also within.
constexpr auto refusing = std::to_array<std::string_view>(
    {"no",   "nope",   "not",   "dont",    "don't",  "didn't", "didnt",  "never",      "stop",  "cancel", "wrong",  "refuse", "reject",
     "deny", "denied", "abort", "decline", "nein",   "nicht",  "non",    "nie",        "tidak", "bukan",  "jangan", "không",  "нет",
     "үгүй", "ไม่",     "नहीं",   "না",      "いいえ", "いえ",   "ません", "していない", "不是",  "没有",   "沒有",   "아니",   "않"});
constexpr auto parted_by_nothing =
    std::to_array<std::string_view>({"ไม่", "いいえ", "ません", "していない", "不是", "没有", "沒有", "아니", "않", "不在"});
constexpr auto away =
    std::to_array<std::string_view>({"out of office", "out of the office", "on leave", "on vacation", "on holiday", "annual leave",
                                     "away from", "auto reply", "auto-reply", "automatic reply", "autoreply", "abwesend"});
constexpr auto of_robots = std::to_array<std::string_view>({"automatic reply",
                                                            "automatic response",
                                                            "autoreply",
                                                            "auto-reply",
                                                            "auto reply",
                                                            "auto:",
                                                            "autoresponse",
                                                            "auto response",
                                                            "autosvar",
                                                            "out of office",
                                                            "out-of-office",
                                                            "out of the office",
                                                            "ooo:",
                                                            "vacation",
                                                            "on leave",
                                                            "abwesend",
                                                            "automatische",
                                                            "réponse automatique",
                                                            "respuesta automática",
                                                            "risposta automatica",
                                                            "自动",
                                                            "自動",
                                                            "자동",
                                                            "ตอบกลับอัตโนมัติ"});

std::string lowered(std::string_view text) {
    std::string small(text);
    std::transform(small.begin(), small.end(), small.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    constexpr std::string_view apostrophe = "\xe2\x80\x99";  // as phones write it
    for (auto at = small.find(apostrophe); at != std::string::npos; at = small.find(apostrophe, at))
        small.replace(at, apostrophe.size(), "'");
    return small;
}

std::string_view bare(std::string_view text) {
    constexpr std::string_view around = " \t\r\n.,;:!?*_()\"";
    const auto first = text.find_first_not_of(around);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(around) + 1 - first);
}

bool holds_one_of(std::string_view line, const auto& phrases) {
    return std::any_of(phrases.begin(), phrases.end(), [&](auto phrase) { return line.find(phrase) != std::string_view::npos; });
}

bool refuses(std::string_view line) {
    if (holds_one_of(line, parted_by_nothing)) return true;
    while (!line.empty()) {
        const auto end = std::min(line.find_first_of(" \t"), line.size());
        const auto word = bare(line.substr(0, end));
        // "no,thanks" and "no-one": what stands before a sign is a word, too.
        const auto first = word.substr(0, word.find_first_of(",.;:!?-/"));
        if (std::any_of(refusing.begin(), refusing.end(), [&](auto one) { return one == word || one == first; })) return true;
        line.remove_prefix(std::min(end + 1, line.size()));
    }
    return false;
}

// In small letters, those that are neither blank nor quoted.
std::vector<std::string> own_lines(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty() && lines.size() < most_own_lines) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const auto begin = std::min(line.find_first_not_of(" \t\r"), line.size());
        const auto said = line.substr(begin, line.find_last_not_of(" \t\r") + 1 - begin);
        if (said == "--") break;
        if (said.empty() || said.front() == '>') continue;
        lines.push_back(lowered(said));
    }
    return lines;
}

bool begins_like_a_robots(std::string_view subject) {
    const auto small = lowered(bare(subject));
    return std::any_of(of_robots.begin(), of_robots.end(), [&](auto one) { return small.starts_with(one); });
}

bool confirms(const std::vector<std::string>& lines) {
    const auto first = lines.empty() ? std::string_view() : bare(lines.front());
    const bool said = std::any_of(confirming.begin(), confirming.end(), [&](auto word) {
        return first == word || (first.starts_with(word) && std::string_view(" ,.;!").find(first[word.size()]) != std::string_view::npos);
    });
    return said && !refuses(first);
}

}  // namespace

bool says_so(std::string_view text) { return confirms(own_lines(text)); }

Said said_in(std::string_view subject, std::string_view text) {
    const auto lines = own_lines(text);
    if (confirms(lines)) return Said::yes;
    if (begins_like_a_robots(subject)) return Said::robot;
    const bool no = std::any_of(lines.begin(), lines.end(), [](const auto& line) { return refuses(line) || holds_one_of(line, away); });
    return no ? Said::no : Said::yes;
}

}  // namespace caveat::commands
