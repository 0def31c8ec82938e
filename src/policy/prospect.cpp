#include "caveat/policy/prospect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "compiled.hpp"
#include "right.hpp"

namespace caveat::policy {

// Roles, seats, tenure, MoU and speaking for the team come and go; the columns of a category are what they are.
Prospect prospect_of(const Party& party, const ListClass& klass, bool cleared) {
    constexpr community::Verbs reading = bit(community::Verb::receive) | bit(community::Verb::archive);
    auto best = Prospect::none;
    for (Mask left = party.columns & klass.speaking; left != 0; left &= left - 1) {
        const Cell& cell = klass.cells[static_cast<std::size_t>(std::countr_zero(left))];
        if ((cell.verbs & reading) == 0) continue;
        if (!cell.decision || cleared) return Prospect::some;
        best = Prospect::needs_decision;
    }
    return best;
}

namespace {

Prospect prospect_in(const Compiled& book, std::string_view category, std::string_view subtype, std::string_view list_class, bool cleared) {
    const Party* party = find_party(book, category, subtype);
    const int at = class_index(book, list_class);
    if (party == nullptr || at < 0) return Prospect::none;
    return prospect_of(*party, book.classes[static_cast<std::size_t>(at)], cleared);
}

}  // namespace

Prospect prospect(const Rulebook& rules, const community::Standing& who, const community::List& list) {
    return prospect_in(rules.compiled(), who.category, who.subtype, list.klass, who.clearance.has_value());
}

Prospect prospect(const Rulebook& rules, const community::HeldTerm& held) {
    if (!rules.role_of_list(held.term.role)) return Prospect::some;
    return prospect_in(rules.compiled(), held.category, held.subtype, held.list_class, held.cleared);
}

bool serves(const Rulebook& rules, const community::Standing& who, Trait trait, const community::List& list, Instant now) {
    return std::any_of(who.terms.begin(), who.terms.end(), [&](const community::Term& term) {
        if (!rules.counts(term.role, who.category) || !rules.serves(term, trait, list.id, now)) return false;
        return !rules.role_of_list(term.role) || prospect(rules, who, list) == Prospect::some;
    });
}

bool reads_unnamed(const Rulebook& rules, const community::Standing& who, const community::List& list, Instant now) {
    if (who.removed) return false;
    auto unnamed = who;
    unnamed.roster.reset();
    return find_right(rules.compiled(), community::Verb::receive, unnamed, list, now).granting != 0 ||
           find_right(rules.compiled(), community::Verb::archive, unnamed, list, now).granting != 0;
}

Result<void> may_run(const Rulebook& rules, const community::Standing& who, const community::List& list, std::string_view role) {
    const auto found = prospect(rules, who, list);
    if (found == Prospect::some) return {};
    return fail(errc::denied, "who is {} of a list sees its roster and what waits there, and {}", role, explain(found, rules, who, list));
}

std::string explain(Prospect prospect, const Rulebook& rules, const community::Standing& who, const community::List& list) {
    const auto party = who.subtype.empty() ? who.category : fmt::format("{} ({})", who.category, who.subtype);
    switch (prospect) {
        case Prospect::some:
            return {};
        case Prospect::none:
            return fmt::format(
                "{} is of a team that is {}, and no column of the access matrix lets such a team read {}, of class {} (ruling ll; {})",
                who.person, party, list.id, list.klass, rules.compiled().in_words);
        case Prospect::needs_decision:
            return fmt::format(
                "{} is of a team that is {}, and {}, of class {}, takes such a team only by a decision of the committee: "
                "a clearance of {} on {} (item 61, ruling ll; {})",
                who.person, party, list.id, list.klass, who.team, list.id, rules.compiled().in_words);
    }
    return {};
}

std::string unfit(const Rulebook& rules, const community::HeldTerm& held) {
    community::Standing who;
    who.person = held.term.person;
    who.team = held.team;
    who.category = held.category;
    who.subtype = held.subtype;
    community::List list;
    list.id = held.term.list;
    list.klass = held.list_class;
    return explain(prospect(rules, held), rules, who, list);
}

}  // namespace caveat::policy
