#pragma once
// The changes of a load that only the committee can decide, and whether it has decided otherwise.
#include <optional>
#include <string>
#include <vector>

#include "diff.hpp"

namespace caveat::registry {

struct Undecided {
    std::string line;     // "team quokka: the category of a team (items 23 and 54)"
    std::string kind;     // of the decision it needs; empty: offices and denials, which have acts of their own
    std::string subject;  // "quokka"
    community::Settings does;
    std::optional<community::Denial> denial = {};  // of one: as it would be, with the register's id where it is on record
    std::optional<community::Term> began = {};     // of an office: as it is on record
};
[[nodiscard]] std::vector<Undecided> undecided_in(const policy::Rulebook& rules, const Plan& plan, const Census& current, Instant now);

// errc::denied, naming the decision, if an act here carried out another decision about the same (ruling ii): the status of a team, a
// clearance, the settings of a list, the denials of a case or a hold, a term that an election began.
[[nodiscard]] Result<void> against_no_decision(storage::Store& store, const std::vector<Undecided>& all);

// The operator sets a community up; for everybody else, what the committee decides needs its decision (C5): errc::denied, with its lines.
[[nodiscard]] Result<void> nothing_undecided(const std::vector<Undecided>& all);

// By the journal, the decision whose election began this term; empty: none here.
[[nodiscard]] std::string election_begun(storage::Store& store, const community::Term& term);

}  // namespace caveat::registry
