#pragma once
// What a mail is behind its OpenPGP: encrypted as a whole or not (K3), signed as a whole by one or not (K4), and what was inside. Each
// layer is read within the limits of a message. Asks GnuPG, so never in a transaction nor on the desk.
#include <string>
#include <string_view>

#include "caveat/mail/message.hpp"
#include "caveat/openpgp/reader.hpp"

namespace caveat::mailroom {

enum class Signed {
    none,
    valid,    // all of it, by one
    invalid,  // all of it, by a signature that is bad, or of a key that is unknown, expired or revoked
    partial,  // a part of it, or by two
};
[[nodiscard]] std::string_view name(Signed what);

struct Opened {
    bool encrypted = false;  // as a whole; beside anything in clear it is not, and is not opened
    Signed is_signed = Signed::none;
    std::string signer;   // fingerprint of the primary key; only beside `valid`
    Instant made{};       // the signature
    std::string subject;  // what may be shown: that inside where it is protected, else that outside
    std::string text;     // the first text part of what was inside
    std::string error;    // it is encrypted or signed, and cannot be read; then text is empty
};
// errc::limit and errc::invalid: no message. errc::temporary: GnuPG could not be run.
[[nodiscard]] Result<Opened> open_mail(openpgp::Reader& reader, std::string_view bytes, const mail::Limits& limits);

}  // namespace caveat::mailroom
