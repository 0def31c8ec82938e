#pragma once
// GnuPG's file of public keys (kbx/keybox-blob.c), so far that one with a few of its keys can be made. gpg looks for each reader from the
// first key to the last anew: in a file with thousands that takes longer than sealing. What it found out of signatures is kept.
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace caveat::openpgp {

class Keybox {
public:
    // None: it is not of the form that is known.
    [[nodiscard]] static std::optional<Keybox> of(std::string bytes);
    Keybox(Keybox&&) noexcept = default;
    Keybox& operator=(Keybox&&) noexcept = default;

    [[nodiscard]] std::size_t size() const { return keys_.size(); }
    // Of these keys those that are there, as a file. `now`, in seconds since 1970: for three hours gpg does not look what can go from it.
    [[nodiscard]] std::string with(const std::vector<std::string>& fingerprints, std::uint32_t now) const;

private:
    struct Stretch {
        std::size_t at, size;
    };
    explicit Keybox(std::string bytes) : bytes_(std::move(bytes)) {}
    bool read();

    std::string bytes_;
    std::unordered_map<std::string, Stretch> keys_;  // by fingerprint
};

}  // namespace caveat::openpgp
