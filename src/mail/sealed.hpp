#pragma once
// What of a message is OpenPGP ciphertext, and what only says so. Nothing is decrypted or checked. Pure; linear.
#include <string>
#include <string_view>

namespace caveat::mail {

// One armoured block (RFC 9580 §6.2) and nothing around it: headers, then lines of base64 that begin with the tag of a packet as an
// encrypted message has it first (§10.3). Words between the lines of a block are none.
[[nodiscard]] bool is_sealed_block(std::string_view content);

// The content of the second part of a multipart/encrypted (RFC 3156 §4): such a block, or the packets as they are.
[[nodiscard]] bool is_sealed_part(std::string_view content);

// Packets that a program shows without any key stand somewhere among them: literal, compressed or signed data (RFC 9580 §5.4, §5.6, §5.9).
// In a block of armour somewhere in a text, or as they are.
[[nodiscard]] bool holds_open_block(std::string_view text);
[[nodiscard]] bool holds_open_packets(std::string_view packets);

// Encrypted to somebody's key: in such a block, or as the packets are. Of what a password alone opens nothing is said here, as of an
// archive.
[[nodiscard]] bool holds_sealed_block(std::string_view text);
[[nodiscard]] bool is_sealed_to_keys(std::string_view packets);

// What can be read of sealed content: all lines of a block that are no full line of base64. At most 8 KiB.
[[nodiscard]] std::string words_of_block(std::string_view content);

}  // namespace caveat::mail
