#pragma once
// Signatures that counted, as the connection of the daemon's desk remembers them beside their rows (K7): a row that is taken out of the
// file lets nothing count twice while the daemon runs, and at its next start what is there is not what was noted. On the thread of the
// store.
#include <cstdint>

#include "caveat/ids.hpp"
#include "caveat/storage/store.hpp"

namespace caveat::storage {

// How many there are, and a keyed hash over which, in no order.
struct Uses {
    std::int64_t count = 0;
    Digest mark{};
    bool operator==(const Uses&) const = default;
};

// Reads them all. From now on Posts::signature_used also knows those whose row is gone, and says so to Options::warn, once.
void remember_uses(Store& store);
// What is remembered, with what counted here since and was committed. Not within a transaction.
[[nodiscard]] Uses remembered_uses(Store& store);
// Of those rows that entries up to this one vouch for: as `remembered_uses` was when that was the head, if no row is gone.
[[nodiscard]] Uses uses_until(Store& store, std::int64_t entry);

}  // namespace caveat::storage
