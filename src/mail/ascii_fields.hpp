#pragma once
// Header fields that hold raw octets beyond ASCII, written again in ASCII.
#include <string>

#include "caveat/mail/message.hpp"

namespace caveat::mail {

// The whole field with its line end. errc::invalid as with_ascii_header has it.
[[nodiscard]] Result<std::string> ascii_field(const Field& field);

// UTF-8 throughout.
[[nodiscard]] bool is_valid_utf8(std::string_view text);

}  // namespace caveat::mail
