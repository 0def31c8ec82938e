#pragma once
// Who has a seat, who is a member, who acts: read from the register as of an instant.
#include <string_view>
#include <vector>

#include "caveat/community/people.hpp"
#include "caveat/conduct/ballot.hpp"
#include "caveat/conduct/terms.hpp"
#include "caveat/policy/rulebook.hpp"
#include "caveat/storage/store.hpp"

namespace caveat::committee {

[[nodiscard]] std::vector<TeamId> seats_at(storage::Store& store, const policy::Rulebook& rules,
                                           Instant at);  // one per team (ruling m), sorted
[[nodiscard]] std::vector<conduct::Member> members(storage::Store& store, const policy::Rulebook& rules);  // today's Operational Members

// Every term of an office, past and to come, as a term of the team whose person holds it.
[[nodiscard]] std::vector<conduct::Tenure> tenures(storage::Store& store, const policy::Rulebook& rules);
// The team of an Operational Member's standing, or why it cannot hold an office.
[[nodiscard]] Result<conduct::Member> member(storage::Store& store, const policy::Rulebook& rules, const TeamId& team);

// Who of the ballot's electorate lost its vote before `now`: seats whose terms ended, teams that are no members any more. The register does
// not say when a team ceased to be a member: it is gone when that is first seen.
[[nodiscard]] std::vector<conduct::Departure> departures(storage::Store& store, const policy::Rulebook& rules,
                                                         const conduct::Ballot& ballot, Instant now);

// The operator and the system record for the secretariat. A person does with a term of the desk (item 54).
[[nodiscard]] bool records(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, Instant now);
[[nodiscard]] Result<void> may_record(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, Instant now);
// Of the committee, for this team: as a seat, or in an office of it.
[[nodiscard]] bool sits_for(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, const TeamId& team,
                            Instant now);
// For a team its representative or the holder of its seat speaks; the operator and the secretariat record what was said.
[[nodiscard]] Result<void> may_speak_for(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by,
                                         const TeamId& team, Instant now);

}  // namespace caveat::committee
