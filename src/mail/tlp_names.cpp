#include "tlp_names.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "as_seen.hpp"
#include "label_lexer.hpp"

namespace caveat::mail::machine {
namespace {

bool says_label(std::string_view text) {
    const auto seen = as_seen(text);
    const auto hits = LabelLexer(seen).everywhere();
    return std::any_of(hits.begin(), hits.end(), [](const Hit& hit) { return hit.label.has_value(); });
}

}  // namespace

bool is_word_of_tlp(std::string_view text, std::size_t at) {
    const char before = at > 0 ? text[at - 1] : ' ';
    if (ascii::is_letter(before) && (!ascii::is_small(before) || ascii::is_small(text[at]))) return false;
    const auto after = text.substr(at + word_of_tlp.size(), 2);
    if (after.empty() || !ascii::is_letter(after[0])) return true;
    const bool small = ascii::is_small(text[at + word_of_tlp.size() - 1]);
    return small != ascii::is_small(after[0]) || (!small && after.size() > 1 && ascii::is_small(after[1]));
}

bool names_tlp(std::string_view name) {
    if (name.size() > longest_name || !std::all_of(name.begin(), name.end(), stands_in_titles)) return false;
    auto words = ascii::lower(name);
    bool has_word = false;
    for (auto at = words.find(word_of_tlp); at != std::string::npos && !has_word; at = words.find(word_of_tlp, at + 1))
        has_word = is_word_of_tlp(name, at);
    std::replace_if(
        words.begin(), words.end(), [](char c) { return c == '_' || c == '-'; }, ' ');
    return (has_word || words.find("traffic light protocol") != std::string::npos || words.find(joined_name) != std::string::npos) &&
           !says_label(name);
}

bool is_tlp_alone(std::string_view name) {
    while (!name.empty() && !ascii::is_letter(name.front())) name.remove_prefix(1);
    while (!name.empty() && !ascii::is_letter(name.back())) name.remove_suffix(1);
    return ascii::equal(name, word_of_tlp);
}

bool names_value(std::string_view name) {
    constexpr std::array<std::string_view, 8> of_value{"label", "name", "value", "level", "color", "colour", "marking", "predicate"};
    return std::any_of(of_value.begin(), of_value.end(), [&](std::string_view one) { return ascii::equal(one, name); });
}

bool may_name_tlp(std::string_view small_letters) {
    return small_letters.find(word_of_tlp) != std::string_view::npos || small_letters.find("traffic") != std::string_view::npos;
}

}  // namespace caveat::mail::machine
