#include "right.hpp"

#include <algorithm>
#include <bit>

namespace caveat::policy {
namespace {

using community::Tlp;

bool tenure_holds(const Column& column, const community::Standing& who, Instant now) {
    if (column.tenure == Tenure::any) return true;
    // A team without a recorded admission counts as the newest: the right that comes with time is not shown.
    if (!who.since) return column.tenure == Tenure::below;
    if (now < start_of(*who.since)) return false;
    const bool reached = start_of(add_months(*who.since, column.months, Rounding::later)) <= now;
    return reached == (column.tenure == Tenure::at_least);
}

bool mou_holds(const Column& column, const community::Standing& who, Instant now) {
    if (column.mou == Mou::any) return true;
    const bool in_force = who.mou && start_of(*who.mou) <= now;
    return in_force == (column.mou == Mou::in_force);
}

bool has_seat(const Compiled& book, const community::Standing& who, Instant now) {
    return std::any_of(who.of_team.begin(), who.of_team.end(), [&](const community::Term& term) {
        const int at = term.during.contains(now) ? role_index(book, term.role) : -1;
        return at >= 0 && book.roles[static_cast<std::size_t>(at)].is.office == community::Office::seat;
    });
}

// Powers come from terms with dates and vanish when the interval ends (A10). A role of a list counts for nothing while the team of its
// holder could not read that list (ruling ll).
Mask roles_held(const Compiled& book, const Right& right, const community::Standing& who, const community::List& list, Instant now) {
    Mask held = 0;
    for (const community::Term& term : who.terms) {
        if (!term.during.contains(now)) continue;
        const int at = role_index(book, term.role);
        if (at < 0) continue;
        const auto index = static_cast<std::size_t>(at);
        const bool of_list = book.roles[index].of_list;
        if (of_list && term.list != list.id) continue;
        if (of_list && prospect_of(*right.party, *right.klass, who.clearance.has_value()) != Prospect::some) continue;
        if (needs_seat(book, index) && !has_seat(book, who, now)) continue;
        held |= mask_of(index);
    }
    return held;
}

// How close a cell came to granting the verb. The person is told the reason of the closest one.
int nearness(Why why) {
    switch (why) {
        case Why::needs_decision:
            return 3;
        case Why::not_on_roster:
            return 2;
        case Why::no_mou:
            return 1;
        default:
            return 0;
    }
}

void note_missing(Right& right, Why why, std::size_t column) {
    if (right.granting != 0 || nearness(why) <= nearness(right.missing)) return;
    right.missing = why;
    right.column = static_cast<std::int16_t>(column);
}

// What a cell still asks for when its column holds; `granted` if nothing.
Why unmet(const Cell& cell, const community::Standing& who, bool seated) {
    if (cell.representative && !who.representative) return Why::no_cell;
    if (cell.decision && !who.clearance) return Why::needs_decision;
    if (cell.own && !seated) return Why::not_on_roster;
    return Why::granted;
}

void settle_ceiling(Right& right, const community::Standing& who, Tlp bracket) {
    // A decision of the SC replaces the ceilings of cell and party (ruling y); it cannot raise the list's maximum.
    if (who.clearance) {
        right.ceiling = std::min(*who.clearance, right.list_max);
        right.limited_by = -1;
        return;
    }
    const Tlp party = right.party->ceiling_on[right.class_at];
    if (party <= bracket) right.limited_by = -1;
    right.ceiling = std::min({party, bracket, right.list_max});
}

}  // namespace

Right find_right(const Compiled& book, community::Verb verb, const community::Standing& who, const community::List& list, Instant now) {
    Right right;
    right.party = find_party(book, who.category, who.subtype);
    const int class_at = class_index(book, list.klass);
    if (!right.party || class_at < 0) return right;
    right.class_at = static_cast<std::size_t>(class_at);
    right.klass = &book.classes[right.class_at];
    right.list_max = std::min(list.max_tlp, right.klass->max);

    const Mask roles = who.terms.empty() ? 0 : roles_held(book, right, who, list, now);
    // Whoever receives later has the seat that later counts.
    const bool seated = on_roster(who, now) || (verb == community::Verb::receive && on_roster_later(who, now));
    Tlp bracket = Tlp::red;
    bool freely = false;
    for (Mask left = right.party->columns & right.klass->speaking; left != 0; left &= left - 1) {
        const auto at = static_cast<std::size_t>(std::countr_zero(left));
        const Column& column = book.columns[at];
        const Cell& cell = right.klass->cells[at];
        if ((cell.verbs & bit(verb)) == 0) continue;
        if (column.roles != 0 && (column.roles & roles) == 0) continue;
        if (column.seat >= 0 && (column.seat != class_at || !seated)) continue;
        if (column.representative && !who.representative) continue;
        if (!tenure_holds(column, who, now)) continue;
        if (!mou_holds(column, who, now)) {
            if (column.mou == Mou::in_force) note_missing(right, Why::no_mou, at);
            continue;
        }
        if (const Why why = unmet(cell, who, seated); why != Why::granted) {
            note_missing(right, why, at);
            continue;
        }
        if (right.granting == 0) right.column = static_cast<std::int16_t>(at);
        right.granting |= mask_of(at);
        freely = freely || !cell.moderated;
        if (cell.limit < bracket) {
            bracket = cell.limit;
            right.limited_by = static_cast<std::int16_t>(at);
        }
    }
    if (right.granting == 0) return right;
    right.moderated = verb == community::Verb::post && !freely;
    settle_ceiling(right, who, bracket);
    return right;
}

const DenialKind* kind_of(const Compiled& book, const community::Denial& denial) {
    const int at = index_of(book.denials, denial.source, &DenialKind::source);
    return at < 0 ? nullptr : &book.denials[static_cast<std::size_t>(at)];
}

bool reaches(const Compiled& book, const community::Denial& denial, community::Verb verb, const community::List& list,
             std::size_t class_at) {
    if ((denial.verbs & bit(verb)) == 0) return false;
    // A source that the book does not know reaches everything, so that no denial is lost (A4).
    const DenialKind* kind = kind_of(book, denial);
    if (kind && (kind->never & mask_of(class_at)) != 0) return false;
    if (denial.resource == "*") {
        return !kind || ((kind->everywhere & mask_of(class_at)) != 0 && (kind->everywhere_verbs & bit(verb)) != 0);
    }
    constexpr std::string_view by_class = "class:";
    const std::string_view resource = denial.resource;
    if (resource.starts_with(by_class)) return resource.substr(by_class.size()) == list.klass;
    return resource == list.id.value;
}

}  // namespace caveat::policy
