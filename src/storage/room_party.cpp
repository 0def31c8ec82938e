#include "caveat/storage/room_party.hpp"

#include <algorithm>

#include "caveat/community/panel_list.hpp"

namespace caveat::storage {

std::optional<TeamId> party_of_room(Store& store, const community::List& list) {
    const auto id = community::case_of_room(list);
    const auto row = id.empty() ? std::nullopt : store.minutes().find_case(id);
    return row ? std::optional(row->team) : std::nullopt;
}

bool is_on_a_panel(Store& store, const PersonId& person) {
    for (const auto& list : store.rosters().lists()) {
        if (!community::is_room(list)) continue;
        const auto there = store.rosters().subscriptions(list.id);
        if (std::any_of(there.begin(), there.end(), [&](const auto& s) { return s.person == person; })) return true;
    }
    return false;
}

bool is_party_of_room(Store& store, const ListId& list, const PersonId& person) {
    const auto room = store.rosters().list(list);
    const auto party = room ? party_of_room(store, *room) : std::nullopt;
    if (!party) return false;
    const auto who = store.directory().person(person);
    return who && who->team == *party;
}

}  // namespace caveat::storage
