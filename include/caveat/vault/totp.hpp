#pragma once
// The six digits of an authenticator (RFC 6238 over HMAC-SHA-1, 30 s, as every such program knows them), with liboath. Pure; any thread.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "caveat/clock.hpp"

namespace caveat::vault {

[[nodiscard]] std::string new_totp_secret();                   // 160 random bits (RFC 4226 §4, R6)
[[nodiscard]] std::string totp_text(std::string_view secret);  // RFC 4648 base32, upper case, no padding: what people type in
[[nodiscard]] std::string totp(std::string_view secret, Instant at);

// The step of 30 s since 1970 whose code this is: now's, or one to either side for clocks that are off (§5.2). Only one later than `after`
// counts, so that no code is taken twice. The same work for every code.
[[nodiscard]] std::optional<std::int64_t> totp_step(std::string_view secret, std::string_view code, Instant now, std::int64_t after);

}  // namespace caveat::vault
