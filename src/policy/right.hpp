#pragma once
// The matrix read for one person and one verb: the union of all columns whose facts hold (ruling t), then the ceilings.
#include <algorithm>

#include "caveat/policy/decide.hpp"
#include "caveat/policy/prospect.hpp"
#include "compiled.hpp"

namespace caveat::policy {

struct Right {
    const Party* party = nullptr;      // none: the book does not know the category
    const ListClass* klass = nullptr;  // none: the book does not know the class
    std::size_t class_at = 0;
    Mask granting = 0;             // columns whose cell grants the verb
    bool moderated = false;        // every one of them through a moderator
    Why missing = Why::no_cell;    // what was nearest to a grant, where there is none
    std::int16_t column = -1;      // the first that grants, or the one that nearly did
    std::int16_t limited_by = -1;  // the column whose bracket is the ceiling; -1: the party's ceiling or a clearance
    community::Tlp list_max{};     // of list and class
    community::Tlp ceiling{};      // highest label, where granted
};

[[nodiscard]] Right find_right(const Compiled& book, community::Verb verb, const community::Standing& who, const community::List& list,
                               Instant now);

// Whatever its people hold: whether a column of that party reads lists of this class. `cleared`: by a decision about team and list.
[[nodiscard]] Prospect prospect_of(const Party& party, const ListClass& klass, bool cleared);

// Does this denial stand in the way of the verb on the list, leaving its interval aside?
[[nodiscard]] bool reaches(const Compiled& book, const community::Denial& denial, community::Verb verb, const community::List& list,
                           std::size_t class_at);

[[nodiscard]] const DenialKind* kind_of(const Compiled& book, const community::Denial& denial);

[[nodiscard]] inline bool on_roster(const community::Standing& who, Instant t) { return who.roster && who.roster->during.contains(t); }

// The same of the past, where it was gathered.
[[nodiscard]] inline bool was_on_roster(const community::Standing& who, Instant t) {
    return on_roster(who, t) || std::any_of(who.stays.begin(), who.stays.end(), [&](const Interval& stay) { return stay.contains(t); });
}

// On the roster, in an interval that begins later. Nobody is entered in advance, so the clock was set back: that is no verdict about the
// person, it is asked again.
[[nodiscard]] inline bool on_roster_later(const community::Standing& who, Instant t) { return who.roster && t < who.roster->during.from; }

}  // namespace caveat::policy
