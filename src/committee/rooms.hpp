#pragma once
// The list of an Appeal Panel (item 38, ruling l): made when the panel is seated, with exactly those of the five on it who can sit; nobody
// posts from its decision on, and nobody reads from 30 days later. Only here are these rows written; the registry refuses them at every
// door.
#include "caveat/conduct/case.hpp"
#include "caveat/policy/rulebook.hpp"
#include "caveat/storage/store.hpp"

namespace caveat::committee {

// The list of the panel on the appeal against this notice; none: it was seated before panels had one.
[[nodiscard]] std::optional<community::List> room_of(storage::Store& store, const conduct::Case& c, int notice);

// Brings the lists of the case's panels to where the case stands. Part of the act's transaction, before its journal entry, which vouches
// for the rows.
void keep_rooms(storage::Store& store, const policy::Rulebook& rules, const conduct::Case& c, Instant now);

// Whoever can sit no longer, as their seat, team or place in the register is gone, is taken off the list of the panel, with a journal
// entry, and comes back with the seat. `only_look`: returns whether there is somebody, and writes nothing.
bool follow_who_can_sit(storage::Store& store, const policy::Rulebook& rules, Instant now, bool only_look);

// Ends the reading of the panels that decided 30 days ago, with journal entries. `only_look`: returns whether there is one, and writes
// nothing.
bool empty_rooms(storage::Store& store, Instant now, bool only_look);

}  // namespace caveat::committee
