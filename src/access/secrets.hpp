#pragma once
// Secrets as they are handed out and as they are stored. All secrets of one use have the same length, and every input is hashed as if it
// had that length, so that a look-up costs the same whether the secret exists or not (A7).
#include <string>
#include <string_view>

#include "caveat/vault/vault.hpp"

namespace caveat::access {

enum class Use : std::uint8_t { token, link, session };

// 256 random bits in hexadecimal; behind those of a session stands the mark by which a cookie is known to be one of ours; those of tokens
// begin with "cvt_", for programs that look for secrets where none should lie.
[[nodiscard]] std::string new_secret(const vault::Vault& vault, Use use);
[[nodiscard]] Digest hashed(const vault::Vault& vault, Use use, std::string_view secret);
// Whether a cookie bears our mark, in constant time and without a look-up: whoever was never given one cannot make one up.
[[nodiscard]] bool is_marked(const vault::Vault& vault, std::string_view cookie);
// Hash of an address, to count how often it asked. The database must not name people outside the register (M4).
[[nodiscard]] Digest hashed_address(const vault::Vault& vault, std::string_view normalised);
// The mark a page of this session sends back with what it changes.
[[nodiscard]] std::string csrf_mark(const vault::Vault& vault, std::string_view credential, std::string_view person);

[[nodiscard]] bool same(std::string_view a, std::string_view b);  // in constant time

// How many of these hashes this thread has made: what the tests of A7 compare.
[[nodiscard]] std::size_t hashes_made();

}  // namespace caveat::access
