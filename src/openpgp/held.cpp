#include "held.hpp"

#include <algorithm>

#include "certificate.hpp"

namespace caveat::openpgp {
namespace {

constexpr std::size_t most_held = 5000;  // keys; then the keyring begins anew

}  // namespace

std::vector<Fingerprinted> fingerprinted(std::span<const std::string_view> texts) {
    std::vector<Fingerprinted> keys;
    for (std::size_t i = 0; i + 1 < texts.size(); i += 2) keys.emplace_back(texts[i], texts[i + 1]);
    return keys;
}

void Held::clear() {
    known_.clear();
    bound_.clear();
}

// A key that came with other bytes before makes the keyring begin anew. So does one that is a subkey of a key which is there: whoever bound
// somebody else's key to their own, which takes nobody's consent, would be found in the place of it. Such subkeys are left out. What an
// engine thinks of each key is seen when it is sealed to.
std::string Held::missing(const std::vector<Fingerprinted>& keys, const std::function<void()>& begin_anew) {
    const auto needs_new = [&](const Fingerprinted& key) {
        const auto known = known_.find(key.first);
        return known == known_.end() ? bound_.count(key.first) > 0 : known->second != key.second;
    };
    if (std::any_of(keys.begin(), keys.end(), needs_new) || known_.size() + keys.size() > most_held) begin_anew();
    std::vector<std::string_view> news;
    for (const auto& [fingerprint, bytes] : keys) {
        if (known_.emplace(fingerprint, bytes).second) news.push_back(bytes);
    }
    std::string fresh;
    for (const auto bytes : news) {
        fresh += without_subkeys(
            bytes, [this](const std::string& fingerprint) { return known_.count(fingerprint) > 0 || !bound_.insert(fingerprint).second; });
    }
    return fresh;
}

}  // namespace caveat::openpgp
