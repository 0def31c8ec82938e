#pragma once
// What the single acts share.
#include "apply.hpp"
#include "caveat/community/field.hpp"
#include "caveat/community/hands.hpp"
#include "caveat/detail.hpp"
#include "caveat/registry/registry.hpp"
#include "check.hpp"
#include "diff.hpp"

namespace caveat::registry {

// The row as it is stored, or everything that is wrong with it.
template <class Row, class... Rules>
[[nodiscard]] Result<void> sound(const Row& row, const Rules&... rules) {
    Problems problems;
    check(row, rules..., problems);
    if (problems.none()) return {};
    return tl::unexpected(problems.error());
}

struct Entry {
    std::string_view act;  // "team.change"
    std::string_view subject;
    std::string what;
    std::string decision;  // that the act cites; empty if it needed none
    Facts facts = {};
};
void record(storage::Store& store, const community::Actor& by, const Entry& entry, Instant now);

// errc::not_found, saying where the people of the register are listed.
[[nodiscard]] tl::unexpected<Error> no_such_person(const PersonId& id);

// With a signature a person votes and speaks for a team. So a key that would count at once as somebody's is brought by themself, or by
// whoever keeps the register in their own name, of which that person hears; not in the name of the one whose it is to be.
[[nodiscard]] Result<void> comes_by_its_own_hand(const community::Actor& by, const community::Person& before, const community::Person& put);

// Whoever runs a list sees its roster and what waits there. Roles of lists that go on while their team or list becomes another, by which
// that team could read the list no more (ruling ll). One that counted for nothing before stays on record, and `doctor` names it.
struct LostRole {
    community::Term term;
    std::string why;  // and how it is ended
};
[[nodiscard]] std::vector<LostRole> roles_lost(const policy::Rulebook& rules, const std::vector<community::HeldTerm>& before,
                                               const std::vector<community::HeldTerm>& after);

// What only the committee can decide about one row (items 23-25, 54, 70; ruling y), as the kind of decision that does.
using community::Need;
[[nodiscard]] std::vector<Need> needs(const policy::Rulebook& rules, const community::Team* before,
                                      const community::Team* after);  // null: not there
// The same of a list (item 70, ruling jj); null: not there.
[[nodiscard]] std::vector<Need> needs(const policy::Rulebook& rules, const community::List* before, const community::List* after,
                                      Instant now);

// What a team of the community is, no act on its row changes: errc::denied with the act that does (ruling ii).
[[nodiscard]] Result<void> keeps_status(const policy::Rulebook& rules, const community::Team* before, const community::Team* after);

// The secretariat records what was decided and decides nothing itself: an act cites exactly the decision that it needs, of one kind. There
// are two checks: early on whether a decision was named at all, and at the end whether it decided this deed.
[[nodiscard]] Result<void> check_citation(const std::vector<Need>& needed, const std::string& decision);
[[nodiscard]] Result<void> use_decision(const Citation& cite, const std::vector<Need>& needed, const std::string& decision,
                                        const community::Deed& deed);
// The one clearance that is given, changed or taken away. errc::denied where there are several: each is a decision of its own.
[[nodiscard]] Result<community::Deed> clearance_deed(const community::Team* before, const community::Team& after);

// Whoever is on the roster of a list that has ended reads on there (item 66), and nobody comes to it: errc::invalid.
[[nodiscard]] Result<void> is_open(const community::List& list, Instant now);

// The list of an Appeal Panel is the committee's: the panel's five are on it, and nobody enters, leaves or changes it here (ruling l).
[[nodiscard]] Result<void> not_a_panels(const community::List& list);

// A clearance that is new, or has a new label, is credited to the decision now cited.
void credit_clearances(community::Team& team, const community::Team* before, const std::string& decision);

}  // namespace caveat::registry
