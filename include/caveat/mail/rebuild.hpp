#pragma once
// The message that a list goes on with after OpenPGP was taken off one: made of typed parts, so that nothing that stood around the
// ciphertext is ever merged with what was inside (K5). Pure, linear.
#include <optional>
#include <string>
#include <string_view>

#include "caveat/mail/message.hpp"

namespace caveat::mail {

struct Layers {
    std::string_view outside;  // the message as it came: who, when, ids and the way it took are read of its header; of its body nothing
    std::string_view inside;   // the MIME entity that was within: its shape and its body
    bool protects_subject = false;  // the subject is that inside, be it none (RFC 9788)
    bool protects_header = false;   // the header inside is all that the author wrote, not its subject alone
};

// A Content-Type without the marks of a protected header.
[[nodiscard]] std::string without_protection(std::string_view content_type);

// With CRLF line ends. The marks of protected headers are taken off, because what they vouched for is. errc::invalid if either header
// cannot be read as that of a message; errc::limit, as read_headers.
[[nodiscard]] Result<std::string> rebuilt(const Layers& layers, const Limits& limits);

// The same for its copies: under our signature stands nothing that a relay wrote around the author's. A field that is protected inside
// counts in the place of the one outside; where the whole header is, of those outside stay only the author and what the way of the mail is
// made of. `rebuilt` keeps what may raise a label.
[[nodiscard]] Result<std::string> rebuilt_for_copies(const Layers& layers, const Limits& limits);

// The same of a message that is signed and lies open, its body untouched. Nothing: its header is as it is inside.
[[nodiscard]] Result<std::optional<std::string>> with_header_inside(const Layers& layers, const Limits& limits);

// The message without what its author's signature does not cover and a reader's program shows, answers or learns: it keeps From, Subject
// and what the way of the mail is made of. `to` is put into To; empty: To and Cc stay, because they are covered. Nothing: it is so already.
[[nodiscard]] Result<std::optional<std::string>> without_uncovered(std::string_view bytes, std::string_view to, const Limits& limits);

// The message without what no DKIM signature of its author's domain covers, or not each, and a reader's program shows, answers or learns:
// whoever carries a mail puts it above. Likewise From, Subject and what the way is made of stay, of what a mail has one the lowest, and To
// and Cc where no signature covers either. `to` is put into To where nobody is left. Nothing: it is so already.
[[nodiscard]] Result<std::optional<std::string>> without_unsigned(std::string_view bytes, std::string_view author, std::string_view to,
                                                                  const Limits& limits);

}  // namespace caveat::mail
