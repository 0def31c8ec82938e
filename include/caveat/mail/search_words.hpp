#pragma once
// The words of a text as a search compares them: folded (NFKC, case, accents of Latin, Greek and Cyrillic), and broken where Unicode breaks
// words (UAX 29), but sign by sign where a script sets none apart. Linear. Any thread.
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace caveat::mail {

inline constexpr std::size_t longest_searched = 256 * 1024;  // bytes of a text; what lies beyond is found by no word

[[nodiscard]] std::string search_folded(std::string_view utf8);
[[nodiscard]] std::vector<std::string> search_words(std::string_view utf8);

}  // namespace caveat::mail
