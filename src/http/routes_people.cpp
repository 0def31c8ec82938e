// /v1/people: who is in the community, and their keys.
#include <array>
#include <map>

#include "caveat/facts/register.hpp"
#include "caveat/mailroom/bounces.hpp"
#include "caveat/registry/confirmation.hpp"
#include "postbag.hpp"
#include "standing.hpp"
#include "tables.hpp"

namespace caveat::http {
namespace routes_people {

using access::Kind;
using access::Noun;
using community::Person;

constexpr std::int64_t longest_key = 64 * 1024;
constexpr std::chrono::days health_of{30};
constexpr std::int64_t most_undelivered = 100;
constexpr std::int64_t most_posts = 500;  // whose rows are read for one person

// Other people's deliveries need the right to read the deliveries of every post.
bool reads_all_posts(const Context& context) {
    return context.caller.reach({Noun::posts, Kind::read}) == access::Reach::all && context.caller.only.empty();
}

// Copies that did not arrive, as many as their list shows: to the team of a case not those of its panel.
std::int64_t not_arrived_of(const Context& context, const PersonId& person) {
    auto& deliveries = context.store().deliveries();
    const auto since = context.now() - health_of;
    const auto all = deliveries.count_undelivered(person, since);
    if (all == 0 || !context.actor().person) return all;
    const auto copies = deliveries.undelivered(person, since, most_undelivered);
    return std::count_if(copies.begin(), copies.end(), [&](const auto& copy) { return !is_of_their_own_case(context, copy.list); });
}

// A caller who reaches only their own people gets them from their team or by their own id.
Result<Answer> list_people(const Context& context) {
    const auto asked = context.asked("team");
    const bool own = context.caller.reach(context.route.right) != access::Reach::all;
    const TeamId team{own && asked.empty() ? context.caller.team.value : asked};
    const bool with_health = reads_all_posts(context);
    return page_of(context, [&](const std::string& after, const Emit& emit) {
        context.store().directory().each_person(PersonId{after}, team, [&](const storage::Listed& line) {
            if (!context.may(object_of(line.person))) return true;
            auto json = fact(line.person, line.has_key);
            if (with_health) {
                const auto count = not_arrived_of(context, line.person.id);
                if (count > 0) json["undelivered"] = count;
            }
            return emit(line.person.id.value, std::move(json));
        });
    });
}

std::optional<Person> reachable(const Context& context) {
    auto person = context.store().directory().person(PersonId{context.param(0)});
    if (!person || !context.may(object_of(*person))) return std::nullopt;
    return person;
}

Json with_what_waits(const Context& context, const PersonId& person, Json json) {
    if (auto waits = registry::unconfirmed_in_words(context.store(), person); !waits.empty()) {
        json["unconfirmed"] = std::move(waits);
        json["waits_confirmation"] = true;
    }
    return json;
}

Result<Answer> show_person(const Context& context) {
    const auto person = reachable(context);
    if (!person) return nothing_here();
    return Answer{.body = with_what_waits(context, person->id, fact(*person))};
}

Result<Answer> confirm_changes(const Context& context) {
    const auto person = reachable(context);
    if (!person) return nothing_here();
    const bool refused = context.asked("refuse") == "true";
    const auto done =
        refused ? context.registry().refuse_key(context.actor(), person->id) : context.registry().confirm(context.actor(), person->id);
    if (!done) return tl::unexpected(done.error());
    return Answer{.body = with_what_waits(context, person->id, fact(*context.store().directory().person(person->id)))};
}

// A copy that did not arrive, and why. Reading of a strict post is in the journal, as where its deliveries are listed.
Json not_arrived(const Context& context, const storage::Copy& copy, std::vector<Note>& notes) {
    if (const auto post = context.store().posts().find(copy.post); post && traits(post->kind).shown) {
        for (auto& note : note_of_reading(context, "delivery.read", *post)) notes.push_back(std::move(note));
    }
    return {{"post", copy.post.value},  {"list", maybe(copy.list.value)}, {"state", storage::name(copy.state)}, {"attempts", copy.attempts},
            {"at", to_string(copy.at)}, {"because", maybe(copy.because)}, {"reply", maybe(copy.reply)}};
}

Result<Answer> list_undelivered(const Context& context) {
    if (!reads_all_posts(context) || !reachable(context)) return nothing_here();
    Answer answer;
    Json items = Json::array();
    for (const auto& copy :
         context.store().deliveries().undelivered(PersonId{context.param(0)}, context.now() - health_of, most_undelivered)) {
        if (is_of_their_own_case(context, copy.list)) continue;
        items.push_back(not_arrived(context, copy, answer.notes));
    }
    answer.body = {{"items", std::move(items)}};
    return answer;
}

Json lists_of(const Context& context, const PersonId& person) {
    Json all = Json::array();
    const auto rosters = context.store().rosters();
    for (const auto& list : rosters.lists()) {
        if (is_of_their_own_case(context, list.id)) continue;
        if (const auto reader = rosters.reader(list.id, person)) all.push_back(fact(list.id, *reader));
    }
    return all;
}

// What a report says of a copy that the relay had taken; of no other the journal is asked.
std::string came_back(const Context& context, const storage::Copy& copy, const PersonId& reader) {
    const bool taken = copy.state == storage::DeliveryState::sent;
    return taken ? mailroom::returned_copy(context.store(), copy.post, reader) : std::string();
}

// A letter of ours that went its way: whom the committee writes to, and when, is the operator's to read, as in the journal. One that does
// not arrive tells whoever helps that the mailbox is not well.
bool is_kept_letter(const Context& context, const storage::Copy& copy) {
    using storage::DeliveryState;
    return context.actor().person && copy.list.empty() && (copy.state == DeliveryState::sent || copy.state == DeliveryState::queued);
}

Result<Answer> show_mail(const Context& context) {
    if (!reads_all_posts(context) || !reachable(context)) return nothing_here();
    const PersonId person{context.param(0)};
    Answer answer;
    std::map<storage::DeliveryState, std::int64_t> counts;
    Json items = Json::array();
    for (const auto& copy : context.store().deliveries().copies_of(person, context.now() - health_of, most_posts)) {
        if (is_of_their_own_case(context, copy.list)) continue;
        const auto bounced = came_back(context, copy, person);
        if (bounced.empty() && is_kept_letter(context, copy)) continue;
        ++counts[copy.state];
        if (static_cast<std::int64_t>(items.size()) >= most_undelivered) continue;
        if (copy.state == storage::DeliveryState::sent && bounced.empty()) continue;
        items.push_back(not_arrived(context, copy, answer.notes));
        if (!bounced.empty()) items.back()["bounced"] = bounced;
    }
    answer.body = {{"lists", lists_of(context, person)}, {"items", std::move(items)}};
    for (const auto& row : storage::delivery_states) answer.body[std::string(row.name)] = 0;
    for (const auto& [state, count] : counts) answer.body[std::string(storage::name(state))] = count;
    return answer;
}

// A representative adds people to their own team only. The person who is moved has no right to move there by that.
bool may_be_in(const Context& context, const TeamId& team) { return context.may(object_of(team)); }

Result<Answer> saved(const Context& context, const Result<void>& done, const PersonId& id) {
    if (!done) return tl::unexpected(done.error());
    return Answer{.body = with_what_waits(context, id, fact(*context.store().directory().person(id))),
                  .location = "/v1/people/" + id.value};
}

Result<Answer> add_person(const Context& context) {
    Person person;
    person.id = PersonId{context.text("id")};
    apply(community::person_fields, context.body, person);
    if (context.has("key")) person.key = context.text("key");
    if (!may_be_in(context, person.team)) return nothing_here();
    return saved(context, context.registry().add(context.actor(), person, context.text("decision")), person.id);
}

Result<Answer> change_person(const Context& context) {
    auto person = reachable(context);
    if (!person) return nothing_here();
    const auto before = person->team;
    apply(community::person_fields, context.body, *person);
    if (person->team != before && !may_be_in(context, person->team)) return nothing_here();
    return saved(context, context.registry().change(context.actor(), *person), person->id);
}

Result<Answer> remove_person(const Context& context) {
    const auto person = reachable(context);
    if (!person) return nothing_here();
    if (auto done = context.registry().remove_person(context.actor(), person->id); !done) return tl::unexpected(done.error());
    return Answer{};
}

Json key_fact(const Person& person) { return {{"person", person.id.value}, {"key", maybe(person.key)}}; }

Result<Answer> show_key(const Context& context) {
    const auto person = reachable(context);
    if (!person) return nothing_here();
    return Answer{.body = with_what_waits(context, person->id, key_fact(*person))};
}

Result<Answer> put_key(const Context& context, const std::string& armour) {
    auto person = reachable(context);
    if (!person) return nothing_here();
    person->key = armour;
    if (auto done = context.registry().change(context.actor(), *person); !done) return tl::unexpected(done.error());
    return Answer{.body = with_what_waits(context, person->id, key_fact(*context.store().directory().person(person->id)))};
}

Result<Answer> set_key(const Context& context) { return put_key(context, context.text("key")); }
Result<Answer> remove_key(const Context& context) { return put_key(context, {}); }

// ---- shapes

constexpr Field key_field{.name = "key", .type = Type::prose, .about = "armoured OpenPGP public key", .least = 1, .most = longest_key};

constexpr auto new_person_shape = joined(new_shape(community::person_fields), std::array{key_field, decision_field});
constexpr Schema new_person_schema{"NewPerson", new_person_shape};

constexpr auto change_person_shape = change_shape(community::person_fields);
constexpr Schema change_schema{"PersonChange", change_person_shape};

constexpr std::array new_key_fields{needed(key_field)};
constexpr Schema new_key_schema{"NewKey", new_key_fields};

constexpr std::array key_fields{
    Field{.name = "person", .required = true, .about = "whose it is"},
    Field{.name = "key", .type = Type::prose, .required = true, .about = "armoured OpenPGP public key", .nullable = true},
    Field{.name = "unconfirmed", .type = Type::texts, .about = "what somebody else changed of the person and nobody has confirmed yet"},
    Field{.name = "waits_confirmation", .type = Type::boolean, .about = "there is something of that"},
};
constexpr Schema key_schema{"Key", key_fields, true};

constexpr std::array undelivered_fields{
    Field{.name = "post", .required = true, .about = "id of the post"},
    Field{.name = "list", .required = true, .about = "that it was for; null for a notice", .nullable = true},
    Field{.name = "state",
          .required = true,
          .about = "deferred or failed; of the mail of a person also queued, withheld, cancelled, or sent and bounced"},
    Field{.name = "attempts", .type = Type::integer, .required = true, .about = "made so far"},
    Field{.name = "at", .type = Type::instant, .required = true, .about = "of the last one"},
    Field{.name = "because", .required = true, .about = "code: words", .nullable = true},
    Field{.name = "reply", .required = true, .about = "the relay's codes, with words of ours for them", .nullable = true},
    Field{.name = "bounced", .about = "of the mail of a person: the codes of a report that it could not be delivered after all"},
};
constexpr Schema undelivered_schema{"Undelivered", undelivered_fields, true};
constexpr std::array all_undelivered_fields{
    Field{.name = "items", .type = Type::objects, .required = true, .about = "the newest first, at most 100", .of = &undelivered_schema}};
constexpr Schema all_undelivered_schema{"UndeliveredCopies", all_undelivered_fields, true};

constexpr Field count_field(std::string_view name, std::string_view about) {
    return {.name = name, .type = Type::integer, .required = true, .about = about};
}
constexpr std::array mail_fields{
    Field{.name = "lists", .type = Type::objects, .required = true, .about = "whose roster the person is on", .of = &subscription_schema},
    count_field("sent", "copies that the relay took"),
    count_field("queued", "copies that are on their way"),
    count_field("deferred", "copies that wait for another try"),
    count_field("failed", "copies that no mail system took"),
    count_field("withheld", "copies that a rule kept back"),
    count_field("cancelled", "copies of posts that were taken back"),
    Field{.name = "items",
          .type = Type::objects,
          .required = true,
          .about = "those that did not arrive, the newest first, at most 100",
          .of = &undelivered_schema},
};
constexpr Schema mail_schema{"MailOfAPerson", mail_fields, true};

constexpr std::array people_fields{items_of(person_schema), next_field()};
constexpr Schema people_schema{"People", people_fields, true};

constexpr std::array<Field, 3> people_query{
    Field{.name = "limit", .type = Type::integer, .about = "items of one answer; 100 if left out", .least = 1, .most = most_items_a_page},
    Field{.name = "cursor", .about = "`next` of the answer before", .least = 1, .most = 400},
    Field{.name = "team", .about = "only those of this team", .least = 1, .most = 64}};

constexpr std::array confirm_query{
    Field{.name = "refuse", .type = Type::boolean, .about = "the key that waits is wrong: it waits no more"}};

constexpr access::Right reading{Noun::people, Kind::read};
constexpr access::Right writing{Noun::people, Kind::write};

const std::array<Route, 11> table{{
    {.path = "/v1/people",
     .id = "listPeople",
     .about = "People, without their keys",
     .right = reading,
     .handler = list_people,
     .query = people_query,
     .answer = &people_schema},
    {.method = Method::post,
     .path = "/v1/people",
     .id = "addPerson",
     .about = "A new person; one who left another team by its representative, or by a decision of kind person",
     .right = writing,
     .run = Run::act,
     .disk = storage::Disk::room,
     .handler = add_person,
     .body = &new_person_schema,
     .answer = &person_schema,
     .status = 201},
    {.path = "/v1/people/{person}",
     .id = "showPerson",
     .about = "One person",
     .right = reading,
     .handler = show_person,
     .answer = &person_schema},
    {.method = Method::patch,
     .path = "/v1/people/{person}",
     .id = "changePerson",
     .about = "What the body says; the rest stays (RFC 7396)",
     .right = writing,
     .run = Run::act,
     .disk = storage::Disk::room,
     .handler = change_person,
     .body = &change_schema,
     .answer = &person_schema,
     .changes = true},
    {.method = Method::del,
     .path = "/v1/people/{person}",
     .id = "removePerson",
     .about = "Out of the community: rosters, addresses, key and terms end",
     .right = writing,
     .run = Run::act,
     .disk = storage::Disk::spare,
     .handler = remove_person,
     .changes = true},
    {.method = Method::post,
     .path = "/v1/people/{person}:confirm",
     .id = "confirmChanges",
     .about = "Another address or key that somebody else entered is right: said by the person, or by the secretariat or the operator, "
              "whoever of them did not change it",
     .right = {Noun::tokens, Kind::write},
     .run = Run::act,
     .disk = storage::Disk::spare,
     .handler = confirm_changes,
     .query = confirm_query,
     .answer = &person_schema},
    {.path = "/v1/people/{person}/undelivered",
     .id = "listUndelivered",
     .about = "Copies of the last 30 days that failed or wait for another try",
     .right = {Noun::posts, Kind::read},
     .handler = list_undelivered,
     .answer = &all_undelivered_schema},
    {.path = "/v1/people/{person}/mail",
     .id = "showMail",
     .about = "On which lists a person is, and what of the last 30 days arrived, was withheld and why, or failed; of the newest 500 posts",
     .right = {Noun::posts, Kind::read},
     .run = Run::slow,
     .handler = show_mail,
     .answer = &mail_schema},
    {.path = "/v1/people/{person}/key",
     .id = "showKey",
     .about = "The OpenPGP key, or null",
     .right = reading,
     .handler = show_key,
     .answer = &key_schema},
    {.method = Method::put,
     .path = "/v1/people/{person}/key",
     .id = "setKey",
     .about = "This key from now on; in the place of another that can be used, from when it is confirmed on",
     .right = writing,
     .run = Run::act,
     .disk = storage::Disk::room,
     .handler = set_key,
     .body = &new_key_schema,
     .answer = &key_schema,
     .changes = true},
    {.method = Method::del,
     .path = "/v1/people/{person}/key",
     .id = "removeKey",
     .about = "No key any more",
     .right = writing,
     .run = Run::act,
     .disk = storage::Disk::spare,
     .handler = remove_key,
     .answer = &key_schema,
     .changes = true},
}};

}  // namespace routes_people

std::span<const Route> people_routes() { return routes_people::table; }

}  // namespace caveat::http
