#pragma once
// multipart/encrypted (RFC 3156 §4): exactly two parts, the version and the ciphertext.
#include <string>
#include <string_view>

namespace caveat::openpgp {

// Packets as "PGP MESSAGE" with its checksum (RFC 9580 §6), lines ended by CRLF.
[[nodiscard]] std::string armoured_message(std::string_view packets);

// `message`: an armoured OpenPGP message, lines ended by LF or CRLF.
[[nodiscard]] std::string encrypted_entity(std::string_view message);
[[nodiscard]] std::string encrypted_packets(std::string_view packets);  // the same, armoured here

}  // namespace caveat::openpgp
