#pragma once
// Header text for mail that caveat writes (the decoding half is in the public headers).
#include <string>
#include <string_view>

namespace caveat::mail {

// One line without control characters; what is no UTF-8 is read as Latin-1.
[[nodiscard]] std::string one_line(std::string_view text);

// A display name for From or List-Id: atoms as they are, else a quoted string, else encoded words. May be folded.
[[nodiscard]] std::string encode_phrase(std::string_view field, std::string_view utf8);

}  // namespace caveat::mail
