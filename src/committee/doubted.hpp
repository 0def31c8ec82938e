#pragma once
// What may have been entered by somebody else than the person who is now under a security hold, and counts (items 42 and 60).
#include "caveat/storage/voices.hpp"

namespace caveat::committee {

using storage::lately_entered;

// Addresses and a key that came in the person's own name so lately, and that no second pair of hands confirmed, wait to be confirmed from
// now on, as what somebody else enters does: the secretariat hears of it, and the letter of the hold. A key that waits is taken off, since
// the one of before is on record by its fingerprint only. In the caller's transaction.
void doubt_what_they_entered(storage::Store& store, const community::Actor& by, const community::Person& held, Instant now);

}  // namespace caveat::committee
