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
// Whether these words may stand one behind the other in what search_folded made of a text: no only where search_words has them nowhere so.
// Without breaking the text into words, which is most of what looking for a phrase costs. Linear.
[[nodiscard]] bool may_hold_phrase(std::string_view folded, const std::vector<std::string>& phrase);

}  // namespace caveat::mail
