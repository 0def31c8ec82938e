#pragma once
// Bytes as text for JSON (RFC 4648 §4), padded, in one line. Any thread.
#include <optional>
#include <string>
#include <string_view>

namespace caveat::vault {

[[nodiscard]] std::string base64(std::string_view bytes);
[[nodiscard]] std::optional<std::string> unbase64(std::string_view text);  // none if it is not base64 through and through

}  // namespace caveat::vault
