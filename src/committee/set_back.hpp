#pragma once
// What the program writes down of a ballot as time passes: its roll at the opening, and who has left since. A clock that stood ahead for a
// moment wrote that of what is still to come. When it is right again nothing of it counts, and it stays on record that it was taken back.
#include <vector>

#include "caveat/storage/store.hpp"

namespace caveat::committee {

// What was said in a ballot, in its order, without what was taken back or is dated later than `now`.
[[nodiscard]] std::vector<storage::Remark> said_by(storage::Store& store, const storage::Motion& motion, Instant now);

// In a transaction, before its roll is written: takes back what a clock that stood ahead wrote of this ballot. Else it would count again
// when its time comes, beside what is written then.
bool take_back_roll(storage::Store& store, const storage::Motion& motion, Instant now);

// The same of every ballot, from a clock that nothing speaks against (Reminders), and of what the program told because it seemed to be due,
// and was not yet when the clock was `set_back`: that is told again when it is. Returns whether there was any. `only_look`: writes nothing,
// and returns whether there would be.
bool take_back_what_is_to_come(storage::Store& store, Instant set_back, Instant now, bool only_look);

}  // namespace caveat::committee
