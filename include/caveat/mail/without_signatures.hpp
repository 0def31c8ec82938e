#pragma once
// A post whose author is not to be named (IEP: attribution = must-not) must not leave with what names them all the same: a signature says
// by which key it was made, and a key says whose it is; programs repeat who wrote it in front of a part, and in invitations. So these are
// left out, and what was signed leaves as itself. Pure, linear.
#include <string>
#include <string_view>

#include "caveat/mail/message.hpp"

namespace caveat::mail {

struct WithoutSignatures {
    bool whole = false;  // there is nothing to leave out: it leaves as it came
    std::string bytes;   // else the message without them
    std::string stays;   // why that cannot be done, as the rest of a sentence: "a mail attached to it is signed"; then there are no bytes
};
// Of a multipart/signed the signed part stays, of a clear-signed text its words; parts that are a detached signature (OpenPGP, S/MIME) or
// a public key go, fields of a message in front of a part, the organizer of an invitation and a card with the author's address. Nothing is
// verified. What cannot be looked into (S/MIME with its text inside, ciphertext) or taken apart (a signature in
// an attached mail, in HTML, several in one text) stays, and says so. errc::limit, errc::invalid: as `parse` and `read_headers`.
[[nodiscard]] Result<WithoutSignatures> without_signatures(std::string_view message, const Limits& limits);

}  // namespace caveat::mail
