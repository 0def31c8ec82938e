#pragma once
// The framing of OpenPGP packets (RFC 9580 §4.2) and what is inside those of a public key. Views point into the bytes that were read.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "certificate.hpp"

namespace caveat::openpgp {

enum class Tag : std::uint8_t {  // RFC 9580 §5
    session_key = 1,             // public-key encrypted
    signature = 2,
    secret_key = 5,
    public_key = 6,
    secret_subkey = 7,
    marker = 10,
    trust = 12,
    user_id = 13,
    public_subkey = 14,
    user_attribute = 17,
    sealed_data = 18,         // symmetrically encrypted and integrity protected
    authenticated_data = 20,  // encrypted as GnuPG 2.3 does between its own (draft-ietf-openpgp-rfc4880bis-10 §5.16)
    padding = 21,
};

struct Packet {
    Tag tag{};
    std::string_view body;
    std::string_view whole;  // with its header
};

[[nodiscard]] std::string hexadecimal(std::string_view bytes);  // in upper case

// Big-endian numbers off the front of some bytes; none where they end too early.
class Octets {
public:
    explicit Octets(std::string_view bytes) : rest_(bytes) {}
    [[nodiscard]] std::optional<std::uint32_t> number(std::size_t octets);  // at most 4
    [[nodiscard]] std::optional<std::string_view> take(std::size_t count);
    [[nodiscard]] std::string_view rest() const { return rest_; }

private:
    std::string_view rest_;
};

// The packet at the front, which is taken off. None: no packet, it is longer than what is there, or its length is not told in its header
// (partial and indeterminate lengths are for data, §4.2.1.4; no key has them).
[[nodiscard]] std::optional<Packet> next_packet(std::string_view& bytes);

// ---- key packets
struct Material {
    PublicKey key;
    bool listed = true;   // its algorithm is on the list
    std::string because;  // what is wrong with it; empty: nothing
    bool damaged = false;
};
[[nodiscard]] Material read_material(std::string_view body);

// Does this signature name that key as its issuer (§5.2.3.12, §5.2.3.35)?
[[nodiscard]] bool issued_by(std::string_view signature, const PublicKey& key);
// When a signature of version 4 says that it was made, in seconds since 1970 (§5.2.3.11); 0: it does not say.
[[nodiscard]] std::uint32_t made_at(std::string_view signature);

}  // namespace caveat::openpgp
