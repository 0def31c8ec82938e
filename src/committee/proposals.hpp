#pragma once
// What may be put to the vote, and to whom: the checks before a ballot opens. They read the register and write nothing.
#include "caveat/committee/committee.hpp"

namespace caveat::committee {

struct Drafted {
    storage::Motion motion;
    community::Settings set;  // what it will bind
};
// The motion as it would be opened. Checked: its kind is known, its subject exists, its rule is the right one, its candidate may stand, and
// it names what it decides (ruling ii).
[[nodiscard]] Result<Drafted> draft(storage::Store& store, const policy::Rulebook& rules, const vault::Vault& vault,
                                    const community::Actor& by, const Proposal& p, Instant now);

// An admission or category proposed about an application is about its team.
[[nodiscard]] Proposal about_its_team(storage::Store& store, const Proposal& given);

// The team, if any, that a decision of this kind about this subject is about.
[[nodiscard]] std::optional<TeamId> team_concerned(storage::Store& store, std::string_view kind, const std::string& subject);
// The team that takes no part because the decision is about it: the accused (item 27), or the team to be admitted or judged. None in votes
// of the members.
[[nodiscard]] std::optional<TeamId> party_of(storage::Store& store, conduct::Rule rule, std::string_view kind, const std::string& subject);

// Who votes, as the register stands (ruling o): the seats of the opening, or the members with a right to vote on the day of the meeting or
// of the stated close.
[[nodiscard]] std::vector<Elector> electors_of(storage::Store& store, const policy::Rulebook& rules, const storage::Motion& m,
                                               const conduct::Numbers& numbers);
// Writes them down, with who is recused because the decision is about it and, in a members' ballot, the members without a vote (ruling tt).
// In the caller's transaction, which writes the journal entry. Returns how many have a vote.
std::int64_t enrol(storage::Store& store, const policy::Rulebook& rules, const storage::Motion& m, const community::Actor& by, Instant now);

}  // namespace caveat::committee
