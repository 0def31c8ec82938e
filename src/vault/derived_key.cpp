#include "derived_key.hpp"

#include <cstdint>

namespace caveat::vault {
namespace {

void add_counted(crypto_generichash_state& state, std::string_view text) {
    unsigned char length[8];
    for (unsigned i = 0; i < 8; ++i) length[i] = static_cast<unsigned char>(static_cast<std::uint64_t>(text.size()) >> (8 * i));
    crypto_generichash_update(&state, length, sizeof length);
    crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(text.data()), text.size());
}

}  // namespace

DerivedKey::DerivedKey(const unsigned char* master, std::string_view use, std::string_view purpose) {
    crypto_generichash_state state;
    crypto_generichash_init(&state, master, key_size, key_size);
    add_counted(state, "caveat vault 1");
    add_counted(state, use);
    add_counted(state, purpose);
    crypto_generichash_final(&state, key_.bytes.data(), key_size);
    sodium_memzero(&state, sizeof state);
}

Digest DerivedKey::hash(std::string_view bytes) const { return keyed_hash(get(), bytes); }

Digest keyed_hash(const unsigned char* key, std::string_view bytes) {
    Digest digest;
    crypto_generichash(digest.data(), digest.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), key, key_size);
    return digest;
}

}  // namespace caveat::vault
