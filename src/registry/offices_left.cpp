#include "offices_left.hpp"

#include <algorithm>

#include "caveat/community/panel_list.hpp"
#include "caveat/community/term_rules.hpp"
#include "caveat/detail.hpp"
#include "caveat/storage/room_party.hpp"
#include "team_voice.hpp"
#include "undecided.hpp"

namespace caveat::registry {
namespace {

// The terms that end with their place in the register: those that run, and those to come.
std::vector<community::Term> terms_left(storage::Store& store, const PersonId& id, Instant now) {
    auto terms = store.register_rows().terms();
    std::erase_if(terms, [&](const auto& term) { return term.person != id || term.during.over_at(now); });
    return terms;
}

// The election that a term began by: what it gives is the team's, and a term that never ran has not used it up. Empty: by none on record.
std::string give_back_election(storage::Store& store, const community::Term& term) {
    const auto id = election_begun(store, term);
    auto motion = id.empty() ? std::nullopt : store.minutes().motion(id);
    if (!motion || motion->used_by.empty()) return {};
    motion->used_by.clear();
    store.minutes().update(*motion);
    return id;
}

// On the list of an Appeal Panel that has not decided.
bool sits_on_a_panel(storage::Register& rows, const PersonId& id, Instant now) {
    for (const auto& list : rows.lists()) {
        if (!community::is_room(list) || (list.expires && *list.expires <= now)) continue;
        const auto there = rows.subscriptions(list.id);
        if (std::any_of(there.begin(), there.end(), [&](const auto& s) { return s.person == id; })) return true;
    }
    return false;
}

// Of a team against which an Appeal Panel sits.
bool is_party_of_a_panel(const community::Actor& by, storage::Store& store, Instant now) {
    const auto lists = store.register_rows().lists();
    return std::any_of(lists.begin(), lists.end(), [&](const auto& list) {
        const auto party = list.expires && *list.expires <= now ? std::nullopt : storage::party_of_room(store, list);
        return party && is_from_within(by, *party, store.register_rows());
    });
}

}  // namespace

void end_offices(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, const PersonId& id, Instant now) {
    for (const auto& term : terms_left(store, id, now)) {
        if (rules.role_of_list(term.role)) continue;
        const bool to_come = now < term.during.from;
        auto detail = Detail().add("reason", to_come ? "they left the register before it began" : "they left the register");
        community::add_term(detail, community::ended(term, now));
        if (const auto election = to_come ? give_back_election(store, term) : std::string(); !election.empty())
            detail.add("decision", election);
        community::add_maker(detail, by);
        store.journal().append(now, by.name, "term.ended", id.value, detail.text());
    }
}

Result<void> leaves_its_offices(const policy::Rulebook& rules, const community::Actor& by, const community::Person& before,
                                storage::Store& store, Instant now) {
    const bool itself = by.person == before.id && community::has_own_hand(by);
    if (!by.person || itself || speaks(by, before.team, store, now)) return {};
    // To its party nothing tells who sits there, so not by whom it can take out either; nor that anybody does, so no words do. Of a team
    // are those whose hands are all of it.
    auto& rows = store.register_rows();
    const bool within = is_done_within(by, before.team, rows) && is_of_team(*by.person, before.team, rows);
    if (!within && is_party_of_a_panel(by, store, now)) {
        return fail(errc::denied,
                    "item 54: a place given by decision may end with that: who speaks for their team takes them out of the register, "
                    "somebody else of the secretariat, or the operator for them");
    }
    for (const auto& term : terms_left(store, before.id, now)) {
        if (rules.office_of(term.role) == community::Office::none) continue;
        return fail(errc::denied,
                    "items 49 and 54: {} {} an office, {}, which would end: who speaks for {} takes them out of the register, or the "
                    "operator for them",
                    before.id, now < term.during.from ? "is elected to" : "holds", term.role, before.team);
    }
    // Who sits there is not for everybody to know, so not in these words either.
    if (!sits_on_a_panel(rows, before.id, now)) return {};
    return fail(errc::denied,
                "item 54: a place that was given by decision would end: who speaks for {} takes {} out of the register, or the operator "
                "for them",
                before.team, before.id);
}

}  // namespace caveat::registry
