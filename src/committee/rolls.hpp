#pragma once
// Who had a vote, and who has left since: the roll of each ballot, and departures, as they get on record. In the caller's transaction.
#include "caveat/committee/committee.hpp"

namespace caveat::committee {

// Records the teams that have left since the last act, because the register does not keep when a team left.
void record_departures(storage::Store& store, const policy::Rulebook& rules, const Decision& d, Instant now);
// Writes the roll of a ballot that has opened by its clock, with a journal entry, if it is not on record yet (ruling tt).
void open_roll(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, const std::string& id, Instant now);
// Of every ballot: the rolls of those that have opened, and who has left where a vote or a petition can still lose something by it. Returns
// whether anything was written. `only_look`: writes nothing, and returns whether there would be something to write.
bool keep_rolls(storage::Store& store, const policy::Rulebook& rules, const vault::Vault& vault, Instant now, bool only_look);

}  // namespace caveat::committee
