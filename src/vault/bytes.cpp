#include <sodium.h>

#include <array>
#include <charconv>
#include <stdexcept>

#include "caveat/vault/vault.hpp"

namespace caveat::vault {
namespace {

// These functions need no Vault, so they may be the first to use the library. It is started once, from any thread.
void start() {
    if (sodium_init() < 0) throw std::runtime_error("libsodium does not start");
}

}  // namespace

Digest sha256(std::string_view bytes) {
    Digest digest;
    crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    return digest;
}

std::string hex(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        out += digits[byte >> 4];
        out += digits[byte & 15];
    }
    return out;
}

std::string hex(const Digest& digest) { return hex({reinterpret_cast<const char*>(digest.data()), digest.size()}); }

std::string unhex(std::string_view digits) {
    std::string out;
    if (digits.size() % 2 != 0) return out;
    out.reserve(digits.size() / 2);
    for (std::size_t i = 0; i < digits.size(); i += 2) {
        unsigned byte = 0;
        const auto [end, error] = std::from_chars(digits.data() + i, digits.data() + i + 2, byte, 16);
        if (error != std::errc{} || end != digits.data() + i + 2) return {};
        out += static_cast<char>(byte);
    }
    return out;
}

std::string random_bytes(std::size_t n) {
    start();
    std::string out(n, '\0');
    randombytes_buf(out.data(), out.size());
    return out;
}

std::string new_uuid(std::int64_t unix_milliseconds) {
    start();
    std::array<unsigned char, 16> id;
    randombytes_buf(id.data(), id.size());
    for (unsigned i = 0; i < 6; ++i) id[i] = static_cast<unsigned char>(unix_milliseconds >> (40 - 8 * i));
    id[6] = static_cast<unsigned char>((id[6] & 0x0f) | 0x70);  // version 7
    id[8] = static_cast<unsigned char>((id[8] & 0x3f) | 0x80);  // variant of RFC 9562
    auto text = hex({reinterpret_cast<const char*>(id.data()), id.size()});
    for (const std::size_t dash : {8U, 13U, 18U, 23U}) text.insert(dash, 1, '-');
    return text;
}

}  // namespace caveat::vault
