#include "rooms.hpp"

#include <algorithm>
#include <set>

#include "caveat/community/panel_list.hpp"
#include "caveat/detail.hpp"

namespace caveat::committee {
namespace {

constexpr auto read_on = std::chrono::hours{24} * 30;  // after the decision (ruling l)

// The first name that no list has: another panel of the case, or a list of somebody's own making, may have the plain one.
ListId free_name(storage::Store& store, const conduct::Case& c, int notice) {
    const auto plain = community::panel_list(c.id);
    ListId name{plain};
    for (int n = notice; store.rosters().list(name); ++n) name = ListId{fmt::format("{}-{}", plain, n)};
    return name;
}

community::List new_room(storage::Store& store, const policy::Rulebook& rules, const conduct::Case& c, int notice) {
    auto room = community::new_list(free_name(store, c, notice));
    room.klass = rules.panel_class();
    room.charter = community::room_charter(c.id, notice);
    room.max_tlp = *rules.class_maximum(room.klass);
    room.default_tlp = std::min(community::Tlp::amber_strict, room.max_tlp);
    room.encryption = community::Encryption::required;  // RED goes out in no other way (ruling s)
    return room;
}

// Exactly these people.
void seat(storage::Store& store, const ListId& room, const std::set<PersonId>& five, Instant now) {
    auto rows = store.membership_writer();
    std::set<PersonId> there;
    for (const auto& s : store.rosters().subscriptions(room)) {
        there.insert(s.person);
        if (!five.contains(s.person)) rows.unsubscribe(room, s.person, now);
    }
    for (const auto& person : five) {
        if (!there.contains(person)) rows.subscribe({room, person, community::DeliveryMode::each}, now);
    }
}

void keep_room(storage::Store& store, const policy::Rulebook& rules, const conduct::Case& c, const conduct::Appeal& appeal, Instant now) {
    auto room = room_of(store, c, appeal.notice);
    if (!room && appeal.ended) return;
    if (!room) {
        room = new_room(store, rules, c, appeal.notice);
        store.membership_writer().put(*room);
    }
    if (appeal.ended) {
        if (room->expires) return;
        room->expires = *appeal.ended;
        store.membership_writer().put(*room);
        return;
    }
    std::set<PersonId> five{appeal.panel->chair.person};
    for (const auto& member : appeal.panel->members) five.insert(member.person);
    seat(store, room->id, five, now);
}

}  // namespace

std::optional<community::List> room_of(storage::Store& store, const conduct::Case& c, int notice) {
    for (auto& list : store.rosters().lists()) {
        if (community::is_panel_list(list.id.value, c.id) && list.charter == community::room_charter(c.id, notice)) return std::move(list);
    }
    return std::nullopt;
}

void keep_rooms(storage::Store& store, const policy::Rulebook& rules, const conduct::Case& c, Instant now) {
    if (rules.panel_class().empty()) return;  // a book without panels
    for (const auto& appeal : c.appeals) {
        if (appeal.panel) keep_room(store, rules, c, appeal, now);
    }
}

bool empty_rooms(storage::Store& store, Instant now, bool only_look) {
    bool any = false;
    for (const auto& list : store.rosters().lists()) {
        if (!community::is_room(list) || !list.expires || now < *list.expires + read_on) continue;
        const auto five = store.rosters().subscriptions(list.id);
        if (five.empty()) continue;
        any = true;
        if (only_look) return true;
        std::vector<std::string> names;
        for (const auto& s : five) {
            store.membership_writer().unsubscribe(list.id, s.person, now);
            names.push_back(s.person.value);
        }
        store.journal().append(now, "system", "panel.reading_ended", list.id.value, Detail().add("for", names).text());
    }
    return any;
}

}  // namespace caveat::committee
