#pragma once
// What labels and their surroundings are made of beyond ASCII: signs, characters that are never seen, colours in other languages, the names
// that mail programs give the subject of a forwarded message (ruling hh). Text is NFKC. Pure; linear.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace caveat::mail {

// The bytes of the character at the start of `text` if it is neither a letter nor a digit, else 0. A byte that is no UTF-8 is a letter.
[[nodiscard]] std::size_t decoration(std::string_view text);

// Behind all decoration at the start.
[[nodiscard]] std::string_view undecorated(std::string_view text);

// The bytes of the name of a colour at the start of `text` that is no label of TLP but means one ("ROUGE", "ámbar", "赤", a red circle).
// `colon`: one stands before it. Without it names that are words of English prose are none. Adds the characters that were compared with
// names to `examined`: a few dozen at most, whatever the text.
[[nodiscard]] std::size_t foreign_colour(std::string_view text, bool colon, std::size_t& examined);

// The bytes of the word at the start of `text` if it begins with a letter beyond ASCII of a script that puts blanks between words.
[[nodiscard]] std::size_t foreign_word(std::string_view text);

// What follows "Subject:" or its like in other languages, perhaps bold or indented, as a forwarded message shows it.
[[nodiscard]] std::optional<std::string_view> forwarded_subject(std::string_view line);

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
