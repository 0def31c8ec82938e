#pragma once
// An act of a case as one line of text to be stored, and back. Fields are separated by tabs; a tab, a line break or a backslash inside one
// is escaped, so that any bytes survive. The first field is the act's name; the others are fixed for each act, and new ones are only ever
// added at the end.
#include <optional>
#include <string>
#include <string_view>

#include "caveat/conduct/case.hpp"

namespace caveat::committee {

[[nodiscard]] std::string text_of(const conduct::Act& act);
[[nodiscard]] std::optional<conduct::Act> act_from(std::string_view text);  // none: not written by text_of
[[nodiscard]] std::string hash_of(const conduct::Act& act);                 // SHA-256 of that text, hexadecimal: how a draft is known

}  // namespace caveat::committee
