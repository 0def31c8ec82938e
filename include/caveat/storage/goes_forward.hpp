#pragma once
// Whether a clock stands where dates that count can be written by it. Reads only.
#include "caveat/result.hpp"
#include "caveat/storage/store.hpp"

namespace caveat::storage {

// A vote, a notice, a sanction, a role: their dates count. By a clock set back one could be cast into a ballot that is over, and a case be
// lived through in an afternoon (O6, ruling ii): errc::temporary.
[[nodiscard]] Result<void> goes_forward(Store& store, Instant now);

}  // namespace caveat::storage
