#pragma once
// The message that a list goes on with after OpenPGP was taken off one: made of typed parts, so that nothing that stood around the
// ciphertext is ever merged with what was inside (K5). Pure, linear.
#include <string>
#include <string_view>

#include "caveat/mail/message.hpp"

namespace caveat::mail {

struct Layers {
    std::string_view outside;  // the message as it came: who, when, ids and the way it took are read of its header; of its body nothing
    std::string_view inside;   // the MIME entity that was within: its shape and its body
    bool protects_subject = false;  // the subject is that inside, be it none (RFC 9788)
};

// With CRLF line ends. The marks of protected headers are taken off, because what they vouched for is. errc::invalid if either header
// cannot be read as that of a message; errc::limit, as read_headers.
[[nodiscard]] Result<std::string> rebuilt(const Layers& layers, const Limits& limits);

}  // namespace caveat::mail
