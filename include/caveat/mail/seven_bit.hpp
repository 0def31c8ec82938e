#pragma once
// What a message asks of a relay beyond lines of ASCII, and the same message for a relay that cannot carry that (RFC 6152, RFC 6531). Pure; linear.
// What is ASCII already stays byte for byte. A DKIM signature does not keep a message from being converted: one that no longer fits counts
// as none (RFC 6376 §6.3), and whoever signs is told to sign seven bits (§5.3).
#include <optional>
#include <string>
#include <string_view>

#include "caveat/mail/message.hpp"

namespace caveat::mail {

struct Beyond {
    bool eight_bits = false;   // somewhere: needs 8BITMIME
    bool utf8_header = false;  // UTF-8 in the message's own header: needs SMTPUTF8. Other octets there are no UTF-8, and nobody's to ask for.
    bool other_lines = false;  // one ends without CRLF, begins with a dot or has a NUL: it is written in another way on the wire (RFC 5321 §4.5.2)
};
[[nodiscard]] Beyond beyond_ascii(std::string_view message);
[[nodiscard]] bool has_other_lines(std::string_view message);  // as above

// With the fields of its own header in ASCII: names and text as encoded words (RFC 2047), parameters as RFC 2231 has them, domains as
// A-labels. errc::invalid, and which field: it holds an address whose local part is beyond ASCII, or the boundary of a multipart beyond
// ASCII, which is against RFC 2046 §5.1.1: written in another way it would no longer be what stands between the parts.
[[nodiscard]] Result<std::string> with_ascii_header(std::string_view message);

// The whole in ASCII: each part that is not becomes quoted-printable or base64 and says so, the headers as above. errc::invalid, and why:
// a boundary is beyond ASCII, the part is under a signature (multipart/signed), is not to be encoded (message/partial), is encoded in a way that we do not know, or
// cannot be told from its neighbours. errc::limit: depth and parts, as when it came.
[[nodiscard]] Result<std::string> in_seven_bits(std::string_view message, const Limits& limits);

// The address with its domain as an A-label; none if its local part is beyond ASCII, or its domain has no A-label.
[[nodiscard]] std::optional<std::string> ascii_address(std::string_view address);

}  // namespace caveat::mail
