// /v1/lists/{list}/subscriptions: rosters.
#include <algorithm>
#include <array>

#include "caveat/facts/register.hpp"
#include "jobs.hpp"
#include "standing.hpp"
#include "tables.hpp"

namespace caveat::http {
namespace routes_subscriptions {

using access::Kind;
using access::Noun;
using storage::Reader;

constexpr std::size_t at_once = 200;        // people a transaction
constexpr std::size_t lines_at_once = 500;  // of a stream, a query

// Those who manage the list see the whole roster; a person who only knows of the list sees their own line.
struct Roster {
    ListId list;
    access::Object object;
    [[nodiscard]] bool shows(const Context& context, const Reader& reader) const {
        auto line = object;
        line.person = reader.person;
        line.team = reader.team;
        return context.may(line);
    }
};

std::optional<Roster> roster_of(const Context& context) {
    const auto list = context.store().rosters().list(ListId{context.param(0)});
    if (!list) return std::nullopt;
    Roster roster{list->id, object_of(context, *list)};
    const auto& only = context.caller.only;
    const bool outside = !only.empty() && std::find(only.begin(), only.end(), list->id) == only.end();
    if (outside || (!roster.object.known && !context.may(roster.object))) return std::nullopt;
    return roster;
}

// Lines of JSON, each chunk a query of its own that begins behind the last one: nothing is held open for a slow client.
Answer stream_of(const Context& context, const ListId& list) {
    Answer answer;
    answer.stream = [&store = context.store(), list, after = PersonId{}](std::string& into) mutable {
        std::size_t lines = 0;
        store.rosters().each_reader(list, after, [&](const Reader& reader) {
            into += dumped(fact(list, reader)) + '\n';
            after = reader.person;
            return ++lines < lines_at_once;
        });
        return lines == lines_at_once;
    };
    return answer;
}

Result<Answer> list_subscriptions(const Context& context) {
    const auto roster = roster_of(context);
    if (!roster) return nothing_here();
    const auto rosters = context.store().rosters();
    if (!context.may(roster->object)) {
        std::optional<Reader> own;
        if (context.actor().person) own = rosters.reader(roster->list, *context.actor().person);
        if (own && !roster->shows(context, *own)) own.reset();
        Json items = Json::array();
        if (own) items.push_back(fact(roster->list, *own));
        if (!context.ndjson) return Answer{.body = {{"items", std::move(items)}, {"next", nullptr}}};
        Answer answer;
        answer.stream = [line = own ? dumped(items[0]) + '\n' : std::string()](std::string& into) { return into += line, false; };
        return answer;
    }
    if (context.ndjson) return stream_of(context, roster->list);
    return page_of(context, [&](const std::string& after, const Emit& emit) {
        rosters.each_reader(roster->list, PersonId{after},
                            [&](const Reader& reader) { return emit(reader.person.value, fact(roster->list, reader)); });
    });
}

struct Line {
    ListId list;
    Reader reader;
};

std::optional<Line> line_of(const Context& context) {
    const auto roster = roster_of(context);
    if (!roster) return std::nullopt;
    auto reader = context.store().rosters().reader(roster->list, PersonId{context.param(1)});
    if (!reader || !roster->shows(context, *reader)) return std::nullopt;
    return Line{roster->list, std::move(*reader)};
}

Answer shown(const Context& context, const ListId& list, const PersonId& person) {
    return Answer{.body = fact(list, *context.store().rosters().reader(list, person)),
                  .location = "/v1/lists/" + list.value + "/subscriptions/" + person.value};
}

Result<Answer> show_subscription(const Context& context) {
    const auto line = line_of(context);
    if (!line) return nothing_here();
    return Answer{.body = fact(line->list, line->reader)};
}

community::DeliveryMode delivery_of(const Context& context) {
    return context.has("delivery") ? *community::delivery_mode_from(context.text("delivery")) : community::DeliveryMode::each;
}

// Whom a caller asks for: the id, and what they wrote.
struct Wished {
    PersonId person;
    std::string written;
};

// Members see who is in the community; partners see names where they meet them (§2.2).
bool sees_everybody(const Context& context) {
    if (!context.actor().person) return true;
    const auto team = context.store().directory().team(context.caller.team);
    return team && context.offices.room.rules.is_member(team->category);
}

// Adding never changes the mode of somebody who is there: that is that person's wish. Whoever runs a list and may not see everybody enters
// people by what they know of them, an address, and hears the same of who is not there and of who may not be on the list.
Result<std::vector<std::string>> add_reader(const Context& context, const ListId& list, const Wished& wished) {
    const auto& person = wished.person;
    if (const auto there = context.store().rosters().reader(list, person)) {
        return fail(errc::conflict, "{} is on {} already, with delivery = {}", person, list, name(there->delivery));
    }
    const community::Subscription line{list, person, delivery_of(context)};
    if (sees_everybody(context)) return context.registry().add(context.actor(), line);
    const auto row = context.store().directory().person(person);
    const bool named = wished.written.find('@') != std::string::npos || (row && row->team == context.caller.team);
    if (row && named) {
        if (auto added = context.registry().add(context.actor(), line)) return added;
    }
    return fail(errc::not_found, "{} names nobody whom you may put on {}: enter people of other teams by an address of theirs",
                wished.written, list);
}

// A caller who may know of the list is refused with the reason; for all others the list does not exist.
tl::unexpected<Error> not_yours(const Roster& roster) {
    if (!roster.object.known) return nothing_here();
    return fail(errc::denied, "the roster of {} is kept by its owners and the secretariat; ask one of them", roster.list);
}

Result<Answer> add_subscription(const Context& context) {
    const auto roster = roster_of(context);
    if (!roster) return nothing_here();
    if (!context.may(roster->object)) return not_yours(*roster);
    const PersonId person{context.text("person")};
    const auto waits = add_reader(context, roster->list, {person, context.written["person"].get<std::string>()});
    if (!waits) return tl::unexpected(waits.error());
    auto answer = shown(context, roster->list, person);
    if (!waits->empty()) answer.body["warnings"] = *waits;
    return answer;
}

Result<Answer> change_subscription(const Context& context) {
    const auto line = line_of(context);
    if (!line) return nothing_here();
    const auto mode = delivery_of(context);
    if (mode != line->reader.delivery) {
        auto done = context.registry().add(context.actor(), {line->list, line->reader.person, mode});
        if (!done) return tl::unexpected(done.error());
    }
    return shown(context, line->list, line->reader.person);
}

Result<Answer> remove_subscription(const Context& context) {
    const auto line = line_of(context);
    if (!line) return nothing_here();
    auto done = context.registry().remove_subscription(context.actor(), line->list, line->reader.person);
    if (!done) return tl::unexpected(done.error());
    return Answer{};
}

// ---- many at once

Json tried(const Context& context, const ListId& list, const Wished& wished) {
    const auto done = add_reader(context, list, wished);
    const bool not_there = !done && done.error().code == errc::not_found;
    const auto& person = not_there ? wished.written : wished.person.value;
    if (done) return {{"person", person}, {"result", "added"}, {"because", done->empty() ? Json() : Json(done->front())}};
    return {
        {"person", person}, {"result", done.error().code == errc::conflict ? "unchanged" : "refused"}, {"because", done.error().detail}};
}

// What a job keeps of its request. The right is checked again before every slice, because it may have ended meanwhile (A10).
struct Errand {
    access::Caller caller;
    Context context;
    ListId list;
    std::vector<Wished> people;

    Errand(const Context& from, ListId id, std::vector<Wished> all)
        : caller(from.caller),
          context{from.route, from.offices, caller, from.params, from.query, from.body},
          list(std::move(id)),
          people(std::move(all)) {}
    Errand(const Errand&) = delete;
    Errand& operator=(const Errand&) = delete;

    Result<bool> slice(Job& job) {
        const auto from = static_cast<std::size_t>(job.done);
        const auto to = std::min(people.size(), from + at_once);
        storage::Store::Transaction transaction(context.store());
        const auto again = context.access().again(caller);
        if (again) caller = *again;
        if (!again || !context.may(object_of(context, list)))
            return fail(errc::denied, "who began it may not go on; what was done until then stays");
        Json items = Json::array();
        for (std::size_t i = from; i < to; ++i) items.push_back(tried(context, list, people[i]));
        transaction.commit();
        for (auto& item : items) job.result["items"].push_back(std::move(item));
        job.done = static_cast<std::int64_t>(to);
        return to < people.size();
    }
};

Result<Answer> bulk_subscribe(const Context& context) {
    const auto roster = roster_of(context);
    if (!roster) return nothing_here();
    if (!context.may(roster->object)) return not_yours(*roster);
    std::vector<Wished> people;
    for (const auto& person : context.texts("people"))
        people.push_back({PersonId{person}, context.written["people"][people.size()].get<std::string>()});
    const auto wished = context.query.find("async");
    const bool later = people.size() > at_once || (wished != context.query.end() && wished->get<bool>());
    if (!later || context.dry_run) {
        Json items = Json::array();
        for (const auto& person : people) items.push_back(tried(context, roster->list, person));
        return Answer{.body = {{"items", std::move(items)}}};
    }
    auto job = context.offices.jobs->fresh(context.route.id, context.actor().name, static_cast<std::int64_t>(people.size()), context.now());
    if (!job) return tl::unexpected(job.error());
    job->result = {{"items", Json::array()}};
    Answer answer{.body = job_fact(*job), .status = 202, .location = "/v1/jobs/" + job->id};
    auto errand = std::make_shared<Errand>(context, roster->list, std::move(people));
    answer.afterwards = [jobs = context.offices.jobs, job = *job, errand, &clock = context.offices.room.clock] {
        jobs->begin(
            job, [errand](Job& running) { return errand->slice(running); }, clock);
    };
    return answer;
}

// ---- shapes

constexpr auto roster_shape = new_shape(community::subscription_fields);
constexpr Field delivery_field{.name = "delivery", .type = Type::word, .about = "each if left out", .words = roster_shape[2].words};
constexpr Field who_field{.name = "person", .required = true, .about = "id or an address of the person", .least = 1, .most = 254};
constexpr std::array new_fields{who_field, delivery_field};
constexpr Schema new_schema{"NewSubscription", new_fields};
constexpr std::array mode_fields{needed(roster_shape[2])};
constexpr Schema mode_schema{"SubscriptionChange", mode_fields};
constexpr std::array many_fields{
    Field{.name = "people", .type = Type::texts, .required = true, .about = "ids or addresses of the people", .least = 1, .most = 1'000},
    delivery_field};
constexpr Schema many_schema{"NewSubscriptions", many_fields};

constexpr std::array<std::string_view, 3> result_words{"added", "unchanged", "refused"};
constexpr std::array result_fields{
    Field{.name = "person", .required = true, .about = "id of the person"},
    Field{.name = "result", .type = Type::word, .required = true, .about = "what became of it", .words = result_words},
    Field{.name = "because", .required = true, .about = "why not added; or what a place that was given still waits for", .nullable = true},
};
constexpr Schema result_schema{"SubscriptionResult", result_fields, true};
constexpr std::array results_fields{
    Field{.name = "items", .type = Type::objects, .required = true, .about = "in the order asked", .of = &result_schema}};
constexpr Schema results_schema{"SubscriptionResults", results_fields, true};
constexpr std::array roster_fields{items_of(subscription_schema), next_field()};
constexpr Schema roster_schema{"Roster", roster_fields, true};
constexpr std::array async_query{Field{.name = "async", .type = Type::boolean, .about = "true: as a job, however few they are"}};

constexpr access::Right reading{Noun::subscriptions, Kind::read};
constexpr access::Right writing{Noun::subscriptions, Kind::write};

const std::array<Route, 6> table{{
    {.path = "/v1/lists/{list}/subscriptions",
     .id = "listSubscriptions",
     .about = "The roster; as lines with Accept: application/x-ndjson",
     .right = reading,
     .handler = list_subscriptions,
     .query = paging,
     .answer = &roster_schema,
     .lines = true},
    {.method = Method::post,
     .path = "/v1/lists/{list}/subscriptions",
     .id = "addSubscription",
     .about = "A person onto the roster",
     .right = writing,
     .run = Run::act,
     .disk = storage::Disk::room,
     .handler = add_subscription,
     .body = &new_schema,
     .answer = &subscription_schema,
     .status = 201},
    {.method = Method::post,
     .path = "/v1/lists/{list}/subscriptions:bulk",
     .id = "bulkSubscribe",
     .about = "Many people onto the roster, each with its own result; more than 200 as a job",
     .right = writing,
     .run = Run::act,
     .disk = storage::Disk::room,
     .handler = bulk_subscribe,
     .query = async_query,
     .body = &many_schema,
     .answer = &results_schema,
     .later = &job_schema},
    {.path = "/v1/lists/{list}/subscriptions/{person}",
     .id = "showSubscription",
     .about = "One line of the roster",
     .right = reading,
     .handler = show_subscription,
     .answer = &subscription_schema},
    {.method = Method::patch,
     .path = "/v1/lists/{list}/subscriptions/{person}",
     .id = "changeSubscription",
     .about = "The delivery mode",
     .right = writing,
     .run = Run::act,
     .disk = storage::Disk::room,
     .handler = change_subscription,
     .body = &mode_schema,
     .answer = &subscription_schema},
    {.method = Method::del,
     .path = "/v1/lists/{list}/subscriptions/{person}",
     .id = "removeSubscription",
     .about = "Off the roster; queued copies are not sent",
     .right = writing,
     .run = Run::act,
     .disk = storage::Disk::spare,
     .handler = remove_subscription},
}};

}  // namespace routes_subscriptions

std::span<const Route> subscription_routes() { return routes_subscriptions::table; }

}  // namespace caveat::http
