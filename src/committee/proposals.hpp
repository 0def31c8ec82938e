#pragma once
// What may be put to the vote, and to whom: the checks before a ballot opens. They read the register and write nothing.
#include "caveat/committee/committee.hpp"

namespace caveat::committee {

// The motion as it would be opened: its kind known, its subject there, its rule the one that decides it, its candidate one who may stand.
[[nodiscard]] Result<storage::Motion> draft(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by,
                                            const Proposal& p, Instant now);

// The team, if any, that a decision of this kind about this subject is about.
[[nodiscard]] std::optional<TeamId> team_concerned(storage::Store& store, std::string_view kind, const std::string& subject);
// Whose case it is takes no part in deciding it (item 27), nor does who is to be admitted or judged. In votes of the members nobody.
[[nodiscard]] std::optional<TeamId> party_of(storage::Store& store, conduct::Rule rule, std::string_view kind, const std::string& subject);

// Fixed at the opening (ruling o): the seats of then, or the members with a vote on the day.
[[nodiscard]] std::vector<TeamId> electorate_of(storage::Store& store, const policy::Rulebook& rules, const storage::Motion& m,
                                                const conduct::Numbers& numbers);

}  // namespace caveat::committee
