#include "who.hpp"

#include <algorithm>

namespace caveat::access {
namespace {

bool judges(const community::Term& term) { return term.role == "sc" || term.role == "chair" || term.role == "deputy_chair"; }
bool asks_factor(const community::Term& term) { return judges(term) || term.role == "secretariat" || term.role == "auditor"; }

bool is_held(storage::Store& store, const PersonId& person, Instant now) {
    const auto denials = store.powers().denials();
    return std::any_of(denials.begin(), denials.end(), [&](const community::Denial& denial) {
        return denial.source == "hold" && !denial.whole_team && denial.whom == person.value && denial.during.contains(now);
    });
}

}  // namespace

std::optional<Who> who_is(storage::Store& store, const policy::Rulebook& rules, const PersonId& id, Instant now) {
    const auto person = store.directory().person(id);
    auto terms = store.powers().live_terms(id, now);
    // A word the rule book no longer knows is no office.
    std::erase_if(terms, [&](const auto& term) { return !rules.knows_role(term.role); });
    const bool held = is_held(store, id, now);
    if (!person || held) return std::nullopt;
    Who who;
    who.caller.actor = {"person " + id.value, id};
    who.caller.team = person->team;
    who.caller.representative = person->representative;
    who.caller.committee = std::any_of(terms.begin(), terms.end(), judges);
    who.caller.reaches = reaches_of(terms, person->representative, false);
    who.asks_factor = std::any_of(terms.begin(), terms.end(), asks_factor);
    return who;
}

}  // namespace caveat::access
