#pragma once
// Reads from the register, as of an instant, who has a seat, who is a member and who acts.
#include <string_view>
#include <vector>

#include "caveat/committee/committee.hpp"
#include "caveat/community/hands.hpp"
#include "caveat/community/people.hpp"
#include "caveat/conduct/ballot.hpp"
#include "caveat/conduct/terms.hpp"
#include "caveat/policy/rulebook.hpp"
#include "caveat/storage/store.hpp"

namespace caveat::committee {

// A team that the register no longer shows with a seat or as a member counts as gone just before this look.
inline constexpr std::chrono::microseconds tick{1};

[[nodiscard]] std::vector<TeamId> seats_at(storage::Store& store, const policy::Rulebook& rules,
                                           Instant at);  // one per team (ruling m), sorted
// Until when the team has a seat without a gap from then on: that instant itself where it has none then; none: without an end.
[[nodiscard]] std::optional<Instant> seated_until(storage::Store& store, const policy::Rulebook& rules, const TeamId& team, Instant from);
// The name and the term of each at an instant.
[[nodiscard]] std::vector<Elector> seated_at(storage::Store& store, const policy::Rulebook& rules, Instant at);
[[nodiscard]] std::vector<conduct::Member> members(storage::Store& store, const policy::Rulebook& rules);  // today's Operational Members

// Every term of an office, past and to come, as a term of the team whose person holds it.
[[nodiscard]] std::vector<conduct::Tenure> tenures(storage::Store& store, const policy::Rulebook& rules);
// The team, if it is an Operational Member, or why it cannot hold an office.
[[nodiscard]] Result<conduct::Member> member(storage::Store& store, const policy::Rulebook& rules, const TeamId& team);

// The teams of the ballot's electorate that lost their vote before `now`: seats whose terms ended, teams that are no longer members. The
// register does not say when a team ceased to be a member, so the instant at which that is first seen counts.
[[nodiscard]] std::vector<conduct::Departure> departures(storage::Store& store, const policy::Rulebook& rules,
                                                         const conduct::Ballot& ballot, Instant now);

// The operator and the system record for the secretariat. A person may record with a role that has the trait `records` (item 54).
[[nodiscard]] bool records(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, Instant now);
[[nodiscard]] Result<void> may_record_at_any_clock(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by,
                                                   Instant now);
// The same, and neither this nor speaking for a team is done by a clock that stands more than ten minutes behind the newest entry of the
// journal: errc::temporary. A hold is: it protects.
[[nodiscard]] Result<void> may_record(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, Instant now);
// What the secretariat does without a decision, no single seat does: a security hold is the secretariat's or the Chair's (item 42, ruling
// uu), who runs a list the secretariat's.
[[nodiscard]] Result<void> may_hold(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, Instant now);
[[nodiscard]] Result<void> may_administer(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, Instant now);
// A term as chair: days that were given to the Deputy, whatever they hold beside it. None: nothing is written down of it, as of what came
// by a load.
[[nodiscard]] std::optional<bool> was_delegated(storage::Store& store, const community::Term& term);
// In the chair by election, not on days that were delegated (item 53).
[[nodiscard]] bool is_chair(storage::Store& store, const policy::Rulebook& rules, const PersonId& person, Instant now);
// Whoever presides by the chair's word does not take the chair from them by a hold.
[[nodiscard]] Result<void> leaves_the_chair(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by,
                                            const PersonId& person, Instant now);
// The days on which the deputy presides are the chair's to give: by their own hand, or recorded for them by the secretariat, but by nobody
// of the deputy's team.
[[nodiscard]] Result<void> may_delegate(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by,
                                        const community::Person& deputy, Instant now);
// Whether an actor of the record, "person orchid-rep", was somebody of this team when they acted, wherever they are now.
[[nodiscard]] bool was_of(storage::Store& store, std::string_view actor, const TeamId& team, Instant at);
// And acted as its voice, or held its seat: it is the team's own word. What one of the secretariat recorded for their own team is recorded
// by somebody else, as for any team, unless they spoke for it when they did, whoever does since: that the journal tells
// (storage/voices.hpp).
[[nodiscard]] bool is_own_act(storage::Store& store, const policy::Rulebook& rules, std::string_view actor, const TeamId& team, Instant at);
using community::is_own_word;
// Somebody of this team, and not one of another who sits with it: whatever they hold, of what is about the team they are the party. Or
// somebody of it made the token that is used.
[[nodiscard]] bool is_of(storage::Store& store, const community::Actor& by, const TeamId& team);
// The list, as far as they may know of it: of an Appeal Panel's nobody of the party does, so that a name is guessed at in vain (ruling l).
[[nodiscard]] std::optional<community::List> list_for(storage::Store& store, const community::Actor& by, const ListId& id);
// Who speaks for this team does it, or the holder of its seat, and nobody for them.
[[nodiscard]] bool is_own_hand(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, const TeamId& team,
                               Instant now);
// Nor is it a voice that others than the team gave it a few days ago (storage/voices.hpp): errc::denied for their hand. Asked where
// something that the team said, or was given, is taken away. The holder of its seat was elected.
[[nodiscard]] Result<void> is_its_own_voice(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by,
                                            const TeamId& team, Instant now);
// Who of the team held this office at that instant, wherever they are now; of two the one whose term began later.
[[nodiscard]] std::optional<PersonId> who_holds(storage::Store& store, const policy::Rulebook& rules, community::Office office,
                                                const TeamId& team, Instant at);
// Whether an actor of the record held the office for the team; where nobody did, whether it is an own act of the team. `held`: when the
// office counts.
[[nodiscard]] bool is_act_of_office(storage::Store& store, const policy::Rulebook& rules, community::Office office, std::string_view actor,
                                    const TeamId& team, Instant held, Instant at);
// The team of a person; who is in the register no more, of the one they left.
[[nodiscard]] std::optional<TeamId> team_of_whom(storage::Store& store, const PersonId& person);
// Of the committee, for this team: as a seat, or in an office of it.
[[nodiscard]] bool sits_for(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, const TeamId& team,
                            Instant now);
// The representative, or an alternate while no representative can (representation.hpp).
[[nodiscard]] bool speaks(storage::Store& store, const community::Person& person, Instant now);
// Who so speaks for a team, or the holder of its seat; the operator and the secretariat record what was said.
[[nodiscard]] Result<void> may_speak_for(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by,
                                         const TeamId& team, Instant now);

}  // namespace caveat::committee
