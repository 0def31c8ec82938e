#pragma once
// Keys for one use each, derived from the master key: knowing one says nothing of another.
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "caveat/ids.hpp"
#include "key_file.hpp"

namespace caveat::vault {

// A key that lives for one call. On the stack and wiped: locked memory costs several system calls, and a token is made per copy of a post.
struct BriefKey {
    std::array<unsigned char, key_size> bytes{};

    BriefKey() = default;
    BriefKey(const BriefKey&) = delete;
    BriefKey& operator=(const BriefKey&) = delete;
    ~BriefKey() { sodium_memzero(bytes.data(), bytes.size()); }
};

// BLAKE2b-256 keyed with the master over use and purpose, length-prefixed so that no two pairs read alike. Wiped at the end.
class DerivedKey {
public:
    DerivedKey(const unsigned char* master, std::string_view use, std::string_view purpose);
    [[nodiscard]] const unsigned char* get() const { return key_.bytes.data(); }
    [[nodiscard]] Digest hash(std::string_view bytes) const;  // BLAKE2b-256 under this key

private:
    BriefKey key_;
};

// BLAKE2b-256 under a key of key_size bytes.
[[nodiscard]] Digest keyed_hash(const unsigned char* key, std::string_view bytes);

// Two keys, of the tag and of the mask of tokens for one purpose.
void put_token_keys(const unsigned char* master, std::string_view purpose, unsigned char* keys);
// Payload of at most 24 bytes, else std::invalid_argument: the lengths are chosen in the code, never by input.
[[nodiscard]] std::string make_token(const unsigned char* keys, std::string_view payload);
[[nodiscard]] std::string make_token(const unsigned char* master, std::string_view purpose, std::string_view payload);
[[nodiscard]] std::optional<std::string> read_token(const unsigned char* master, std::string_view purpose, std::string_view token);

}  // namespace caveat::vault
