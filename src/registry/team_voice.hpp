#pragma once
// Who speaks for a team, by their own hand and its wish, and whose word an act about it is therefore (items 15, 36 and 37). Reads the rows:
// needs an open Store::Transaction, or a Reading.
#include <string>
#include <vector>

#include "caveat/community/hands.hpp"
#include "caveat/registry/registry.hpp"

namespace caveat::registry {

// Represents the team, which itself, or the operator for it, made them that, or others long enough ago (storage/voices.hpp).
[[nodiscard]] bool is_its_own_choice(const PersonId& id, const TeamId& team, storage::Store& store, Instant now);
// The same of whoever does something, by their own hand.
[[nodiscard]] bool is_its_own_choice(const community::Actor& by, const TeamId& team, storage::Store& store, Instant now);

// Speaks for the team at this moment (item 15), by their own hand and its wish.
[[nodiscard]] bool speaks(const community::Actor& by, const TeamId& team, storage::Store& store, Instant now);

// Is of it, or was when they left the register.
[[nodiscard]] bool is_of_team(const PersonId& id, const TeamId& team, storage::Register& rows);
// Somebody of the team does it, in whoever's name. `by` is a person.
[[nodiscard]] bool is_done_within(const community::Actor& by, const TeamId& team, storage::Register& rows);
// Or in the name of somebody of it, who may have been given the token: what is kept from either is kept from both.
[[nodiscard]] bool is_from_within(const community::Actor& by, const TeamId& team, storage::Register& rows);

// Whether what is about to be done is the team's own word: by who speaks for it (item 15), by their own hand. Who stands in for its
// representative has none about who that is.
[[nodiscard]] bool is_own_word_of(const community::Actor& by, const TeamId& team, storage::Store& store, Instant now,
                                  bool about_representative = false);

// Community's, as the rows are now.
[[nodiscard]] std::vector<std::string> spoken_over(const community::Person* before, const community::Person& after, storage::Register& rows,
                                                   Instant now);

// Items 36 and 37: no sanction reaches the right to be heard, and nobody who keeps the register does. `after`: none, they leave the
// register. Whoever is of the team and does not speak for it takes its voice at no time: if they could while there is no case, they would
// learn of one by that.
[[nodiscard]] Result<void> leaves_its_voice(const InACase& in_a_case, const community::Actor& by, const community::Person& before,
                                            const community::Person* after, storage::Store& store, Instant now);

}  // namespace caveat::registry
