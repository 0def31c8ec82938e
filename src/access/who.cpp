#include "who.hpp"

#include <algorithm>

#include "caveat/community/representation.hpp"
#include "caveat/letters/letters.hpp"
#include "caveat/storage/room_party.hpp"

namespace caveat::access {
namespace {

// The life-cycle table: a former member has no login. One that applies again since it left sees its own case, as an applicant does, until
// that is declined or withdrawn.
bool has_left(storage::Store& store, const policy::Rulebook& rules, const TeamId& id) {
    const auto team = store.directory().team(id);
    if (!team || rules.category(team->category).status != community::Status::former) return false;
    Instant left{};
    store.journal().each({.from = 1, .limit = -1, .act = "team.revoked", .subject = id.value},
                         [&](const storage::Entry& entry) { left = entry.at; });
    const auto applications = store.applications().of(id);
    if (applications.empty() || applications.back().submitted <= left) return true;
    bool over = false;
    for (const auto* act : {"application.declined", "application.withdrawn"})
        store.journal().each({.from = 1, .limit = -1, .act = act, .subject = applications.back().id}, [&](const auto&) { over = true; });
    return over;
}

}  // namespace

std::optional<Who> who_is(storage::Store& store, const policy::Rulebook& rules, const PersonId& id, Instant now) {
    const auto person = store.directory().person(id);
    const auto terms = rules.in_force(store.powers().held_terms(id, now));
    const bool held = letters::is_held(store, id, now);
    if (!person || held || has_left(store, rules, person->team)) return std::nullopt;
    Who who;
    who.caller.actor = {"person " + id.value, id};
    who.caller.team = person->team;
    const bool stands_in =
        person->alternate && community::speaks_for_team(*person, store.directory().people(), store.powers().denials(), now);
    who.caller.representative = person->representative || stands_in;
    const auto any_has = [&](policy::Trait trait) {
        return std::any_of(terms.begin(), terms.end(), [&](const auto& term) { return rules.role_has(term.role, trait); });
    };
    who.caller.committee = any_has(policy::Trait::committee);
    who.caller.reaches = reaches_of(rules, terms, who.caller.representative);
    who.beside_panels = who.caller.reaches[static_cast<std::size_t>(Noun::cases)];
    // Who sits on an Appeal Panel opens its case and votes in it, whoever they are in their team (item 38). Of others the committee knows.
    if (storage::is_on_a_panel(store, id)) {
        for (auto& reach : who.caller.reaches[static_cast<std::size_t>(Noun::cases)]) reach = std::max(reach, Reach::own);
    }
    who.asks_factor = any_has(policy::Trait::second_factor);
    return who;
}

}  // namespace caveat::access
