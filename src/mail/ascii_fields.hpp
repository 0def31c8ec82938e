#pragma once
// Header fields that hold raw octets beyond ASCII, written again in ASCII.
#include <string>
#include <string_view>

#include "caveat/mail/message.hpp"

namespace caveat::mail {

// Written in another way a boundary would no longer be what stands between the parts.
inline constexpr std::string_view boundary_beyond_ascii = "the boundary between its parts is not ASCII";

// The whole field with its line end. errc::invalid as with_ascii_header has it.
[[nodiscard]] Result<std::string> ascii_field(const Field& field);

// UTF-8 throughout.
[[nodiscard]] bool is_valid_utf8(std::string_view text);

}  // namespace caveat::mail
