#pragma once
// Characters that a text spells with signs of its format: by name or number in HTML, by number in JSON, YAML and XML. Pure; linear.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace caveat::mail {

namespace html {

struct Decoded {
    std::optional<char32_t> code;  // none: the "&" is just that
    std::size_t end = 0;
};
// The character that the "&" at `at` begins, and where what follows it begins.
[[nodiscard]] Decoded entity_at(std::string_view html, std::size_t at);

// The value of an attribute, in UTF-8.
[[nodiscard]] std::string decoded(std::string_view value);

}  // namespace html

// Letters, digits and signs of names as they are, which JSON, YAML and XML may write as escapes ("\u0052ED", "&#82;ED"). What gives a file
// its structure stays escaped.
[[nodiscard]] std::string without_character_escapes(std::string_view text);

}  // namespace caveat::mail
