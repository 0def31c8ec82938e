#pragma once
// multipart/encrypted (RFC 3156 §4): exactly two parts, the version and the ciphertext.
#include <string>
#include <string_view>

namespace caveat::openpgp {

// `message`: an armoured OpenPGP message, lines ended by LF or CRLF.
[[nodiscard]] std::string encrypted_entity(std::string_view message);
// Signature packets in armour, with CRLF.
[[nodiscard]] std::string armoured_signature(std::string_view packets);
// The packets of a public key, with LF as people's programs write it.
[[nodiscard]] std::string armoured_key(std::string_view packets);

}  // namespace caveat::openpgp
