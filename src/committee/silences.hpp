#pragma once
// When nobody can speak for a team, because each who does is under a security hold: the clocks of its cases stand still then
// (conduct::Case::silences). It goes into the journal when it begins and ends (`hold.silence`, about the team), since who speaks for it
// later does not tell: what its people were told of their time stays as it was. A hold that somebody of the team placed counts for it only
// from a decision on.
#include "caveat/storage/store.hpp"

namespace caveat::committee {

[[nodiscard]] Instant is_over_at(const storage::HoldRow& hold);  // at its end, or when it was lifted

// As it is on record, and to come, if nothing changes; in order and apart. Of holds that a program placed which wrote nothing of it down:
// by who speaks for the team today.
[[nodiscard]] std::vector<Interval> silences_of(storage::Store& store, const TeamId& team);

// In a transaction, after a hold was placed, extended or lifted: writes down what changed by it, and keeps the clocks of the team's cases.
// Returns whether anything did. `only_look`: writes nothing, and returns whether there would be something to write.
bool keep_silence_of(storage::Store& store, const TeamId& team, Instant now, bool only_look);
// The same of every team of somebody who is held: others may speak for it since.
bool keep_silences(storage::Store& store, Instant now, bool only_look);

}  // namespace caveat::committee
