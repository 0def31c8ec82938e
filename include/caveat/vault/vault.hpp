#pragma once
// Sealing at rest with libsodium: XChaCha20-Poly1305 under a data key per message, each wrapped by the master key of a key file (K13).
// Also what else needs a secret: the keyed chain of the journal, and opaque authenticated tokens (M3). Immutable; any thread.
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/ids.hpp"
#include "caveat/result.hpp"

namespace caveat::vault {

// The MAC of one purpose, with its key derived once: for what is asked many times a second. Same value as Vault::mac; any thread.
class Mac {
public:
    [[nodiscard]] Digest operator()(std::string_view bytes) const;

private:
    friend class Vault;
    explicit Mac(std::shared_ptr<const unsigned char> key) : key_(std::move(key)) {}
    std::shared_ptr<const unsigned char> key_;  // locked memory, wiped at the end
};

// The tokens of one purpose, with their keys derived once. Same values as Vault::token; any thread.
class Tokens {
public:
    [[nodiscard]] std::string operator()(std::string_view payload) const;

private:
    friend class Vault;
    explicit Tokens(std::shared_ptr<const unsigned char> keys) : keys_(std::move(keys)) {}
    std::shared_ptr<const unsigned char> keys_;  // of the tag and of the mask: locked memory, wiped at the end
};

struct BriefKey;
class Opener;

class Vault {
public:
    // A new key file, mode 0600, synced. errc::conflict if the file exists.
    [[nodiscard]] static Result<void> create(const std::filesystem::path& key_file);
    // errc::not_found; errc::invalid if the file is no key file or others can read it.
    [[nodiscard]] static Result<Vault> open(const std::filesystem::path& key_file);

    // `context` is authenticated with the bytes, not stored: a body moved to another post does not open.
    [[nodiscard]] Sealed seal(std::string_view plaintext, std::string_view context) const;
    // The same for a post, under a key that `forget` destroys in the key file: the last word of `context` names it, such as the post's id.
    // An older copy of what was sealed opens no more then. With a key file of an earlier program it is `seal`.
    [[nodiscard]] Sealed seal_to_forget(std::string_view plaintext, std::string_view context) const;
    // Destroys what opens it, in the file; who has the file open already goes on until they open it again. errc::conflict: the file is of
    // an earlier program. errc::invalid: it cannot be written.
    [[nodiscard]] static Result<void> forget(const std::filesystem::path& key_file, const std::vector<std::string>& names);
    // errc::corrupt if a byte, the context or the master key differs; errc::not_found if the key was forgotten (empty).
    [[nodiscard]] Result<std::string> open(const Sealed& sealed, std::string_view context) const;
    [[nodiscard]] Opener opener(std::string name) const;

    // BLAKE2b-256 under a key derived for `purpose`. Two purposes never give the same value.
    [[nodiscard]] Digest mac(std::string_view purpose, std::string_view bytes) const;
    [[nodiscard]] Mac mac(std::string_view purpose) const;

    // Payload of at most 24 bytes -> lower-case base32 that shows nothing of it (SIV: the 80-bit tag is the nonce).
    [[nodiscard]] std::string token(std::string_view purpose, std::string_view payload) const;
    // None unless made by `token` with this purpose and this master key; upper case is accepted (mail systems change case).
    [[nodiscard]] std::optional<std::string> untoken(std::string_view purpose, std::string_view token) const;
    [[nodiscard]] Tokens tokens(std::string_view purpose) const;

private:
    struct Keys;
    explicit Vault(std::shared_ptr<const Keys> keys);
    std::shared_ptr<const Keys> keys_;  // locked memory, wiped at the end
};

// Opens what was sealed to forget under one name, with the way to its key gone once: for what opens many pieces one after the other. Any
// thread; kept no longer than one question, because a key that is forgotten meanwhile is still here.
class Opener {
public:
    // As Vault::open; errc::corrupt as well for what was sealed under another name.
    [[nodiscard]] Result<std::string> open(const Sealed& sealed, std::string_view context) const;

private:
    friend class Vault;
    Opener(const Vault& vault, std::string name, std::shared_ptr<const BriefKey> key)
        : vault_(vault), name_(std::move(name)), key_(std::move(key)) {}
    Vault vault_;
    std::string name_;
    std::shared_ptr<const BriefKey> key_;  // wiped at the end; none: it was forgotten, or the key file is of an earlier program
};

[[nodiscard]] Digest sha256(std::string_view bytes);
[[nodiscard]] std::string hex(std::string_view bytes);
[[nodiscard]] std::string hex(const Digest& digest);
[[nodiscard]] std::string unhex(std::string_view digits);  // empty if they are no pairs of hexadecimal digits
[[nodiscard]] std::string random_bytes(std::size_t n);
// UUIDv7 (RFC 9562 §5.7): milliseconds since 1970, then random.
[[nodiscard]] std::string new_uuid(std::int64_t unix_milliseconds);

}  // namespace caveat::vault
