#pragma once
// multipart/encrypted (RFC 3156 §4): exactly two parts, the version and the ciphertext.
#include <string>
#include <string_view>

namespace caveat::openpgp {

// `message`: an armoured OpenPGP message, lines ended by LF or CRLF.
[[nodiscard]] std::string encrypted_entity(std::string_view message);
// The same of packets, armoured here with their checksum (RFC 9580 §6), behind the text `before`; written once, because it is as large as
// the message, and made for each reader.
[[nodiscard]] std::string encrypted_packets(std::string_view before, std::string_view packets, std::string_view more);

// Signature packets in armour, with CRLF.
[[nodiscard]] std::string armoured_signature(std::string_view packets);
// The packets of a public key, with LF as people's programs write it.
[[nodiscard]] std::string armoured_key(std::string_view packets);

}  // namespace caveat::openpgp
