#include "look_alikes.hpp"

#include <algorithm>

#include "ascii.hpp"

namespace caveat::mail {
namespace {

std::vector<Hit> only_disguised(const Unmasked& plain, const std::vector<Hit>& hits) {
    std::vector<Hit> out;
    for (auto hit : hits) {
        const std::size_t end = hit.label ? hit.end : hit.begin + 4;           // of an unknown word only "TLP:" is ours to compare
        if (plain.at[end] - plain.at[hit.begin] == end - hit.begin) continue;  // one byte per character: it is what it seems
        hit.begin = plain.at[hit.begin];
        hit.end = plain.at[hit.end];
        out.push_back(hit);
    }
    return out;
}

}  // namespace

std::vector<Hit> disguised_anywhere(std::string_view utf8) {
    if (ascii::is_plain(utf8)) return {};
    const auto plain = unmask(utf8);
    return only_disguised(plain, LabelLexer(plain.text).everywhere());
}

std::vector<Hit> disguised_in_line(std::string_view utf8) {
    if (ascii::is_plain(utf8)) return {};
    const auto plain = unmask(utf8);
    return only_disguised(plain, LabelLexer(plain.text).line().hits);
}

}  // namespace caveat::mail
