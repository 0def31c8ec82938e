#include "rooms.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include "case_office.hpp"
#include "caveat/community/panel_list.hpp"
#include "caveat/detail.hpp"
#include "docket.hpp"

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

std::set<PersonId> on_roster(storage::Store& store, const ListId& room) {
    std::set<PersonId> there;
    for (const auto& s : store.rosters().subscriptions(room)) there.insert(s.person);
    return there;
}

std::vector<PersonId> without(const std::set<PersonId>& some, const std::set<PersonId>& others) {
    std::vector<PersonId> left;
    std::set_difference(some.begin(), some.end(), others.begin(), others.end(), std::back_inserter(left));
    return left;
}

// Exactly these people.
void seat(storage::Store& store, const ListId& room, const std::set<PersonId>& readers, Instant now) {
    auto rows = store.membership_writer();
    const auto there = on_roster(store, room);
    for (const auto& person : without(there, readers)) rows.unsubscribe(room, person, now);
    for (const auto& person : without(readers, there)) rows.subscribe({room, person, community::DeliveryMode::each}, now);
}

std::vector<std::string> texts(const std::vector<PersonId>& people) {
    std::vector<std::string> some;
    for (const auto& person : people) some.push_back(person.value);
    return some;
}

std::set<PersonId> who_can_sit(storage::Store& store, const policy::Rulebook& rules, const conduct::Appeal& appeal, Instant now) {
    std::set<PersonId> some{appeal.panel->chair.person};
    for (const auto& member : appeal.panel->members) some.insert(member.person);
    std::erase_if(some, [&](const auto& person) { return !can_sit(store, rules, appeal, person, now); });
    return some;
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
    seat(store, room->id, who_can_sit(store, rules, appeal, now), now);
}

// Whoever had their seat once and has it again, has it while the appeal is open; of one that has ended nobody comes back.
std::set<PersonId> readers_of(storage::Store& store, const policy::Rulebook& rules, const conduct::Appeal& appeal, const ListId& room,
                              Instant now) {
    auto readers = who_can_sit(store, rules, appeal, now);
    const auto there = on_roster(store, room);
    if (appeal.ended) std::erase_if(readers, [&](const auto& person) { return !there.contains(person); });
    return readers;
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

bool follow_who_can_sit(storage::Store& store, const policy::Rulebook& rules, Instant now, bool only_look) {
    bool any = false;
    for (const auto& list : store.rosters().lists()) {
        if (!community::is_room(list) || (list.expires && *list.expires + read_on <= now)) continue;
        const auto docket = find_docket(store, community::case_of_room(list));
        if (!docket) continue;
        const auto& c = docket->as_is;
        const auto appeal = std::find_if(c.appeals.begin(), c.appeals.end(), [&](const conduct::Appeal& a) {
            return a.panel && list.charter == community::room_charter(c.id, a.notice);
        });
        if (appeal == c.appeals.end()) continue;
        const auto there = on_roster(store, list.id);
        const auto readers = readers_of(store, rules, *appeal, list.id, now);
        if (there == readers) continue;
        any = true;
        if (only_look) return true;
        const auto gone = without(there, readers), back = without(readers, there);
        seat(store, list.id, readers, now);
        store.journal().append(now, "system", "panel.roster", list.id.value,
                               Detail().add("gone", texts(gone)).add("back", texts(back)).text());
    }
    return any;
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
