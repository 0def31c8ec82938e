// /v1/policy: why did somebody (not) get a post, and what would change. Reads only.
#include <algorithm>
#include <array>

#include "caveat/facts/mail.hpp"
#include "caveat/facts/preview.hpp"
#include "caveat/facts/words.hpp"
#include "caveat/mail/message.hpp"
#include "caveat/mailroom/question.hpp"
#include "postbag.hpp"
#include "standing.hpp"
#include "tables.hpp"

namespace caveat::http {
namespace routes_policy {

using access::Kind;
using access::Noun;
using access::Right;

std::optional<PersonId> person_of(const Context& context) {
    const auto word = context.asked("person");
    const auto people = context.store().directory();
    if (auto person = people.person_of(word, mail::normalise_address)) return person;
    return people.person(PersonId{word}) ? std::optional(PersonId{word}) : std::nullopt;
}

// The case, the notice, the decision with its tally and the interval behind a denial.
Json denial_fact(const Context& context, const community::Denial& denial) {
    const auto cause = context.committee().cause_of(denial);
    return {{"source", denial.source},
            {"decision", maybe(denial.decision)},
            {"from", to_string(denial.during.from)},
            {"until", maybe(denial.during.until)},
            {"case", maybe(cause.case_id)},
            {"notice", cause.case_id.empty() ? Json() : Json(cause.notice)},
            {"tally", maybe(cause.tally)}};
}

// Who may be told of the sanction behind a denial: the person concerned, and who may read that team's cases (item 27).
bool may_name_denial(const Context& context, const PersonId& person, const TeamId& team) {
    if (context.actor().person == person) return true;
    const access::Object a_case{.team = team, .accused = team};
    return access::may(context.caller, Right{Noun::cases, Kind::read}, a_case);
}

struct Question {
    storage::Post post;
    PersonId person;
    bool own = false;  // asked by the person concerned, without a right over others
    bool author = false;
};

// About oneself everybody may ask, but only of posts one stood on the roster for, or wrote: anything else would tell what exists.
std::optional<Question> read_question(const Context& context) {
    const auto post = context.store().posts().find(PostId{context.asked("post")});
    const auto person = person_of(context);
    if (!post || !traits(post->kind).shown || !person || is_of_their_own_case(context, post->list)) return std::nullopt;
    if (!context.may({.person = person, .list = post->list})) return std::nullopt;
    const bool over_others = context.may({.list = post->list});
    return Question{*post, *person, !over_others, post->sender == person};
}

// Whoever asks about themself hears what became of their copy, but of which list it was and under which label only while they may know of
// the list. Words that a rule or the relay gave may name both, so they are left out too.
void leave_names_out(Json& fact) {
    for (const auto* field : {"list", "label", "because", "reply"}) fact[field] = nullptr;
    fact["judged"] = Json::array();
    fact["rules_now"] = {"You may not know of this list any more; the secretariat can tell why"};
}

bool may_name_list(const Context& context, const Question& question) {
    return !question.own || object_of(context, question.post.list).known;
}

void add_rules_of_now(const Context& context, const Question& question, Json& fact) {
    const auto& room = context.offices.room;
    const auto now = mailroom::ask_copy_of(room, question.post, question.person);
    if (!now) return;
    const bool naming = may_name_denial(context, question.person, now->who.team);
    fact["would_receive_now"] = now->answer.goes();
    fact["rules_now"] = now->reasons(room, naming);
    if (const auto* denial = now->denial(); denial != nullptr && naming) fact["denied"] = denial_fact(context, *denial);
}

Result<Answer> explain(const Context& context) {
    const auto question = read_question(context);
    if (!question) return nothing_here();
    const auto& post = question->post;
    const auto key = context.store().directory().key_of(question->person);
    const auto row = key ? context.store().deliveries().row_of(post.key, *key) : std::nullopt;
    if (question->own && !question->author && !row) return nothing_here();
    const bool sees_verdict = !question->own || question->author;
    Json fact{{"post", post.id.value},
              {"list", post.list.value},
              {"person", question->person.value},
              {"label", label_of(post)},
              {"judged", sees_verdict ? Json(post.because) : Json::array()},
              {"rules", maybe(facts::book_named(post.rules).words)},
              {"rules_sha256", maybe(facts::book_named(post.rules).sha256)},
              {"state", row ? std::string(storage::name(row->state)) : "not on the roster when the post was judged"},
              {"because", row ? maybe(row->because) : Json()},
              {"at", row && row->at != Instant{} ? Json(to_string(row->at)) : Json()},
              {"reply", row ? maybe(row->reply) : Json()},
              {"would_receive_now", Json()},
              {"denied", Json()},
              {"rules_now", Json::array()}};
    add_rules_of_now(context, *question, fact);
    if (!may_name_list(context, *question)) leave_names_out(fact);
    Answer answer{.body = std::move(fact)};
    if (context.actor().person != question->person) answer.notes = note_of_reading(context, "delivery.explained", post);
    return answer;
}

// ---- simulate

std::optional<Instant> asked_instant(const Context& context, std::string_view field) {
    const auto text = context.asked(field);
    return text.empty() ? std::nullopt : std::optional(*parse_instant(text));
}

constexpr std::size_t most_changes_told = 1000;  // of each kind; the counts are whole

Result<Answer> simulate(const Context& context) {
    if (!context.all()) return nothing_here();
    const auto left = context.query.find("left");
    mailroom::Supposition supposed{TeamId{context.asked("team")},
                                   PersonId{context.asked("person")},
                                   {},
                                   left != context.query.end() && left->get<bool>(),
                                   context.asked("category"),
                                   context.asked("subtype"),
                                   asked_instant(context, "from"),
                                   asked_instant(context, "until")};
    if (supposed.team.empty() == supposed.person.empty()) return fail(errc::invalid, "say either team or person");
    if (const auto sanction = context.query.find("sanction"); sanction != context.query.end()) {
        const auto denied = facts::read_denied(sanction->get<std::vector<std::string>>());
        if (!denied) return tl::unexpected(denied.error());
        for (const auto& row : *denied) {
            community::Denial denial;
            denial.resource = row.resource;
            denial.verbs = row.verbs;
            supposed.denials.push_back(std::move(denial));
        }
    }
    auto seen = mailroom::preview(context.offices.room, supposed);
    if (!seen) {
        // A caller with this right reads the whole register, so the error may name what was not found.
        if (seen.error().code == errc::not_found) return fail(errc::invalid, "{}", seen.error().detail);
        return tl::unexpected(seen.error());
    }
    const auto not_there = [&](const auto& changed) { return is_of_their_own_case(context, changed.list); };
    std::erase_if(seen->rights, not_there);
    std::erase_if(seen->copies, not_there);
    std::erase_if(seen->held, not_there);
    return Answer{.body = fact(*seen, most_changes_told)};
}

// ---- shapes

constexpr std::array explain_query{
    Field{.name = "post", .required = true, .about = "id of the post", .least = 1, .most = 64},
    Field{.name = "person", .required = true, .about = "id or address of the person", .least = 1, .most = 254},
};
constexpr std::array denied_fields{
    Field{.name = "source", .required = true, .about = "sanction, or hold"},
    Field{.name = "decision", .required = true, .about = "the decision it cites", .nullable = true},
    Field{.name = "from", .type = Type::instant, .required = true, .about = "when it began"},
    Field{.name = "until", .type = Type::instant, .required = true, .about = "when it ends", .nullable = true},
    Field{.name = "case", .required = true, .about = "the case it follows from", .nullable = true},
    Field{.name = "notice", .type = Type::integer, .required = true, .about = "the notice of that case", .nullable = true},
    Field{.name = "tally", .required = true, .about = "of the decision, in words", .nullable = true},
};
constexpr Schema denied_schema{"DenialBehind", denied_fields, true};
constexpr std::array explained_fields{
    Field{.name = "post", .required = true, .about = "id of the post"},
    Field{.name = "list", .required = true, .about = "the list it was for; null once you may not know of it", .nullable = true},
    Field{.name = "person", .required = true, .about = "who is asked about"},
    Field{.name = "label",
          .type = Type::word,
          .required = true,
          .about = "null until judged, and once you may not know of the list",
          .nullable = true,
          .words = label_words},
    Field{.name = "judged", .type = Type::texts, .required = true, .about = "why the post got its verdict; for its author and officers"},
    Field{.name = "rules", .required = true, .about = "the book that decided then", .nullable = true},
    Field{.name = "rules_sha256", .required = true, .about = "of that book", .nullable = true},
    Field{.name = "state", .required = true, .about = "of this person's copy"},
    Field{.name = "because", .required = true, .about = "recorded with it", .nullable = true},
    Field{.name = "at", .type = Type::instant, .required = true, .about = "when", .nullable = true},
    Field{.name = "reply", .required = true, .about = "the relay's codes, with words of ours for them", .nullable = true},
    Field{.name = "would_receive_now", .type = Type::boolean, .required = true, .about = "as things stand now", .nullable = true},
    Field{.name = "denied",
          .type = Type::object,
          .required = true,
          .about = "for whom it may be named",
          .nullable = true,
          .of = &denied_schema},
    Field{.name = "rules_now", .type = Type::texts, .required = true, .about = "rule, fact and book, one line a reason"},
};
constexpr Schema explained_schema{"Explanation", explained_fields, true};

constexpr std::array simulate_query{
    Field{.name = "team", .about = "all people of this team", .least = 1, .most = 64},
    Field{.name = "person", .about = "this person alone, by id or address", .least = 1, .most = 254},
    Field{.name = "sanction", .type = Type::texts, .about = "LIST:VERB[,VERB], '*' for the member lists; repeat for more"},
    Field{.name = "left", .type = Type::boolean, .about = "as if they had left the register"},
    Field{.name = "category", .about = "as if the team were of this category", .least = 1, .most = 64},
    Field{.name = "subtype", .about = "of that category", .least = 1, .most = 64},
    Field{.name = "from", .type = Type::instant, .about = "as of this instant; now if left out"},
    Field{.name = "until", .type = Type::instant, .about = "when the sanction ends"},
};
const std::array<Route, 2> table{{
    {.path = "/v1/policy:explain",
     .id = "explain",
     .about = "Why did somebody get a post, or not: what was recorded, and what the rules say now",
     .right = {Noun::policy, Kind::read},
     .run = Run::slow,
     .handler = explain,
     .query = explain_query,
     .answer = &explained_schema},
    {.path = "/v1/policy:simulate",
     .id = "simulate",
     .about = "What would change if they were under a sanction, had left, or were of another category; writes nothing",
     .right = {Noun::policy, Kind::read},
     .run = Run::slow,
     .handler = simulate,
     .query = simulate_query,
     .answer = &simulated_schema},
}};

}  // namespace routes_policy

std::span<const Route> policy_routes() { return routes_policy::table; }

}  // namespace caveat::http
