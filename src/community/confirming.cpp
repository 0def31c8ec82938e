#include "caveat/community/confirming.hpp"

#include <algorithm>

namespace caveat::community {

bool address_waits(const Person& person, const std::vector<Unconfirmed>& waiting) {
    return !person.addresses.empty() && std::any_of(waiting.begin(), waiting.end(), [&](const auto& row) {
        return row.what == Unconfirmed::What::addresses &&
               std::find(row.known.begin(), row.known.end(), person.addresses.front()) == row.known.end();
    });
}

bool withholds_links(const Person& person, const std::vector<Unconfirmed>& waiting) {
    const bool unsealed = person.key.empty() &&
                          std::any_of(waiting.begin(), waiting.end(), [](const auto& row) { return row.what == Unconfirmed::What::key; });
    return unsealed || address_waits(person, waiting);
}

}  // namespace caveat::community
