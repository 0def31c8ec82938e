// /v1/posts and /v1/held: what became of mail, and who decides on what waits. Never content, never a subject.
#include <algorithm>
#include <array>
#include <charconv>

#include "caveat/facts/archive.hpp"
#include "caveat/facts/mail.hpp"
#include "caveat/mailroom/bounces.hpp"
#include "postbag.hpp"
#include "tables.hpp"

namespace caveat::http {
namespace routes_posts {

using access::Kind;
using access::Noun;
using storage::Post;
using storage::PostState;

constexpr std::int64_t at_once = most_items_a_page + 1;  // rows of one query

std::int64_t number_of(const std::string& key) {
    std::int64_t number = 0;
    std::from_chars(key.data(), key.data() + key.size(), number);
    return number;
}

// Nobody has read yet whether it asks that its author be not named.
bool is_unread(const Post& post) { return post.state == PostState::spooled && !post.label; }

// Who asked not to be named is named to themself and to the Steering Committee (rules.md §4). Of what is unread the operator knows, too.
bool may_know_author(const Context& context, const Post& post) {
    const auto& person = context.actor().person;
    if (!(post.caveats.author_withheld || is_unread(post)) || (person && person == post.sender)) return true;
    if (!person) return !post.caveats.author_withheld;
    const auto& rules = context.offices.room.rules;
    const auto terms = rules.in_force(context.store().powers().held_terms(*person, context.now()));
    return std::any_of(terms.begin(), terms.end(), [&](const auto& term) { return rules.office_of(term.role) == community::Office::seat; });
}

Json fact_for(const Context& context, const Post& post) {
    auto json = fact(post);
    if (!is_unread(post) || may_know_author(context, post)) return json;
    json["from"] = post.rcpt_to;
    json["message_id"] = "";
    return json;
}

// With the day on which a held one ends by itself.
Json as_it_waits(const Context& context, const Post& post) {
    auto json = fact_for(context, post);
    if (post.state != PostState::held) return json;
    if (const auto until = mailroom::waits_until(context.offices.room, post)) json["until"] = to_string(*until);
    return json;
}

// Newest first, from the cursor on. That is the post's id: its key would tell how much mail there is besides (A7, R2).
Result<Answer> page_of_posts(const Context& context, storage::Posts::Filter filter, const std::function<bool(const Post&)>& shown) {
    filter.limit = at_once;
    return page_of(context, [&](const std::string& after, const Emit& emit) {
        if (!after.empty()) {
            const auto last = context.store().posts().find(PostId{after});
            if (!last) return;
            filter.before = last->key;
        }
        for (;;) {
            const auto posts = context.store().posts().select(filter);  // in the order of receipt
            for (auto post = posts.rbegin(); post != posts.rend(); ++post) {
                if (shown(*post) && !emit(post->id.value, as_it_waits(context, *post))) return;
            }
            if (static_cast<std::int64_t>(posts.size()) < at_once) return;
            filter.before = posts.front().key;
        }
    });
}

Result<Answer> list_posts(const Context& context) {
    Postbag bag(context);
    auto filter = bag.reachable(true);
    if (const auto word = context.asked("state"); !word.empty()) filter.state = verdict_from(word);
    if (const auto list = context.asked("list"); !list.empty()) filter.list = ListId{list};
    if (const auto id = context.asked("message_id"); !id.empty()) filter.message_id = id;
    const auto mine = context.query.find("mine");
    if (mine != context.query.end() && mine->get<bool>()) filter.sender = context.actor().person.value_or(PersonId{});
    return page_of_posts(context, filter, [&](const Post& post) { return context.may(bag.of(post)); });
}

Result<Answer> show_post(const Context& context) {
    Postbag bag(context);
    const auto post = bag.find(context.param(0), true);
    if (!post) return nothing_here();
    const bool recipients = bag.may_see_recipients(*post);
    const bool handles = context.may(bag.of_list(post->list));
    auto whole = fact_for(context, *post);
    whole["sender"] = Json();
    if (may_know_author(context, *post)) {
        whole["from"] = post->from;
        whole["sender"] = post->sender ? Json(post->sender->value) : Json();
    }
    whole["strength"] = community::name(post->strength);
    whole["rules"] = maybe(facts::book_named(post->rules).words);
    whole["rules_sha256"] = maybe(facts::book_named(post->rules).sha256);
    whole["released_by"] = handles ? maybe(post->released_by) : Json();
    Json outcomes = Json::object();
    for (const auto word : copy_state_words) outcomes[std::string(word)] = 0;
    for (const auto& [state, count] : context.store().deliveries().tally(post->key)) outcomes[std::string(storage::name(state))] = count;
    whole["recipients"] = post->deliveries;
    whole["outcomes"] = std::move(outcomes);
    // The author gets only counts of outcomes: on a small list a reason would reveal who.
    Json reasons = Json::array();
    if (recipients) {
        for (const auto& r : context.store().deliveries().reasons(post->key)) {
            reasons.push_back({{"state", storage::name(r.state)}, {"code", r.code}, {"count", r.count}});
        }
    }
    whole["reasons"] = std::move(reasons);
    const auto archived = context.store().archive().find(post->id);
    whole["labels"] = archived ? fact(mailroom::labels_to_give(context.offices.room, context.actor(), *archived)) : Json::array();
    whole["deliveries"] = recipients ? Json("/v1/posts/" + post->id.value + "/deliveries") : Json();
    return Answer{.body = std::move(whole)};
}

Result<Answer> list_deliveries(const Context& context) {
    Postbag bag(context);
    const auto post = bag.find(context.param(0), false);
    if (!post || !bag.may_see_recipients(*post)) return nothing_here();
    const auto word = context.asked("state");
    const auto state = word.empty() ? std::nullopt : delivery_from(word);
    auto notes = note_of_reading(context, "delivery.read", *post);
    const auto returned = mailroom::returned_copies(context.store(), post->id);
    if (context.ndjson) {
        const auto lines = [&store = context.store(), returned, key = post->key, state, after = std::int32_t{0}](std::string& chunk) mutable {
            const auto rows = store.deliveries().rows(key, after, state, at_once);
            for (const auto& row : rows) chunk += dumped(fact(row, returned)) + '\n';
            if (!rows.empty()) after = rows.back().seq;
            return static_cast<std::int64_t>(rows.size()) == at_once;
        };
        return Answer{.stream = lines, .notes = std::move(notes)};
    }
    auto page = page_of(context, [&](const std::string& after, const Emit& emit) {
        for (const auto& row : context.store().deliveries().rows(post->key, static_cast<std::int32_t>(number_of(after)), state, at_once)) {
            if (!emit(std::to_string(row.seq), fact(row, returned))) return;
        }
    });
    if (page) page->notes = std::move(notes);
    return page;
}

// ---- held

Result<Answer> list_held(const Context& context) {
    Postbag bag(context);
    auto filter = bag.reachable(false);
    filter.state = PostState::held;
    if (const auto list = context.asked("list"); !list.empty()) filter.list = ListId{list};
    return page_of_posts(context, filter, [&](const Post& post) { return context.may(bag.of_list(post.list)); });
}

Result<Answer> show_held(const Context& context) {
    const auto post = Postbag(context).find(context.param(0), false);
    if (!post || post->state != PostState::held) return nothing_here();
    return Answer{.body = as_it_waits(context, *post)};
}

using Decide = Result<void> (mailroom::Mailroom::*)(const community::Actor&, const PostId&, const std::string&);

// Of two moderators the second is told so: the mailroom asks for the state and changes it in one transaction (D7).
template <Decide decide>
Result<Answer> decide_held(const Context& context) {
    const auto post = Postbag(context).find(context.param(0), false);
    if (!post) return nothing_here();
    auto mailroom = context.mailroom();
    if (const auto done = (mailroom.*decide)(context.actor(), post->id, context.text("reason")); !done) {
        return done.error().code == errc::not_found ? nothing_here() : tl::unexpected(done.error());
    }
    return Answer{.body = fact(*context.store().posts().get(post->key))};
}

// ---- shapes

constexpr Field list_filter{.name = "list", .about = "of this list only", .least = 1, .most = 64};
constexpr std::array posts_query{
    Field{.name = "state", .type = Type::word, .about = "of this verdict only", .words = verdict_words},
    list_filter,
    Field{.name = "message_id", .about = "without angle brackets", .least = 1, .most = 998},
    Field{.name = "mine", .type = Type::boolean, .about = "only what the caller wrote"},
    limit_field,
    cursor_field,
};
constexpr std::array held_query{list_filter, limit_field, cursor_field};
constexpr std::array deliveries_query{Field{.name = "state", .type = Type::word, .about = "of this state only", .words = copy_state_words},
                                      limit_field, cursor_field};

constexpr std::array outcomes_fields{
    Field{.name = "queued", .type = Type::integer, .required = true, .about = "copies that wait"},
    Field{.name = "sent", .type = Type::integer, .required = true, .about = "copies the relay took"},
    Field{.name = "deferred", .type = Type::integer, .required = true, .about = "copies to be tried again"},
    Field{.name = "failed", .type = Type::integer, .required = true, .about = "copies given up"},
    Field{.name = "withheld", .type = Type::integer, .required = true, .about = "copies a rule kept back"},
    Field{.name = "cancelled", .type = Type::integer, .required = true, .about = "copies called back"},
};
constexpr Schema outcomes_schema{"Outcomes", outcomes_fields, true};
constexpr std::array reason_fields{
    Field{.name = "state", .required = true, .about = "of the copies"},
    Field{.name = "code", .required = true, .about = "why: above_ceiling, refused_by_relay"},
    Field{.name = "count", .type = Type::integer, .required = true, .about = "how many copies"},
};
constexpr Schema reason_schema{"OutcomeReason", reason_fields, true};

constexpr std::array whole_fields{
    Field{.name = "id", .required = true, .about = "UUIDv7"},
    Field{.name = "list", .required = true, .about = "the list it was for"},
    Field{.name = "message_id",
          .required = true,
          .about = "without angle brackets; empty where its author is not to be named yet, but for them and the committee"},
    Field{.name = "from",
          .required = true,
          .about = "address of the From header; the list's where the author is not to be named, or nobody knows yet, but for them and "
                   "the committee"},
    Field{.name = "received", .type = Type::instant, .required = true, .about = "when it was accepted"},
    Field{.name = "label", .type = Type::word, .required = true, .about = "null until judged", .nullable = true, .words = label_words},
    Field{.name = "caveats",
          .type = Type::texts,
          .required = true,
          .about = "what it asks for besides: PAP, embargo, restrictions, in words"},
    Field{.name = "verdict", .type = Type::word, .required = true, .about = "what became of it", .words = verdict_words},
    Field{.name = "because", .type = Type::texts, .required = true, .about = "code: words; first the one that decided"},
    Field{.name = "releasable", .type = Type::boolean, .required = true, .about = "it is held, and a moderator can let it go"},
    Field{.name = "sender", .required = true, .about = "the person who wrote it, where that is known", .nullable = true},
    Field{.name = "strength", .required = true, .about = "how the sender was proven"},
    Field{.name = "rules", .required = true, .about = "name and version of the book that decided", .nullable = true},
    Field{.name = "rules_sha256", .required = true, .about = "of that book", .nullable = true},
    Field{.name = "released_by", .required = true, .about = "the moderator, for those who handle the list", .nullable = true},
    Field{.name = "recipients", .type = Type::integer, .required = true, .about = "people on the roster when it was judged"},
    Field{.name = "outcomes", .type = Type::object, .required = true, .about = "copies by state", .of = &outcomes_schema},
    Field{.name = "reasons", .type = Type::objects, .required = true, .about = "empty for the author", .of = &reason_schema},
    Field{.name = "deliveries", .required = true, .about = "where each recipient is, for whom that is meant", .nullable = true},
    labels_to_give_field,
};
constexpr Schema whole_schema{"PostWithOutcomes", whole_fields, true};

constexpr std::array decide_fields{Field{.name = "reason", .about = "for the journal; of a rejection also for the author", .least = 1}};
constexpr Schema decide_schema{"HeldDecision", decide_fields};
constexpr std::array reject_fields{
    Field{.name = "reason", .required = true, .about = "what the author is told; also for the journal", .least = 1}};
constexpr Schema reject_schema{"HeldRejection", reject_fields};

constexpr std::array posts_fields{items_of(post_schema), next_field()};
constexpr Schema posts_schema{"Posts", posts_fields, true};
constexpr std::array deliveries_fields{items_of(delivery_schema), next_field()};
constexpr Schema deliveries_schema{"Deliveries", deliveries_fields, true};

const std::array<Route, 8> table{{
    {.path = "/v1/posts",
     .id = "listPosts",
     .about = "Posts, newest first",
     .right = {Noun::posts, Kind::read},
     .handler = list_posts,
     .query = posts_query,
     .answer = &posts_schema},
    {.path = "/v1/posts/{post}",
     .id = "showPost",
     .about = "Verdict with reasons, and outcomes in numbers",
     .right = {Noun::posts, Kind::read},
     .run = Run::slow,
     .handler = show_post,
     .answer = &whole_schema},
    {.path = "/v1/posts/{post}/deliveries",
     .id = "listDeliveries",
     .about = "Who received it, who did not, why; of AMBER+STRICT and above the journal notes who asked",
     .right = {Noun::posts, Kind::read},
     .run = Run::slow,
     .handler = list_deliveries,
     .query = deliveries_query,
     .answer = &deliveries_schema,
     .lines = true},
    {.path = "/v1/held",
     .id = "listHeld",
     .about = "Posts that wait for a decision, newest first",
     .right = {Noun::held, Kind::read},
     .handler = list_held,
     .query = held_query,
     .answer = &posts_schema},
    {.path = "/v1/held/{post}",
     .id = "showHeld",
     .about = "One of them",
     .right = {Noun::held, Kind::read},
     .handler = show_held,
     .answer = &post_schema},
    {.method = Method::post,
     .path = "/v1/held/{post}:release",
     .id = "releaseHeld",
     .about = "Judged again as approved, with the author's standing of now",
     .right = {Noun::held, Kind::write},
     .run = Run::act,
     .disk = storage::Disk::spare,
     .handler = decide_held<&mailroom::Mailroom::release>,
     .body = &decide_schema,
     .answer = &post_schema},
    {.method = Method::post,
     .path = "/v1/held/{post}:reject",
     .id = "rejectHeld",
     .about = "Refused; the author is told why",
     .right = {Noun::held, Kind::write},
     .run = Run::act,
     .disk = storage::Disk::spare,
     .handler = decide_held<&mailroom::Mailroom::reject>,
     .body = &reject_schema,
     .answer = &post_schema},
    {.method = Method::post,
     .path = "/v1/held/{post}:discard",
     .id = "discardHeld",
     .about = "Dropped; nobody is told",
     .right = {Noun::held, Kind::write},
     .run = Run::act,
     .disk = storage::Disk::spare,
     .handler = decide_held<&mailroom::Mailroom::discard>,
     .body = &decide_schema,
     .answer = &post_schema},
}};

}  // namespace routes_posts

std::span<const Route> post_routes() { return routes_posts::table; }

}  // namespace caveat::http
