#include "encrypted.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "caveat/openpgp/message.hpp"

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

// Of two polynomials, modulo that of the checksum.
std::uint32_t product(std::uint32_t one, std::uint32_t other) {
    std::uint32_t sum = 0;
    for (; other != 0; other >>= 1U) {
        if ((other & 1U) != 0) sum ^= one;
        one = (one << 1U) ^ ((one & 0x800000U) != 0 ? 0x1864CFBU : 0U);
    }
    return sum & 0xFFFFFFU;
}

// What multiplies the register that goes through so many octets of zeros.
std::uint32_t shift_by(std::size_t octets) {
    std::uint32_t shift = 1;
    for (std::uint32_t power = 1U << 8U; octets != 0; octets >>= 1U, power = product(power, power)) {
        if ((octets & 1U) != 0) shift = product(shift, power);
    }
    return shift;
}

constexpr std::size_t octets_of_a_line = 48;  // 64 digits

// RFC 4648 §4, without line ends. Messages are large, so it writes where it stands.
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

// All octets of lines with so many, or a few more.
std::size_t size_of_lines(std::size_t octets) { return (octets / octets_of_a_line + 1) * (octets_of_a_line / 3 * 4 + 2); }

// '_' is no letter of base64, so no line of an armour can be the boundary.
constexpr std::string_view entity_begins =
    "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\";\r\n boundary=\"=_sealed\"\r\n\r\n"
    "--=_sealed\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n\r\n"
    "--=_sealed\r\nContent-Type: application/octet-stream; name=\"encrypted.asc\"\r\n"
    "Content-Disposition: inline; filename=\"encrypted.asc\"\r\n\r\n";
constexpr std::string_view entity_ends = "--=_sealed--\r\n";

}  // namespace

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

// The octets of the data that stand in one line with the end of the session key are armoured with it, and what comes behind them for all
// session keys of that length at once. The checksum is linear: a register that has taken in the begin goes through what follows as a
// product.
struct SharedArmour::Lines {
    Lines(std::size_t at, std::string_view octets) : begins(at), crc(crc_of(octets, 0)), shift(shift_by(octets.size())) {
        text.reserve(size_of_lines(octets.size()));
        append_lines(text, octets);
    }
    std::size_t begins;  // in the data
    std::uint32_t crc, shift;
    std::string text;
};

SharedArmour::SharedArmour(std::string data) : data_(std::move(data)) {}
SharedArmour::SharedArmour(SharedArmour&&) noexcept = default;
SharedArmour& SharedArmour::operator=(SharedArmour&&) noexcept = default;
SharedArmour::~SharedArmour() = default;

const SharedArmour::Lines& SharedArmour::lines_from(std::size_t begins) {
    const auto known = std::find_if(lines_.begin(), lines_.end(), [&](const Lines& lines) { return lines.begins == begins; });
    if (known != lines_.end()) return *known;
    if (lines_.size() == (data_.size() < large ? most_kept : 1)) lines_.pop_front();
    return lines_.emplace_back(begins, std::string_view(data_).substr(begins));
}

std::size_t SharedArmour::size() const {
    std::size_t bytes = data_.size();
    for (const auto& lines : lines_) bytes += lines.text.size();
    return bytes;
}

std::string SharedArmour::entity(std::string_view before, std::string_view session_key) {
    const auto missing = (octets_of_a_line - session_key.size() % octets_of_a_line) % octets_of_a_line;
    const auto begin = std::string(session_key).append(data_, 0, missing);
    const auto& rest = lines_from(std::min(missing, data_.size()));
    std::string out;
    out.reserve(before.size() + entity_begins.size() + armour_begins.size() + size_of_lines(begin.size()) + rest.text.size() +
                size_of_lines(3) + armour_ends.size() + entity_ends.size());
    out.append(before).append(entity_begins).append(armour_begins);
    append_lines(out, begin);
    out += rest.text;
    append_checksum(out, product(crc_of(begin, crc_begins), rest.shift) ^ rest.crc);
    return out.append(armour_ends).append(entity_ends);
}

}  // namespace caveat::openpgp
