#pragma once
// multipart/encrypted (RFC 3156 §4): exactly two parts, the version and the ciphertext.
#include <string>
#include <string_view>

namespace caveat::openpgp {

// `message`: an armoured OpenPGP message, lines ended by LF or CRLF.
[[nodiscard]] std::string encrypted_entity(std::string_view message);

}  // namespace caveat::openpgp
