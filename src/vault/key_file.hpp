#pragma once
// The key file: a line that says what it is, then the master key in base64. Mode 0600; with it every sealed body can be read.
#include <sodium.h>

#include <filesystem>
#include <memory>

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

[[nodiscard]] Result<void> write_new_key(const std::filesystem::path& file);
[[nodiscard]] Result<SecretBytes> read_key(const std::filesystem::path& file);

}  // namespace caveat::vault
