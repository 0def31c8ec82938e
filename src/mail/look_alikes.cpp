#include "look_alikes.hpp"

#include <algorithm>

#include "ascii.hpp"
#include "foreign.hpp"

namespace caveat::mail {
namespace {

// Letters and the colon; a dash or a star beyond ASCII hides nothing, if the label is read with it.
bool letters_are_disguised(const Unmasked& plain, std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
        const char c = ascii::lower(plain.text[i]);
        if (plain.at[i + 1] - plain.at[i] > 1 && (c == ':' || (c >= 'a' && c <= 'z'))) return true;
    }
    return false;
}

// Decoration that passes for nothing in ASCII is a sign for the lexer, not a letter.
Unmasked unmask_with_signs(std::string_view utf8) {
    auto plain = unmask(utf8);
    for (std::size_t i = 0; i < plain.text.size(); ++i) {
        if (plain.text[i] == '\xFF' && decoration(utf8.substr(plain.at[i])) != 0) plain.text[i] = '~';
    }
    return plain;
}

std::vector<Hit> only_disguised(const Unmasked& plain, const std::vector<Hit>& hits, const std::vector<Hit>& seen) {
    std::vector<Hit> out;
    for (auto hit : hits) {
        const std::size_t end = hit.label ? hit.end : hit.begin + 4;           // of an unknown word only "TLP:" is ours to compare
        if (plain.at[end] - plain.at[hit.begin] == end - hit.begin) continue;  // one byte per character: it is what it seems
        const auto as_is = [&](const Hit& other) {
            return other.begin == plain.at[hit.begin] && (!other.label || (hit.label && *other.label >= *hit.label));
        };
        if (!letters_are_disguised(plain, hit.begin, end) && std::any_of(seen.begin(), seen.end(), as_is)) continue;
        hit.begin = plain.at[hit.begin];
        hit.end = plain.at[hit.end];
        out.push_back(hit);
    }
    return out;
}

}  // namespace

std::vector<Hit> disguised_anywhere(std::string_view utf8) {
    if (ascii::is_plain(utf8)) return {};
    const auto plain = unmask_with_signs(utf8);
    return only_disguised(plain, LabelLexer(plain.text).everywhere(), LabelLexer(utf8).everywhere());
}

std::vector<Hit> disguised_in_line(std::string_view utf8) {
    if (ascii::is_plain(utf8)) return {};
    const auto plain = unmask_with_signs(utf8);
    return only_disguised(plain, LabelLexer(plain.text).line().hits, LabelLexer(utf8).line().hits);
}

}  // namespace caveat::mail
