#pragma once
// Who is entered, and by whom: what the register allows for everybody, what is open to a representative, and how somebody who was of
// another team comes in (items 15 and 25, ruling kk). Reads the rows: needs an open Store::Transaction.
#include <optional>
#include <vector>

#include "acts.hpp"

namespace caveat::registry {

// An address names one person, and a team has one representative (item 15): whatever else the register holds.
// errc::not_found: no such team; errc::conflict, errc::invalid.
[[nodiscard]] Result<void> fits(const community::Person& person, storage::Register& rows);

// errc::conflict: an id or an address that this person has not yet is of somebody awaited.
[[nodiscard]] Result<void> leaves_awaited(const std::vector<community::Person>& awaited, const community::Person* before,
                                          const community::Person& person);

// Keeps the register: the secretariat, and the operator.
[[nodiscard]] bool administers(const policy::Rulebook& rules, const community::Actor& by, storage::Register& rows, Instant now);

// By somebody who speaks for a team and does not keep the register.
[[nodiscard]] bool speaks_for_one_team(const policy::Rulebook& rules, const community::Actor& by, storage::Register& rows, Instant now);

// Whoever speaks for a team that is a member or partner no more brings nobody into the community: errc::denied.
[[nodiscard]] Result<void> is_still_here(const policy::Rulebook& rules, const TeamId& id, storage::Register& rows);

// What somebody who speaks for one team enters must say nothing about the others (A7): an id or an address that is in use elsewhere is
// refused in the same words as one that is only not their own, and both whether or not it is tried out first. errc::conflict.
[[nodiscard]] tl::unexpected<Error> not_by_a_representative(const TeamId& team);

// Who left another team keeps the id by which everybody knew them (ruling kk), and is entered by whoever knows them: with an address that
// was theirs, beside which only the new team's stand. Whose id that is, or where they were, is nothing that others find out.
[[nodiscard]] bool is_the_teams_own(const community::Person& person, const std::optional<community::Person>& before,
                                    storage::Register& rows);

// Ruling (kk). Who was of another team comes in by the one who speaks for the new team, and else by the committee. Under another id they
// are known by an address or a key that they had.
[[nodiscard]] std::vector<Need> needs_of_entry(const policy::Rulebook& rules, const community::Actor& by, const community::Person& person,
                                               storage::Store& store, Instant now);

// The same by a change: somebody is entered first, and becomes who it was afterwards. What waits may be the representative's wish.
// errc::denied, saying how they come in.
[[nodiscard]] Result<void> becomes_nobody_else(const policy::Rulebook& rules, const community::Actor& by, const community::Person& before,
                                               const community::Person& after, const std::vector<community::Unconfirmed>& waiting,
                                               storage::Store& store, Instant now);

// errc::denied, saying how they come to the other team.
[[nodiscard]] tl::unexpected<Error> nobody_is_moved(const community::Person& before, const TeamId& wanted);

}  // namespace caveat::registry
