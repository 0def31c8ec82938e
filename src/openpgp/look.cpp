#include "caveat/openpgp/look.hpp"

#include <algorithm>
#include <array>

#include "caveat/ascii.hpp"
#include "caveat/openpgp/engine.hpp"
#include "certificate.hpp"

namespace caveat::openpgp {
namespace {

// What stands in the last angle brackets, else the whole (RFC 9580 §5.11); in small letters.
std::string address_in(std::string_view user_id) {
    const auto open = user_id.rfind('<');
    if (open != std::string_view::npos && user_id.ends_with('>')) user_id = user_id.substr(open + 1, user_id.size() - open - 2);
    return ascii::lower(user_id);
}

// RFC 9580 §9.1: RSA, ECDH, X25519 and X448. The others that are taken only sign.
bool may_encrypt(const PublicKey& key) {
    constexpr std::array<std::uint8_t, 5> encrypt{1, 2, 18, 25, 26};
    return std::find(encrypt.begin(), encrypt.end(), key.algorithm) != encrypt.end();
}

}  // namespace

std::string flaw_of(std::string_view armour) {
    auto looked = look_at_armour(armour);
    const auto& key = looked.certificate;
    if (looked.fitness == Fitness::usable && !may_encrypt(key.primary) && std::none_of(key.subkeys.begin(), key.subkeys.end(), may_encrypt))
        looked.fitness = Fitness::no_encryption;
    if (looked.fitness == Fitness::usable) return {};
    return explain({looked.fitness, {}, {}, std::move(looked.because)});
}

bool is_of_others(std::string_view armour, std::span<const std::string> addresses) {
    const auto looked = look_at_armour(armour);
    const auto& ids = looked.certificate.user_ids;
    return !ids.empty() && std::none_of(ids.begin(), ids.end(), [&](const std::string& id) {
        return std::any_of(addresses.begin(), addresses.end(), [&](const auto& one) { return address_in(one) == address_in(id); });
    });
}

std::string fingerprint_in(std::string_view armour) { return look_at_armour(armour).certificate.primary.fingerprint; }

bool is_named(std::string_view armour, std::string_view id) {
    constexpr std::size_t least = 16;
    if (id.size() < least) return false;
    const auto certificate = look_at_armour(armour).certificate;
    const auto is_it = [&](const PublicKey& key) { return key.fingerprint.ends_with(id); };
    return is_it(certificate.primary) || std::any_of(certificate.subkeys.begin(), certificate.subkeys.end(), is_it);
}

}  // namespace caveat::openpgp
