#pragma once
// The words of a text as a search compares them: folded (NFKC, case, accents of Latin, Greek and Cyrillic), and broken where Unicode breaks
// words (UAX 29) and at every "." and "@", but sign by sign where a script sets none apart. So a domain is a phrase, and found within an
// address, a longer host name and a URL, also where its dots are defanged ("evil[.]example", "evil[dot]example", "hxxps"). Linear. Any
// thread.
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace caveat::mail {

inline constexpr std::size_t longest_searched = 256 * 1024;  // bytes of a text; what lies beyond is found by no word

[[nodiscard]] std::string search_folded(std::string_view utf8);
[[nodiscard]] std::vector<std::string> search_words(std::string_view utf8);
// Whether search_words of a text, of which this is what search_folded made, has these words one behind the other. Only lines in which they
// may stand are broken into words, which is most of what looking for a phrase costs.
[[nodiscard]] bool holds_phrase(std::string_view folded, const std::vector<std::string>& phrase);

}  // namespace caveat::mail
