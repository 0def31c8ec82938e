#pragma once
// A post whose author is not to be named (IEP: attribution = must-not) must not leave with what names them all the same: a signature says
// by which key it was made, and a key says whose it is; programs repeat who wrote it in front of a part, and in invitations. So these are
// left out, and what was signed leaves as itself. Pure, linear.
#include <string>
#include <string_view>
#include <vector>

#include "caveat/mail/message.hpp"

namespace caveat::mail {

// By what its author is known besides the addresses and names in From, Sender and Reply-To.
struct KnownAs {
    std::vector<std::string> addresses, names;
};

struct WithoutSignatures {
    bool whole = false;  // there is nothing to leave out: it leaves as it came
    std::string bytes;   // else the message without them
    std::string stays;   // why that cannot be done, as the rest of a sentence: "a mail attached to it is signed"; then there are no bytes
};
// Of a multipart/signed the signed part stays, of a clear-signed text its words; parts that are a detached signature (OpenPGP, S/MIME) or
// a public key go, fields of a message in front of a part, the organizer of an invitation, other properties in it of people that name the
// author, and the author's card. Nothing is verified. What cannot be looked into (S/MIME with its text inside, ciphertext, Outlook's own
// format) or taken apart (a signature in an attached mail, in HTML, in an invitation, several in one text) stays, and says so; so does a
// card that has no address, or one at a domain of the author's. errc::limit, errc::invalid: as `parse` and `read_headers`.
[[nodiscard]] Result<WithoutSignatures> without_signatures(std::string_view message, const Limits& limits, const KnownAs& author = {});

}  // namespace caveat::mail
