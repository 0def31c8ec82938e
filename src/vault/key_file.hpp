#pragma once
// The key file: a line that says what it is, then the master key in base64, then the lines of the ring that posts are sealed under
// (ring.hpp). Mode 0600; with it everything that is sealed can be read, but what the ring has forgotten. An earlier program wrote none of
// the ring.
#include <sodium.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>

#include "caveat/result.hpp"

namespace caveat::vault {

constexpr std::size_t key_size = 32;

struct SodiumFree {
    void operator()(unsigned char* p) const { sodium_free(p); }
};
// Locked against swapping, fenced by guard pages, wiped when freed.
using SecretBytes = std::unique_ptr<unsigned char, SodiumFree>;

// Throws std::bad_alloc if the system gives no such memory.
[[nodiscard]] SecretBytes secret_bytes(std::size_t n);

// 32 bytes, then, where there is a ring, its lines.
struct KeyText {
    SecretBytes master;
    SecretBytes ring;
    std::size_t ring_size = 0;

    [[nodiscard]] std::string_view ring_lines() const { return {reinterpret_cast<const char*>(ring.get()), ring_size}; }
};

[[nodiscard]] Result<void> write_new_key(const std::filesystem::path& file);
[[nodiscard]] Result<KeyText> read_key(const std::filesystem::path& file);
// Writes the file anew with what `change` makes of the ring, under a lock against whoever does the same; the old bytes are overwritten.
// Nothing is changed where it returns false or an error; errc::conflict: the file has no ring.
[[nodiscard]] Result<void> rewrite_ring(const std::filesystem::path& file, const std::function<bool(class Ring&)>& change);

}  // namespace caveat::vault
