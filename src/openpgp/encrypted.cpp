#include "encrypted.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace caveat::openpgp {
namespace {

// '_' is no letter of base64, so no line of an armour can be this one.
constexpr std::string_view boundary = "=_sealed";

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

std::string checksum(std::string_view bytes) {
    std::uint32_t crc = 0xB704CE;
    for (const char c : bytes) crc = (crc << 8U & 0xFFFFFFU) ^ crc_table[(crc >> 16U) ^ static_cast<unsigned char>(c)];
    return {static_cast<char>(crc >> 16U), static_cast<char>(crc >> 8U), static_cast<char>(crc)};
}

constexpr std::size_t octets_of_a_line = 48;  // 64 digits

// RFC 4648 §4, without line ends.
void append_base64(std::string& out, std::string_view bytes) {
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const auto count = std::min<std::size_t>(3, bytes.size() - at);
        std::uint32_t three = 0;
        for (std::size_t i = 0; i < 3; ++i) three = three << 8U | (i < count ? static_cast<unsigned char>(bytes[at + i]) : 0U);
        for (std::size_t i = 0; i < 4; ++i) out += i <= count ? digits[three >> (18U - 6U * i) & 63U] : '=';
    }
}

}  // namespace

std::string armoured_message(std::string_view packets) {
    std::string out;
    out.reserve(packets.size() / octets_of_a_line * 66 + 256);
    out += "-----BEGIN PGP MESSAGE-----\r\n\r\n";
    for (std::size_t at = 0; at < packets.size(); at += octets_of_a_line) {
        append_base64(out, packets.substr(at, octets_of_a_line));
        out += "\r\n";
    }
    out += '=';
    append_base64(out, checksum(packets));
    return out += "\r\n-----END PGP MESSAGE-----\r\n";
}

std::string encrypted_entity(std::string_view message) {
    return fmt::format(
        "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\";\r\n boundary=\"{0}\"\r\n\r\n"
        "--{0}\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n\r\n"
        "--{0}\r\nContent-Type: application/octet-stream; name=\"encrypted.asc\"\r\n"
        "Content-Disposition: inline; filename=\"encrypted.asc\"\r\n\r\n{1}--{0}--\r\n",
        boundary, with_crlf(message));
}

}  // namespace caveat::openpgp
