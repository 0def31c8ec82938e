#include "secrets.hpp"

#include <array>

namespace caveat::access {
namespace {

constexpr std::size_t random_size = 32;
constexpr std::size_t text_size = 2 * random_size;

struct Form {
    std::string_view prefix, purpose;
};
constexpr std::array<Form, 3> forms{{{"cvt_", "access token"}, {"", "access link"}, {"", "access session"}}};

const Form& form_of(Use use) { return forms.at(static_cast<std::size_t>(use)); }

thread_local std::size_t made = 0;

Digest keyed(const vault::Vault& vault, std::string_view purpose, std::string_view bytes) {
    ++made;
    return vault.mac(purpose, bytes);
}

}  // namespace

std::string new_secret(Use use) { return std::string(form_of(use).prefix) + vault::hex(vault::random_bytes(random_size)); }

Digest hashed(const vault::Vault& vault, Use use, std::string_view secret) {
    const auto& form = form_of(use);
    const auto size = form.prefix.size() + text_size;
    // No secret of ours is all dots.
    return keyed(vault, form.purpose, secret.size() == size ? std::string(secret) : std::string(size, '.'));
}

Digest hashed_address(const vault::Vault& vault, std::string_view normalised) { return keyed(vault, "access address", normalised); }

std::string csrf_mark(const vault::Vault& vault, std::string_view credential, std::string_view person) {
    return vault::hex(keyed(vault, "access csrf", fmt::format("{}\n{}", credential, person)));
}

bool same(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    unsigned char different = 0;
    for (std::size_t i = 0; i < a.size(); ++i) different |= static_cast<unsigned char>(a[i] ^ b[i]);
    return different == 0;
}

std::size_t hashes_made() { return made; }

}  // namespace caveat::access
