#pragma once
// What is in a keyring that can only grow: an import adds to a key and takes nothing out of it. In a runner (keeper.hpp).
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace caveat::openpgp {

using Fingerprinted = std::pair<std::string, std::string_view>;  // a key's fingerprint and its packets
// Of texts in turn.
[[nodiscard]] std::vector<Fingerprinted> fingerprinted(std::span<const std::string_view> texts);

class Held {
public:
    // The packets that must be taken in so that the keyring has these keys. `begin_anew` empties the keyring, where it must be, and clears
    // this.
    [[nodiscard]] std::string missing(const std::vector<Fingerprinted>& keys, const std::function<void()>& begin_anew);
    [[nodiscard]] std::size_t size() const { return known_.size(); }
    void clear();

private:
    std::unordered_map<std::string, std::string> known_;  // packets by fingerprint
    std::unordered_set<std::string> bound_;               // the fingerprints of the subkeys that are there
};

}  // namespace caveat::openpgp
