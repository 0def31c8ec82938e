#pragma once
// Text for people's eyes: what came in by mail, in a file or in a form is shown as it is, and never obeyed. Pure; linear; any thread.
// Escaped are controls (C0, DEL, C1), line and paragraph separators, and the format characters that show nothing themselves: marks of
// direction, zero widths, tags (Unicode 15, category Cf, §23.2 to 23.9). What a script cannot be written without stays: a joiner behind a
// virama or between Arabic letters (UAX #31, A1 to B), and between two pictures.
#include <string>
#include <string_view>

namespace caveat {

// One line: "\x1b", "\u{202e}", and "\xff" for a byte that is no UTF-8.
[[nodiscard]] std::string printable(std::string_view text);
// Several lines: line breaks and tabs stay.
[[nodiscard]] std::string printable_lines(std::string_view text);
// The same JSON text (RFC 8259): what would be escaped above is written as "\u202e" within its strings. UTF-8 is expected.
[[nodiscard]] std::string printable_json(std::string_view json);

// The same for a text of TOML 1.0 within quotes: "\u202e", "\U000e0041".
[[nodiscard]] std::string printable_toml(std::string_view quoted);

}  // namespace caveat
