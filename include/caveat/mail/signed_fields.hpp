#pragma once
// Which fields of a header the server of its author can have signed. DKIM is over the lowest of the fields with one name (RFC 6376 §5.4.2),
// and over one that was not there only where its server says so: who has a mail can put fields above them, and DMARC passes as before.
// Whether a signature is good says the MTA in front, not this. Pure.
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/mail/message.hpp"

namespace caveat::mail {

// Of one mail so many signatures are looked at, and of each so many names ("h="): real ones name ten to forty. What is more covers nothing.
inline constexpr std::size_t most_signatures = 32;
inline constexpr std::size_t most_signed_names = 256;

[[nodiscard]] std::optional<std::string_view> lowest_value(const HeaderBlock& headers, std::string_view name);

// The addresses in all fields To and Cc.
[[nodiscard]] std::vector<std::string> addresses_named(const HeaderBlock& headers);
// Of those the ones in fields that each signature of the author's domain covers, or of one above, below or beside it. None: no signature
// covers To or Cc (some servers sign neither). Anybody puts another signature there, which takes away and gives nothing.
[[nodiscard]] std::optional<std::vector<std::string>> addresses_signed(const HeaderBlock& headers, std::string_view from);

// How many of the lowest fields of a name, in small letters, each such signature covers; those of which it is none are not there. Linear.
[[nodiscard]] std::map<std::string, std::size_t> fields_signed(const HeaderBlock& headers, std::string_view from);
// There is such a signature, and each of them covers all fields of that name, be it that there is none: anybody puts another signature
// there.
[[nodiscard]] bool is_signed(const HeaderBlock& headers, std::string_view from, std::string_view name);
// Likewise the text to its end, behind which nothing may be put (RFC 6376 §3.5, "l=").
[[nodiscard]] bool is_text_signed(const HeaderBlock& headers, std::string_view from);

}  // namespace caveat::mail
