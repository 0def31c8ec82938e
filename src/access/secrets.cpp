#include "secrets.hpp"

#include <array>

namespace caveat::access {
namespace {

constexpr std::size_t random_size = 32;
constexpr std::size_t text_size = 2 * random_size;
constexpr std::size_t mark_size = 32;  // of hexadecimal: 128 bits

struct Form {
    std::string_view prefix, purpose;
    std::size_t mark = 0;  // characters behind the random ones

    [[nodiscard]] constexpr std::size_t size() const { return prefix.size() + text_size + mark; }
};
constexpr std::array<Form, 3> forms{{{"cvt_", "access token"}, {"", "access link"}, {"", "access session", mark_size}}};

const Form& form_of(Use use) { return forms.at(static_cast<std::size_t>(use)); }

thread_local std::size_t made = 0;

Digest keyed(const vault::Vault& vault, std::string_view purpose, std::string_view bytes) {
    ++made;
    return vault.mac(purpose, bytes);
}

std::string mark_of(const vault::Vault& vault, std::string_view secret) {
    return vault::hex(keyed(vault, "access cookie", secret)).substr(0, mark_size);
}

}  // namespace

std::string new_secret(const vault::Vault& vault, Use use) {
    auto secret = std::string(form_of(use).prefix) + vault::hex(vault::random_bytes(random_size));
    if (form_of(use).mark > 0) secret += mark_of(vault, secret);
    return secret;
}

bool is_marked(const vault::Vault& vault, std::string_view cookie) {
    const bool fits = cookie.size() == form_of(Use::session).size();
    const auto secret = fits ? std::string(cookie.substr(0, text_size)) : std::string(text_size, '.');
    return same(mark_of(vault, secret), fits ? cookie.substr(text_size) : std::string_view());
}

Digest hashed(const vault::Vault& vault, Use use, std::string_view secret) {
    const auto& form = form_of(use);
    const auto size = form.size();
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
