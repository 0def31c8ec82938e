#include "standing.hpp"

#include <vector>

#include "caveat/mailroom/question.hpp"
#include "caveat/storage/room_party.hpp"

namespace caveat::http {

bool is_of_party(const Context& context, const access::Object& object) {
    const auto& caller = context.caller;
    return object.accused && (*object.accused == caller.team || *object.accused == caller.lent_team);
}

access::Object object_of(const Context& context, const community::List& list) {
    access::Object object{.list = list.id};
    const auto& person = context.actor().person;
    if (!person) return object;
    const Instant now = context.now();
    const auto standing = context.store().standing(*person, list.id, now);
    if (!standing) return object;
    // Of its own panel's list a party has no office, and knows nothing (item 27).
    object.accused = storage::party_of_room(context.store(), list);
    if (is_of_party(context, object)) return object;
    const auto& room = context.offices.room;
    object.managed = mailroom::ask_right(room, community::Verb::manage, *standing, list, {}, now).yes();
    object.known = policy::may_know(room.rules, *standing, list, now);
    return object;
}

access::Object object_of(const Context& context, const ListId& id) {
    const auto list = context.store().rosters().list(id);
    return list ? object_of(context, *list) : access::Object{.list = id};
}

bool may_be_told_of(const Context& context, const ListId& list) {
    if (list.empty() || !context.actor().person || context.all()) return true;
    const auto object = object_of(context, list);
    return object.known || object.managed;
}

bool is_of_their_own_case(const Context& context, const ListId& id) {
    const auto list = context.store().rosters().list(id);
    const auto party = list ? storage::party_of_room(context.store(), *list) : std::nullopt;
    return party && (context.caller.team == *party || context.caller.lent_team == *party);
}

community::Team as_shown(const Context& context, community::Team team) {
    std::erase_if(team.clearances, [&](const auto& clearance) { return !may_be_told_of(context, clearance.list); });
    return team;
}

}  // namespace caveat::http
