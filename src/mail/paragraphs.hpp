#pragma once
// Lines of the letters that caveat writes: what was filled into a form may have made them long.
#include <string>
#include <string_view>

namespace caveat::mail {

// Paragraphs in which a line has more than 78 characters (RFC 5322 §2.1.1) are filled anew, 76 a line; a line that begins with a blank or a
// bullet by itself, with what it begins with in front of each. Short lines and those with a link end where they did. No word is cut.
// Linear.
[[nodiscard]] std::string refilled(std::string_view text);

}  // namespace caveat::mail
