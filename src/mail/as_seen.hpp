#pragma once
// Text as a reader sees it, whatever characters stand in it that are never seen or change how the others are shown. Pure; linear.
#include <optional>
#include <string>
#include <string_view>

namespace caveat::mail {

// What a reader sees of text that turns its direction round (U+202E): the characters behind it stand in reverse order up to U+202C or the
// end of the line. Nothing if there is no such character.
[[nodiscard]] std::optional<std::string> turned_round(std::string_view utf8);

// Text as programs show it that pass over control characters (NUL and the like, the escapes of terminals and of ISO-2022), and with letters
// in brackets of their own ("⒯") as letters. Nothing if there is neither.
[[nodiscard]] std::optional<std::string> otherwise_seen(std::string_view utf8);

// The rest of `line` from the first letter in a square or the like ("🆃", "🇹") within `signs`, its beginning; or nothing.
[[nodiscard]] std::string_view letters_among_signs(std::string_view signs, std::string_view line);

// As a reader sees it: without marks of direction, variation selectors, joiners and the like, then `normalise`.
[[nodiscard]] std::string as_seen(std::string_view utf8);

}  // namespace caveat::mail
