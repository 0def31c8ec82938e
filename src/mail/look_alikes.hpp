#pragma once
// Letters of other scripts that pass for Latin ones ("ТLP:RED" with a Cyrillic T), for the label lexer. Pure; linear.
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "label_lexer.hpp"

namespace caveat::mail {

struct Unmasked {
    std::string text;             // one byte per character: what it is or passes for in ASCII, else 0xFF (never found in UTF-8)
    std::vector<std::size_t> at;  // where that character begins in the original, and its end: text.size() + 1 entries
};
[[nodiscard]] Unmasked unmask(std::string_view utf8);

// Labels that are there only if letters of other scripts are taken for Latin ones, at any place or as in a line of a body. The spans are
// those of `utf8`; the label is what it pretends to be.
[[nodiscard]] std::vector<Hit> disguised_anywhere(std::string_view utf8);
[[nodiscard]] std::vector<Hit> disguised_in_line(std::string_view utf8);

}  // namespace caveat::mail
