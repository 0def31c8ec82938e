#include "packets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/uuid/detail/sha1.hpp>

namespace caveat::openpgp {
namespace {

std::uint8_t octet(std::string_view bytes, std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); }

// RFC 9580 §4.2.2: the old format. The two low bits of its first octet say how many octets the length has.
std::optional<std::uint32_t> old_length(Octets& octets, std::uint8_t head) {
    const auto kind = head & 3U;
    return kind == 3 ? std::nullopt : octets.number(std::size_t{1} << kind);
}

// §4.2.1
std::optional<std::uint32_t> new_length(Octets& octets) {
    const auto first = octets.number(1);
    if (!first || *first < 192) return first;
    if (*first == 255) return octets.number(4);
    if (*first >= 224) return std::nullopt;  // partial
    const auto second = octets.number(1);
    if (!second) return std::nullopt;
    return ((*first - 192) << 8U) + *second + 192;
}

// ---- key material

struct Number {
    unsigned bits = 0;
    std::string_view octets;
};

// §3.2: a multiprecision integer. The length it claims is the length it has.
std::optional<Number> read_number(Octets& octets) {
    const auto bits = octets.number(2);
    if (!bits) return std::nullopt;
    const auto bytes = octets.take((*bits + 7) / 8);
    if (!bytes) return std::nullopt;
    if (*bits > 0 && octet(*bytes, 0) >> ((*bits - 1) % 8) != 1) return std::nullopt;
    return Number{*bits, *bytes};
}

struct CurveRow {
    std::string_view oid;  // §9.2
    std::string_view name;
    std::size_t point;  // octets, with the one that says how it is written
};
using namespace std::string_view_literals;
constexpr std::array curves{
    CurveRow{"\x2A\x86\x48\xCE\x3D\x03\x01\x07"sv, "NIST P-256"sv, 65},
    CurveRow{"\x2B\x81\x04\x00\x22"sv, "NIST P-384"sv, 97},
    CurveRow{"\x2B\x81\x04\x00\x23"sv, "NIST P-521"sv, 133},
    CurveRow{"\x2B\x24\x03\x03\x02\x08\x01\x01\x07"sv, "brainpoolP256r1"sv, 65},
    CurveRow{"\x2B\x24\x03\x03\x02\x08\x01\x01\x0B"sv, "brainpoolP384r1"sv, 97},
    CurveRow{"\x2B\x24\x03\x03\x02\x08\x01\x01\x0D"sv, "brainpoolP512r1"sv, 129},
    CurveRow{"\x2B\x06\x01\x04\x01\xDA\x47\x0F\x01"sv, "Ed25519"sv, 33},
    CurveRow{"\x2B\x06\x01\x04\x01\x97\x55\x01\x05\x01"sv, "Curve25519"sv, 33},
};

// What is wrong with the rest of a key packet, behind the algorithm. Empty: nothing; none: it is not whole.
using Complaint = std::optional<std::string>;

Complaint rsa(Octets octets) {
    const auto modulus = read_number(octets);
    const auto exponent = read_number(octets);
    if (!modulus || !exponent || !octets.rest().empty()) return std::nullopt;
    if (modulus->bits < least_rsa_bits || modulus->bits > most_rsa_bits)
        return fmt::format("an RSA modulus of {} bits; {} to {} are taken", modulus->bits, least_rsa_bits, most_rsa_bits);
    if (exponent->bits > most_exponent_bits)
        return fmt::format("an RSA exponent of {} bits; at most {} are taken", exponent->bits, most_exponent_bits);
    if (exponent->bits < 2) return "an RSA exponent below 2";
    return std::string();
}

Complaint on_a_curve(Octets& octets) {
    const auto size = octets.number(1);
    const auto oid = size ? octets.take(*size) : std::nullopt;
    const auto point = oid ? read_number(octets) : std::nullopt;
    if (!point) return std::nullopt;
    const auto row = std::find_if(curves.begin(), curves.end(), [&](const CurveRow& one) { return one.oid == *oid; });
    if (row == curves.end()) return "a curve that is not on the list: the NIST and Brainpool curves, Ed25519 and Curve25519 are";
    if (point->octets.size() != row->point)
        return fmt::format("a point on {} of {} octets; it has {}", row->name, point->octets.size(), row->point);
    return std::string();
}

// ECDSA and EdDSA (§5.5.5.4, §5.5.5.5)
Complaint signing_curve(Octets octets) {
    auto wrong = on_a_curve(octets);
    return wrong && wrong->empty() && !octets.rest().empty() ? std::nullopt : wrong;
}

// ECDH: with how the key is derived, one octet that is 1, a hash and a cipher (§5.5.5.6)
Complaint agreeing_curve(Octets octets) {
    auto wrong = on_a_curve(octets);
    if (!wrong || !wrong->empty()) return wrong;
    if (octets.rest().size() != 4 || octets.number(1) != 3U || octets.number(1) != 1U) return std::nullopt;
    const auto hash = *octets.number(1), cipher = *octets.number(1);
    if (hash < 8 || hash > 10) return "a key derivation with a hash other than SHA-256, SHA-384 and SHA-512";
    if (cipher < 7 || cipher > 9) return "a key derivation with a cipher other than AES";
    return std::string();
}

// §5.5.5.7 to §5.5.5.10: the octets of the point and nothing else.
template <std::size_t octets_of_point>
Complaint bare_point(Octets octets) {
    if (octets.rest().size() != octets_of_point) return std::nullopt;
    return std::string();
}

struct AlgorithmRow {
    std::uint8_t id;  // §9.1
    Complaint (*look)(Octets);
};
// DSA and Elgamal are not on it: their numbers are costly to compute with, and nobody has made such keys for years.
constexpr std::array algorithms{
    AlgorithmRow{1, rsa},
    AlgorithmRow{18, agreeing_curve},
    AlgorithmRow{19, signing_curve},
    AlgorithmRow{22, signing_curve},
    AlgorithmRow{25, bare_point<32>},
    AlgorithmRow{26, bare_point<56>},
    AlgorithmRow{27, bare_point<32>},
    AlgorithmRow{28, bare_point<57>},
};

constexpr std::uint8_t version = 4;

// §5.5.4.2: over 0x99, the length of the packet in two octets, and the packet.
std::string fingerprint_of(std::string_view body) {
    boost::uuids::detail::sha1 hash;
    const std::array<unsigned char, 3> head{0x99, static_cast<unsigned char>(body.size() >> 8U), static_cast<unsigned char>(body.size())};
    hash.process_bytes(head.data(), head.size());
    hash.process_bytes(body.data(), body.size());
    boost::uuids::detail::sha1::digest_type digest;
    hash.get_digest(digest);
    std::string text;
    for (const auto word : digest) text += fmt::format("{:08X}", word);
    return text;
}

// ---- signatures

constexpr unsigned creation_time = 2, issuer_key_id = 16, issuer_fingerprint = 33;  // §5.2.3.7

// The subpacket at the front, its type and what is in it; none: no whole one.
std::optional<std::string_view> next_subpacket(Octets& octets) {
    // §5.2.3.7: the length as in a packet of the new format, but 224 to 254 begin one of two octets too.
    auto length = octets.number(1);
    if (!length) return std::nullopt;
    if (*length == 255) {
        length = octets.number(4);
    } else if (*length >= 192) {
        const auto second = octets.number(1);
        if (!second) return std::nullopt;
        length = ((*length - 192) << 8U) + *second + 192;
    }
    const auto sub = length ? octets.take(*length) : std::nullopt;
    return sub && !sub->empty() ? sub : std::nullopt;
}

unsigned type_of(std::string_view subpacket) { return octet(subpacket, 0) & 0x7FU; }

bool names_issuer(std::string_view area, const PublicKey& key) {
    for (Octets octets(area); !octets.rest().empty();) {
        const auto sub = next_subpacket(octets);
        if (!sub) return false;
        if (type_of(*sub) == issuer_key_id && hexadecimal(sub->substr(1)) == key.key_id) return true;
        if (type_of(*sub) == issuer_fingerprint && sub->size() == 22 && hexadecimal(sub->substr(2)) == key.fingerprint) return true;
    }
    return false;
}

}  // namespace

std::string hexadecimal(std::string_view bytes) {
    std::string text;
    for (const char c : bytes) text += fmt::format("{:02X}", static_cast<unsigned char>(c));
    return text;
}

std::optional<std::uint32_t> Octets::number(std::size_t octets) {
    const auto bytes = take(octets);
    if (!bytes) return std::nullopt;
    std::uint32_t value = 0;
    for (const char c : *bytes) value = value << 8U | static_cast<unsigned char>(c);
    return value;
}

std::optional<std::string_view> Octets::take(std::size_t count) {
    if (count > rest_.size()) return std::nullopt;
    const auto bytes = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return bytes;
}

std::optional<Packet> next_packet(std::string_view& bytes) {
    Octets octets(bytes);
    const auto head = octets.number(1);
    if (!head || (*head & 0x80U) == 0) return std::nullopt;
    const bool is_new = (*head & 0x40U) != 0;
    const auto tag = static_cast<Tag>(is_new ? *head & 0x3FU : *head >> 2U & 0x0FU);
    const auto length = is_new ? new_length(octets) : old_length(octets, static_cast<std::uint8_t>(*head));
    const auto body = length ? octets.take(*length) : std::nullopt;
    if (!body) return std::nullopt;
    const Packet packet{tag, *body, bytes.substr(0, bytes.size() - octets.rest().size())};
    bytes = octets.rest();
    return packet;
}

Material read_material(std::string_view body) {
    Material read;
    Octets octets(body);
    const auto of_version = octets.number(1);
    if (of_version && *of_version != version) {
        read.because = fmt::format("a key of version {}; version {} is taken", *of_version, version);
        read.listed = false;
        return read;
    }
    const auto created = octets.number(4);
    const auto algorithm = octets.number(1);
    if (!created || !algorithm || body.size() > 0xFFFF) {
        read.damaged = true;
        return read;
    }
    read.key.created = *created;
    read.key.algorithm = static_cast<std::uint8_t>(*algorithm);
    read.key.fingerprint = fingerprint_of(body);
    read.key.key_id = read.key.fingerprint.substr(24);
    const auto row = std::find_if(algorithms.begin(), algorithms.end(), [&](const AlgorithmRow& one) { return one.id == *algorithm; });
    if (row == algorithms.end()) {
        read.because = fmt::format("the public-key algorithm {}; RSA and the curves are taken", *algorithm);
        read.listed = false;
        return read;
    }
    const auto wrong = row->look(octets);
    read.damaged = !wrong;
    if (wrong) read.because = *wrong;
    return read;
}

bool issued_by(std::string_view signature, const PublicKey& key) {
    Octets octets(signature);
    const auto of_version = octets.number(1);
    if (of_version == 3U) {  // §5.2.2: five hashed octets behind their count, the key id
        return octets.number(1) == 5U && octets.take(5) && hexadecimal(octets.take(8).value_or(std::string_view())) == key.key_id;
    }
    if (of_version != 4U || !octets.take(3)) return false;  // §5.2.3: type and two algorithms
    for (int area = 0; area < 2; ++area) {                  // hashed, not hashed
        const auto size = octets.number(2);
        const auto bytes = size ? octets.take(*size) : std::nullopt;
        if (!bytes) return false;
        if (names_issuer(*bytes, key)) return true;
    }
    return false;
}

std::uint32_t made_at(std::string_view signature) {
    Octets octets(signature);
    if (octets.number(1) != 4U || !octets.take(3)) return 0;
    const auto size = octets.number(2);
    const auto hashed = size ? octets.take(*size) : std::nullopt;
    for (Octets area(hashed.value_or(std::string_view())); !area.rest().empty();) {
        const auto sub = next_subpacket(area);
        if (!sub) return 0;
        if (type_of(*sub) == creation_time) return Octets(sub->substr(1)).number(4).value_or(0);
    }
    return 0;
}

}  // namespace caveat::openpgp
