#pragma once
// What the program writes down of a ballot as time passes: its roll at the opening, and who has left since. A clock that stood ahead for a
// moment wrote that of what is still to come. When it is right again nothing of it counts, and it stays on record that it was taken back.
#include <vector>

#include "caveat/storage/store.hpp"

namespace caveat::committee {

// What was said in a ballot, in its order, without what was taken back or is dated later than `now`.
[[nodiscard]] std::vector<storage::Remark> said_by(storage::Store& store, const storage::Motion& motion, Instant now);

// In a transaction, from a clock that is right: takes back what one that stood ahead wrote of this ballot. Else it would count again when
// its time comes, beside what is written then.
bool take_back_roll(storage::Store& store, const storage::Motion& motion, Instant now);

// The same of every ballot, and of what the program told because it seemed to be due: that is told again when it is. Returns whether there
// was any. `only_look`: writes nothing, and returns whether there would be.
bool take_back_what_is_to_come(storage::Store& store, Instant now, bool only_look);

}  // namespace caveat::committee
