#pragma once
// Which OpenPGP shape a message or a MIME entity has, as a whole (K3, K4): what is only partly encrypted or signed has none. Nothing is
// decrypted or verified here. Pure, linear. Source: RFC 3156 §4 to §6, RFC 9580 §7 (clear-signed text), RFC 9788 (protected headers).
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/mail/message.hpp"

namespace caveat::mail {

struct PgpShape {
    enum class Kind {
        none,
        partial,       // something in it is signed or encrypted, or says so, and something is not
        encrypted,     // multipart/encrypted of exactly two parts, also as Exchange leaves it, or one block that is the whole text
        signed_parts,  // multipart/signed of exactly two parts
        signed_text,   // one clear-signed block that is the whole text
    } kind = Kind::none;
    bool entity = false;    // of what is encrypted: inside is a MIME entity, else a text
    std::string content;    // ciphertext; what is signed, in canonical form (CRLF); the block
    std::string signature;  // of signed_parts
};
// errc::limit, as `parse`.
[[nodiscard]] Result<PgpShape> pgp_shape(std::string_view bytes, const Limits& limits);

// Whether it may have a shape at all; quickly, for what was parsed already.
[[nodiscard]] bool speaks_of_pgp(const HeaderBlock& headers, const Message& message);

// What a reader is shown of it.
struct Shown {
    std::string subject;            // UTF-8
    bool protects_subject = false;  // its Content-Type says that the header in front of it is protected
    bool protects_header = false;   // and it is all that the author wrote: by RFC 9788, or it says from whom and to whom
    std::string text;               // the first text part, UTF-8, without a copy of the header for older programs
    std::optional<std::vector<std::string>> named = {};  // the addresses in To and Cc of a protected header that has either
};
[[nodiscard]] Result<Shown> shown(std::string_view entity, const Limits& limits);

}  // namespace caveat::mail
