#include "keybox.hpp"

#include "packets.hpp"

namespace caveat::openpgp {
namespace {

constexpr std::size_t box_head_size = 32, box_made_at = 16, box_looked_at = 20;
constexpr std::uint32_t blob_of_head = 1, blob_of_key = 2;  // kinds
constexpr std::size_t fingerprint_octets = 20;

struct Blob {
    std::uint32_t kind = 0;
    std::string fingerprint;  // of the primary key
    std::size_t size = 0;
};

std::optional<Blob> blob_at_front(std::string_view bytes) {
    Octets octets(bytes);
    const auto size = octets.number(4), kind = octets.number(1), version = octets.number(1);
    if (!version || *size < 6 || *size > bytes.size()) return std::nullopt;
    Blob blob{*kind, {}, *size};
    if (*kind != blob_of_key) return blob;
    Octets inside(octets.rest().substr(0, *size - 6));
    // Flags, where the packets are; how many keys, and how much is said of each: its fingerprint first.
    if (*version != 1 || !inside.take(10) || inside.number(2).value_or(0) == 0) return std::nullopt;
    if (inside.number(2).value_or(0) < fingerprint_octets) return std::nullopt;
    const auto fingerprint = inside.take(fingerprint_octets);
    if (!fingerprint) return std::nullopt;
    blob.fingerprint = hexadecimal(*fingerprint);
    return blob;
}

void put(std::string& bytes, std::size_t at, std::uint32_t number) {
    for (unsigned i = 0; i < 4; ++i) bytes[at + i] = static_cast<char>(number >> (24U - 8U * i));
}

}  // namespace

std::optional<Keybox> Keybox::of(std::string bytes) {
    Keybox box(std::move(bytes));
    return box.read() ? std::optional(std::move(box)) : std::nullopt;
}

bool Keybox::read() {
    for (std::size_t at = 0; at < bytes_.size();) {
        const auto blob = blob_at_front(std::string_view(bytes_).substr(at));
        if (!blob || (at == 0) != (blob->kind == blob_of_head) || (at == 0 && blob->size != box_head_size)) return false;
        if (blob->kind == blob_of_key) keys_[blob->fingerprint] = {at, blob->size};
        at += blob->size;
    }
    return !bytes_.empty();
}

std::string Keybox::with(const std::vector<std::string>& fingerprints, std::uint32_t now) const {
    auto made = bytes_.substr(0, box_head_size);
    put(made, box_made_at, now);
    put(made, box_looked_at, now);
    for (const auto& fingerprint : fingerprints) {
        const auto key = keys_.find(fingerprint);
        if (key != keys_.end()) made.append(bytes_, key->second.at, key->second.size);
    }
    return made;
}

}  // namespace caveat::openpgp
