#pragma once
// An OpenPGP public key ("transferable public key", RFC 9580 §10.1) read as packets, without GnuPG and before GnuPG sees it: what GnuPG
// would compute with is looked up in a short list of algorithms and sizes first, and what a key does not need is left out. Pure, linear in
// the size of the text, any thread. It says nothing of signatures, expiry or revocation: that is GnuPG's work (engine.hpp). Source: RFC
// 9580 §4.2 (framing), §5.5.2 and §9.1-9.2 (key material), §5.2 (signatures), §5.11 (user ids), §6 (armour).
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/openpgp/fitness.hpp"

namespace caveat::openpgp {

// What a key may be at most. An exponent beyond 32 bits has no use, and one of the size of the modulus takes GnuPG minutes to verify with.
inline constexpr std::size_t longest_armour = 1U << 20;  // bytes of text
inline constexpr unsigned least_rsa_bits = 2048, most_rsa_bits = 8192, most_exponent_bits = 32;
inline constexpr std::size_t longest_user_id = 1024;  // bytes
inline constexpr std::size_t most_user_ids = 32;
inline constexpr std::size_t most_subkeys = 32;
inline constexpr std::size_t most_signatures = 128;  // by the key itself; those of others are not counted, they are left out

struct PublicKey {
    std::uint8_t algorithm = 0;  // RFC 9580 §9.1
    std::uint32_t created = 0;   // seconds since 1970 (§5.5.2)
    std::string fingerprint;     // 40 hexadecimal digits in upper case (§5.5.4.2)
    std::string key_id;          // the last 16 of them: what an encrypted session key names (§5.1)
};

struct Certificate {
    PublicKey primary;
    std::vector<PublicKey> subkeys;     // those that are kept
    std::vector<std::string> user_ids;  // as they are in it, in UTF-8 or not
    std::size_t signatures = 0;         // kept ones
    // What GnuPG is given: the primary key, user ids and subkeys with the signatures that name the primary key as their issuer. Left out:
    // what others certified, pictures, subkeys of algorithms that are not on the list, trust, markers and padding.
    std::string bytes;
};

struct Looked {
    Fitness fitness = Fitness::unreadable;  // usable, as far as packets tell; unreadable, secret, or unsuitable
    std::string because;                    // in words: "an RSA exponent of 65280 bits; at most 32 are taken"
    Certificate certificate;                // empty unless usable
};

// An armoured key; text around the armour is not read. A secret key packet anywhere makes it secret, whatever else is wrong with it.
[[nodiscard]] Looked look_at_armour(std::string_view text);
[[nodiscard]] Looked look_at_packets(std::string_view bytes);  // without the armour

// The packets of a key without the subkeys of which `leaves_out` says so, by their fingerprint, and without the signatures behind them.
[[nodiscard]] std::string without_subkeys(std::string_view bytes, const std::function<bool(const std::string& fingerprint)>& leaves_out);

// The bytes of all blocks of that kind of a text, one after the other; empty if there is none or one is damaged. Their checksums are
// not looked at (RFC 9580 §6.1).
[[nodiscard]] std::string without_armour(std::string_view text, std::string_view kind = "PUBLIC KEY BLOCK");

}  // namespace caveat::openpgp
