// /v1/me: the caller, and the caller's own subscriptions.
#include <array>

#include "caveat/facts/agenda.hpp"
#include "caveat/facts/register.hpp"
#include "standing.hpp"
#include "tables.hpp"

namespace caveat::http {
namespace routes_own {

using access::Kind;
using access::Noun;

constexpr access::Right lists_read{Noun::lists, Kind::read};
constexpr access::Right people_read{Noun::people, Kind::read};
constexpr access::Right teams_read{Noun::teams, Kind::read};

// Those the person may know of, by the decision function; a token shows as much of it as its scopes reach.
Json lists_of(const Context& context, const PersonId& person) {
    Json all = Json::array();
    for (const auto& list : context.store().rosters().lists()) {
        const auto object = object_of(context, list);
        if (!object.known || !access::may(context.caller, lists_read, object)) continue;
        const auto reader = context.store().rosters().reader(list.id, person);
        all.push_back({{"name", list.id.value},
                       {"charter", list.charter},
                       {"max_tlp", community::name(list.max_tlp)},
                       {"manages", object.managed},
                       {"delivery", reader ? Json(community::name(reader->delivery)) : Json()}});
    }
    return all;
}

Result<Answer> me(const Context& context) {
    Json body{{"actor", context.actor().name}, {"person", nullptr}, {"team", nullptr}, {"roles", Json::array()}, {"lists", Json::array()}};
    const auto& id = context.actor().person;
    if (!id) return Answer{.body = std::move(body)};
    const auto people = context.store().directory();
    const auto person = people.person(*id);
    if (!person) return nothing_here();
    if (access::may(context.caller, people_read, object_of(*person))) {
        body["person"] = fact(*person);
        for (const auto& term : context.store().powers().live_terms(*id, context.now())) body["roles"].push_back(fact(term));
    }
    const auto team = people.team(person->team);
    if (team && access::may(context.caller, teams_read, object_of(team->id))) body["team"] = fact(as_shown(context, *team));
    body["lists"] = lists_of(context, *id);
    return Answer{.body = std::move(body)};
}

Result<Answer> waiting(const Context& context) {
    const auto& room = context.offices.room;
    const committee::Applications applications(context.store(), room.vault, room.rules, room.clock, room.settings.domain);
    const committee::Matters matters(context.store(), room.vault, room.rules, room.clock);
    const auto all = committee::what_waits(context.store(), room.rules, {context.committee(), context.cases(), applications, matters},
                                           facts::asker_of(context.caller), context.now());
    return Answer{.body = facts::fact(all, context.now())};
}

// The caller's own line of a roster; without one, and for a list that the caller may not know of, the answer is "nothing here".
Result<storage::Reader> own_line(const Context& context, const ListId& list) {
    const auto& person = context.actor().person;
    if (!person) return nothing_here();
    auto object = object_of(context, list);
    object.person = *person;
    auto reader = context.store().rosters().reader(list, *person);
    if (!reader || !object.known || !context.may(object)) return nothing_here();
    return std::move(*reader);
}

Result<Answer> change_delivery(const Context& context) {
    const ListId list{context.param(0)};
    const auto line = own_line(context, list);
    if (!line) return tl::unexpected(line.error());
    const auto mode = *community::delivery_mode_from(context.text("delivery"));
    if (mode != line->delivery) {
        auto done = context.registry().add(context.actor(), {list, line->person, mode});
        if (!done) return tl::unexpected(done.error());
    }
    return Answer{.body = fact(list, *context.store().rosters().reader(list, line->person))};
}

Result<Answer> leave(const Context& context) {
    const ListId list{context.param(0)};
    const auto line = own_line(context, list);
    if (!line) return tl::unexpected(line.error());
    if (auto done = context.registry().remove_subscription(context.actor(), list, line->person); !done) return tl::unexpected(done.error());
    return Answer{};
}

// ---- shapes

constexpr auto delivery_words = community::Spelling<community::DeliveryMode>::words;

constexpr std::array my_list_fields{
    Field{.name = "name", .required = true, .about = "the local part of its posting address"},
    Field{.name = "charter", .required = true, .about = "what it is for"},
    Field{.name = "max_tlp", .type = Type::word, .required = true, .about = "the strictest label it takes", .words = label_words},
    Field{.name = "manages", .type = Type::boolean, .required = true, .about = "as its owner or moderator, now"},
    Field{.name = "delivery",
          .type = Type::word,
          .required = true,
          .about = "null: not on the roster",
          .nullable = true,
          .words = delivery_words},
};
constexpr Schema my_list_schema{"MyList", my_list_fields, true};
constexpr std::array me_fields{
    Field{.name = "actor", .required = true, .about = "as the journal names you"},
    Field{
        .name = "person", .type = Type::object, .required = true, .about = "none for the operator", .nullable = true, .of = &person_schema},
    Field{.name = "team", .type = Type::object, .required = true, .about = "if you may read it", .nullable = true, .of = &team_schema},
    Field{.name = "roles", .type = Type::objects, .required = true, .about = "held at this moment", .of = &term_schema},
    Field{.name = "lists", .type = Type::objects, .required = true, .about = "that you may know of", .of = &my_list_schema},
};
constexpr Schema me_schema{"Me", me_fields, true};
constexpr std::array wish_fields{
    Field{.name = "delivery", .type = Type::word, .required = true, .about = "your wish", .words = delivery_words}};
constexpr Schema wish_schema{"DeliveryWish", wish_fields};

constexpr access::Right writing{Noun::subscriptions, Kind::write};

const std::array<Route, 4> table{{
    {.path = "/v1/me",
     .id = "me",
     .about = "Who you are here, and your lists",
     .right = {Noun::subscriptions, Kind::read},
     .handler = me,
     .answer = &me_schema},
    {.path = "/v1/waiting",
     .id = "listWaiting",
     .about = "What waits for you, and until when: votes, cases, applications, reviews, duties, holds, terms and what is to be confirmed",
     .right = {Noun::decisions, Kind::read},
     .handler = waiting,
     .answer = &facts::agenda_schema},
    {.method = Method::patch,
     .path = "/v1/me/lists/{list}",
     .id = "changeMyDelivery",
     .about = "Your delivery mode on a list",
     .right = writing,
     .run = Run::act,
     .disk = storage::Disk::room,
     .handler = change_delivery,
     .body = &wish_schema,
     .answer = &subscription_schema},
    {.method = Method::del,
     .path = "/v1/me/lists/{list}",
     .id = "leaveList",
     .about = "You leave a list; queued copies are not sent",
     .right = writing,
     .run = Run::act,
     .disk = storage::Disk::spare,
     .handler = leave},
}};

}  // namespace routes_own

std::span<const Route> own_routes() { return routes_own::table; }

}  // namespace caveat::http
