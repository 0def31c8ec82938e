#pragma once
// Whether a place on a roster could ever serve somebody: asked before a person is put on it (ruling ll). What can come with time, an
// election, a key, a MoU or a higher ceiling is no bar; the category is. Pure, any thread.
#include <string>

#include "caveat/community/standing.hpp"
#include "caveat/policy/rulebook.hpp"
#include "caveat/result.hpp"

namespace caveat::policy {

enum class Prospect : std::uint8_t {
    some,            // now, or once something comes
    none,            // no column that this category can stand in receives or reads the archive
    needs_decision,  // those columns ask for a decision of the committee about this team and list first (item 61)
};

[[nodiscard]] Prospect prospect(const Rulebook& rules, const community::Standing& who, const community::List& list);

// The same of the role of a list that somebody holds; `some` of an office, which is of no list.
[[nodiscard]] Prospect prospect(const Rulebook& rules, const community::HeldTerm& held);
// Why that role counts for nothing, in a sentence; empty where their team could read the list.
[[nodiscard]] std::string unfit(const Rulebook& rules, const community::HeldTerm& held);

// A term of theirs that counts gives the trait on this list now (Rulebook::serves).
[[nodiscard]] bool serves(const Rulebook& rules, const community::Standing& who, Trait trait, const community::List& list, Instant now);

// Now, and whoever is on its roster: a column that holds lets this person receive or read the archive, and does not ask that they be named.
[[nodiscard]] bool reads_unnamed(const Rulebook& rules, const community::Standing& who, const community::List& list, Instant now);

// Whoever runs a list, as its owner or moderator, sees its roster and what waits there, so a place on it could serve them: errc::denied.
[[nodiscard]] Result<void> may_run(const Rulebook& rules, const community::Standing& who, const community::List& list,
                                   std::string_view role);

// Why not, in a sentence; empty for `some`.
[[nodiscard]] std::string explain(Prospect prospect, const Rulebook& rules, const community::Standing& who, const community::List& list);

}  // namespace caveat::policy
