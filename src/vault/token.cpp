// Tokens in the manner of SIV (RFC 5297): the tag over the payload is also the nonce under which the payload is encrypted. The same payload
// always gives the same token, which shows nothing but the payload's length. 80 bits of tag: a forger who tries a million a second for a
// year has a chance below one in ten billion.
#include <array>
#include <cstring>
#include <stdexcept>

#include "caveat/ascii.hpp"
#include "derived_key.hpp"

namespace caveat::vault {
namespace {

constexpr std::size_t mac_size = 10;
constexpr std::size_t max_payload = 24;
constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz234567";  // RFC 4648 §6, in the case that mail systems prefer

std::string base32(std::string_view bytes) {
    std::string out;
    out.reserve((8 * bytes.size() + 4) / 5);
    unsigned pending = 0;
    unsigned bits = 0;
    for (const char c : bytes) {
        pending = (pending << 8) | static_cast<unsigned char>(c);
        bits += 8;
        for (; bits >= 5; bits -= 5) out += alphabet[(pending >> (bits - 5)) & 31];
        pending &= (1U << bits) - 1;
    }
    if (bits > 0) out += alphabet[(pending << (5 - bits)) & 31];
    return out;
}

std::optional<std::string> from_base32(std::string_view text) {
    std::string out;
    unsigned pending = 0;
    unsigned bits = 0;
    for (const char c : text) {
        const auto value = alphabet.find(ascii::lower(c));
        if (value == std::string_view::npos) return std::nullopt;
        pending = (pending << 5) | static_cast<unsigned>(value);
        bits += 5;
        if (bits < 8) continue;
        bits -= 8;
        out += static_cast<char>(static_cast<unsigned char>(pending >> bits));
        pending &= (1U << bits) - 1;
    }
    // One spelling per token: no spare letter, no bits that mean nothing.
    if (bits >= 5 || pending != 0) return std::nullopt;
    return out;
}

using Tag = std::array<char, mac_size>;

// On the stack and wiped, as BriefKey.
struct BriefTokenKeys {
    std::array<unsigned char, 2 * key_size> bytes{};

    BriefTokenKeys(const unsigned char* master, std::string_view purpose) { put_token_keys(master, purpose, bytes.data()); }
    BriefTokenKeys(const BriefTokenKeys&) = delete;
    BriefTokenKeys& operator=(const BriefTokenKeys&) = delete;
    ~BriefTokenKeys() { sodium_memzero(bytes.data(), bytes.size()); }
};

const unsigned char* mask_key(const unsigned char* keys) { return keys + key_size; }

Tag tag_of(const unsigned char* keys, std::string_view payload) {
    const auto digest = keyed_hash(keys, payload);
    Tag tag;
    std::memcpy(tag.data(), digest.data(), tag.size());
    return tag;
}

// Its own inverse.
std::string mask(const unsigned char* keys, const char* tag, std::string_view bytes) {
    std::array<unsigned char, crypto_stream_xchacha20_NONCEBYTES> nonce{};
    std::memcpy(nonce.data(), tag, mac_size);
    std::string out(bytes.size(), '\0');
    crypto_stream_xchacha20_xor(reinterpret_cast<unsigned char*>(out.data()), reinterpret_cast<const unsigned char*>(bytes.data()),
                                bytes.size(), nonce.data(), mask_key(keys));
    return out;
}

}  // namespace

void put_token_keys(const unsigned char* master, std::string_view purpose, unsigned char* keys) {
    std::memcpy(keys, DerivedKey(master, "token tag", purpose).get(), key_size);
    std::memcpy(keys + key_size, DerivedKey(master, "token mask", purpose).get(), key_size);
}

std::string make_token(const unsigned char* keys, std::string_view payload) {
    if (payload.size() > max_payload) throw std::invalid_argument("a token carries at most 24 bytes");
    const auto tag = tag_of(keys, payload);
    return base32(std::string(tag.data(), tag.size()) + mask(keys, tag.data(), payload));
}

std::string make_token(const unsigned char* master, std::string_view purpose, std::string_view payload) {
    const BriefTokenKeys keys(master, purpose);
    return make_token(keys.bytes.data(), payload);
}

std::optional<std::string> read_token(const unsigned char* master, std::string_view purpose, std::string_view token) {
    if (token.size() > (mac_size + max_payload) * 8 / 5 + 1) return std::nullopt;
    const auto bytes = from_base32(token);
    if (!bytes || bytes->size() < mac_size) return std::nullopt;
    const BriefTokenKeys keys(master, purpose);
    auto payload = mask(keys.bytes.data(), bytes->data(), std::string_view(*bytes).substr(mac_size));
    const auto tag = tag_of(keys.bytes.data(), payload);
    if (sodium_memcmp(tag.data(), bytes->data(), mac_size) != 0) return std::nullopt;
    return payload;
}

}  // namespace caveat::vault
