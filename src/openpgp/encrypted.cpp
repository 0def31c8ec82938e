#include "encrypted.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace caveat::openpgp {
namespace {

std::string with_crlf(std::string_view text) {
    std::string out;
    out.reserve(text.size() + text.size() / 64 + 2);
    for (const char c : text) {
        if (c == '\n') out += '\r';
        if (c != '\r') out += c;
    }
    return out.ends_with("\r\n") ? out : out + "\r\n";
}

// RFC 9580 §6.1: the CRC-24 of the octets, most significant bit first.
constexpr std::array<std::uint32_t, 256> make_crc_table() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t octet = 0; octet < table.size(); ++octet) {
        std::uint32_t crc = octet << 16U;
        for (int bit = 0; bit < 8; ++bit) crc = (crc << 1U) ^ ((crc & 0x800000U) != 0 ? 0x1864CFBU : 0U);
        table[octet] = crc & 0xFFFFFFU;
    }
    return table;
}
constexpr auto crc_table = make_crc_table();

constexpr std::uint32_t crc_begins = 0xB704CE;

std::uint32_t crc_of(std::string_view bytes, std::uint32_t crc) {
    for (const char c : bytes) crc = (crc << 8U & 0xFFFFFFU) ^ crc_table[(crc >> 16U) ^ static_cast<unsigned char>(c)];
    return crc;
}

constexpr std::size_t octets_of_a_line = 48;  // 64 digits

// RFC 4648 §4, without line ends. Large messages are armoured once for each reader, so it writes where it stands.
void append_base64(std::string& out, std::string_view bytes) {
    constexpr const char* digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    auto at = out.size();
    out.resize(at + (bytes.size() + 2) / 3 * 4, '=');
    const auto byte_at = [&bytes](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])); };
    std::size_t i = 0;
    for (; i + 3 <= bytes.size(); i += 3) {
        const auto three = byte_at(i) << 16U | byte_at(i + 1) << 8U | byte_at(i + 2);
        for (unsigned shift : {18U, 12U, 6U, 0U}) out[at++] = digits[three >> shift & 63U];
    }
    if (i == bytes.size()) return;
    const auto rest = byte_at(i) << 16U | (i + 1 < bytes.size() ? byte_at(i + 1) << 8U : 0U);
    out[at++] = digits[rest >> 18U & 63U];
    out[at++] = digits[rest >> 12U & 63U];
    if (i + 1 < bytes.size()) out[at] = digits[rest >> 6U & 63U];
}

void append_lines(std::string& out, std::string_view bytes) {
    for (std::size_t at = 0; at < bytes.size(); at += octets_of_a_line) {
        append_base64(out, bytes.substr(at, octets_of_a_line));
        out += "\r\n";
    }
}

void append_checksum(std::string& out, std::uint32_t crc) {
    out += '=';
    append_base64(out, std::string{static_cast<char>(crc >> 16U), static_cast<char>(crc >> 8U), static_cast<char>(crc)});
}

constexpr std::string_view armour_begins = "-----BEGIN PGP MESSAGE-----\r\n\r\n", armour_ends = "\r\n-----END PGP MESSAGE-----\r\n";

// All octets of an armour around so many, or a few more.
std::size_t armoured_size(std::size_t octets) {
    return (octets / octets_of_a_line + 1) * (octets_of_a_line / 3 * 4 + 2) + armour_begins.size() + armour_ends.size() + 5;
}

// '_' is no letter of base64, so no line of an armour can be the boundary.
constexpr std::string_view entity_begins =
    "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\";\r\n boundary=\"=_sealed\"\r\n\r\n"
    "--=_sealed\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n\r\n"
    "--=_sealed\r\nContent-Type: application/octet-stream; name=\"encrypted.asc\"\r\n"
    "Content-Disposition: inline; filename=\"encrypted.asc\"\r\n\r\n";
constexpr std::string_view entity_ends = "--=_sealed--\r\n";

}  // namespace

// One line may be of both.
void append_armoured(std::string& out, std::string_view packets, std::string_view more) {
    const auto missing = (octets_of_a_line - packets.size() % octets_of_a_line) % octets_of_a_line;
    const auto begin = std::string(packets).append(more.substr(0, missing));
    const auto rest = more.substr(std::min(missing, more.size()));
    out += armour_begins;
    append_lines(out, begin);
    append_lines(out, rest);
    append_checksum(out, crc_of(rest, crc_of(begin, crc_begins)));
    out += armour_ends;
}

std::string armoured_signature(std::string_view packets) {
    std::string out = "-----BEGIN PGP SIGNATURE-----\r\n\r\n";
    append_lines(out, packets);
    append_checksum(out, crc_of(packets, crc_begins));
    return out += "\r\n-----END PGP SIGNATURE-----\r\n";
}

std::string armoured_key(std::string_view packets) {
    std::string out = "-----BEGIN PGP PUBLIC KEY BLOCK-----\r\n\r\n";
    append_lines(out, packets);
    append_checksum(out, crc_of(packets, crc_begins));
    out += "\r\n-----END PGP PUBLIC KEY BLOCK-----\r\n";
    std::erase(out, '\r');
    return out;
}

std::string encrypted_entity(std::string_view message) { return std::string(entity_begins).append(with_crlf(message)).append(entity_ends); }

std::string encrypted_packets(std::string_view before, std::string_view packets, std::string_view more) {
    std::string out;
    out.reserve(before.size() + entity_begins.size() + armoured_size(packets.size() + more.size()) + entity_ends.size());
    out.append(before).append(entity_begins);
    append_armoured(out, packets, more);
    return out += entity_ends;
}

}  // namespace caveat::openpgp
