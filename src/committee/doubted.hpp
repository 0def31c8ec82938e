#pragma once
// What may have been entered by somebody else than the person who is now under a security hold, and counts (items 42 and 60).
#include "caveat/storage/voices.hpp"

namespace caveat::committee {

using storage::lately_entered;

// What counts of the addresses and the key is what was there before the person's own name came into it so lately, or what a second pair of
// hands confirmed since: all else waits to be confirmed from now on, as what somebody else enters does, and the secretariat hears of it, as
// does the letter of the hold. A key that waits is taken off, since the one of before is on record by its fingerprint only. In the
// caller's transaction.
void doubt_what_they_entered(storage::Store& store, const community::Actor& by, const community::Person& held, Instant now);

}  // namespace caveat::committee
