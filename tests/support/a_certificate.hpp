#pragma once
// OpenPGP public keys written by hand, packet by packet: the ones that no program makes (RFC 9580).
#include <cstdint>
#include <string>
#include <string_view>

namespace caveat::test {

inline std::string big_endian(std::uint32_t value, int octets) {
    std::string bytes;
    for (int i = octets - 1; i >= 0; --i) bytes += static_cast<char>(value >> (8 * i) & 0xffU);
    return bytes;
}

// In the new format (§4.2.1), its length in as few octets as can be.
inline std::string a_packet(unsigned tag, std::string_view body) {
    const auto size = static_cast<std::uint32_t>(body.size());
    std::string bytes(1, static_cast<char>(0xC0U | tag));
    if (size < 192)
        bytes += big_endian(size, 1);
    else if (size < 8384)
        bytes += big_endian(size - 192 + (192U << 8U), 2);
    else
        bytes += '\xff' + big_endian(size, 4);
    return bytes.append(body);
}

// A number of so many bits: its first and its last are set (§3.2).
inline std::string a_number(unsigned bits) {
    std::string octets((bits + 7) / 8, '\0');
    if (bits > 0) octets.front() = static_cast<char>(1U << ((bits - 1) % 8));
    if (bits > 1) octets.back() = static_cast<char>(octets.back() | 1);
    return big_endian(bits, 2) + octets;
}

inline std::string key_body(unsigned algorithm, std::string_view material, unsigned version = 4) {
    return big_endian(version, 1) + big_endian(0x67400000, 4) + big_endian(algorithm, 1) + std::string(material);
}
inline std::string an_rsa_key(unsigned modulus = 2048, unsigned exponent = 17) {
    return key_body(1, a_number(modulus) + a_number(exponent));
}

// A certification, or a signature of another type (§5.2.1), whose issuer has this key id, eight octets; the signature itself is nonsense.
inline std::string a_signature(std::string_view key_id, std::string_view more_hashed = {}, char type = '\x13') {
    const auto area = [](const std::string& subpackets) {
        return big_endian(static_cast<std::uint32_t>(subpackets.size()), 2) + subpackets;
    };
    const std::string body = std::string("\x04") + type + std::string("\x01\x08") + area(std::string(more_hashed)) +
                             area("\x09\x10" + std::string(key_id)) + "\xab\xcd" + a_number(2000);
    return a_packet(2, body);
}

// When it was made, among what is hashed (§5.2.3.11).
inline std::string made_at(std::uint32_t seconds) { return "\x05\x02" + big_endian(seconds, 4); }

inline std::string armoured(std::string_view bytes, std::string_view kind = "PUBLIC KEY BLOCK") {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text = "-----BEGIN PGP " + std::string(kind) + "-----\n\n";
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        std::uint32_t three = 0;
        for (std::size_t i = 0; i < 3; ++i) three = three << 8U | (at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0U);
        for (std::size_t i = 0; i < 4; ++i) text += at + i > bytes.size() ? '=' : alphabet[three >> (18 - 6 * i) & 63U];
        if (at % 48 == 45) text += '\n';
    }
    return text + "\n-----END PGP " + std::string(kind) + "-----\n";
}

}  // namespace caveat::test
