#pragma once
// The names of characters in HTML (HTML 13.5, all of them). Pure.
#include <string_view>

namespace caveat::mail {

// "colon", "ZeroWidthSpace": the character; 0 if there is none of that name.
[[nodiscard]] char32_t html_character(std::string_view name);

// The longest name at the start of `letters` that needs no ";" (HTML 13.2.5.73), or nothing.
[[nodiscard]] std::string_view html_bare_name(std::string_view letters);

}  // namespace caveat::mail
