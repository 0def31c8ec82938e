// /v1/reviews, /v1/declarations, /v1/duties, /v1/acceptances, /v1/documents, /v1/confirmations: the small records of a team (items 5, 8, 24
// and 60).
#include <array>

#include "caveat/facts/committee.hpp"
#include "caveat/facts/matters.hpp"
#include "committee_objects.hpp"
#include "standing.hpp"
#include "tables.hpp"

namespace caveat::http {
namespace routes_matters {

using access::Kind;
using access::Noun;
using committee::Acceptance;
using committee::Matters;
using community::Matter;
using community::MatterKind;

Matters matters(const Context& context) {
    const auto& room = context.offices.room;
    return {context.store(), room.vault, room.rules, room.clock};
}

// A review is the committee's, without the seat of the team (item 27). The team knows of it when its own declaration led to it, and at its
// end.
access::Object object_of_matter(const Matter& matter) {
    if (matter.kind != MatterKind::review) return {.team = matter.team};
    access::Object object{.accused = matter.team};
    if (matter.closed || !matter.cause.empty()) object.team = matter.team;
    return object;
}

// A motion about a team is not there for its own seat, nor for who may not know of it otherwise (item 27).
Json seen(const Context& context, const Matter& matter) {
    auto json = fact(matter);
    if (matter.motion.empty() || context.committee().decision(context.viewer(), matter.motion)) return json;
    json["motion"] = Json();
    return json;
}

template <MatterKind kind>
Result<Answer> list_of(const Context& context) {
    const auto team = context.asked("team");
    const auto open = context.query.find("open");
    return newest_first(
        context, matters(context).all(kind), [](const Matter& matter) { return matter.id; },
        [&](const Matter& matter) -> std::optional<Json> {
            if (!team.empty() && matter.team.value != team) return std::nullopt;
            if (open != context.query.end() && open->get<bool>() == matter.closed.has_value()) return std::nullopt;
            if (!context.may(object_of_matter(matter))) return std::nullopt;
            return seen(context, matter);
        });
}

template <MatterKind kind>
Result<Matter> matter_here(const Context& context) {
    auto matter = matters(context).find(kind, context.param(0));
    if (!matter || !context.may(object_of_matter(*matter))) return nothing_here();
    return matter;
}

template <MatterKind kind>
Result<Answer> show_one(const Context& context) {
    const auto matter = matter_here<kind>(context);
    if (!matter) return tl::unexpected(matter.error());
    return Answer{.body = seen(context, *matter)};
}

template <MatterKind kind>
Result<Answer> close_one(const Context& context) {
    const auto matter = matter_here<kind>(context);
    if (!matter) return tl::unexpected(matter.error());
    return told(matters(context).close(context.actor(), kind, matter->id,
                                       {context.text("outcome"), context.text("note"), context.text("decision")}));
}

// Of the body; whoever speaks for one team only may leave it out.
TeamId team_of(const Context& context) { return context.has("team") ? TeamId{context.text("team")} : context.caller.team; }

Result<Answer> made(const Result<Matter>& matter, std::string_view path) {
    if (!matter) return tl::unexpected(matter.error());
    return Answer{.body = fact(*matter), .location = fmt::format("/v1/{}/{}", path, matter->id)};
}

Result<Answer> open_review(const Context& context) {
    const TeamId team{context.text("team")};
    if (!context.may({.team = team, .accused = team})) return nothing_here();
    return made(matters(context).review(context.actor(), team, context.text("reason")), "reviews");
}

Result<Answer> make_declaration(const Context& context) {
    const auto team = team_of(context);
    if (!context.may(object_of(team))) return nothing_here();
    return made(matters(context).declare(context.actor(), team, context.text("criterion"), context.text("text")), "declarations");
}

Result<Answer> add_duty(const Context& context) {
    const bool one = context.has("team");
    const TeamId team{context.text("team")};
    if (!context.may(one ? object_of(team) : access::Object{})) return nothing_here();
    const auto added =
        matters(context).owe(context.actor(), one ? std::optional{team} : std::nullopt, context.text("duty"), *context.instant("due"));
    if (!added) return tl::unexpected(added.error());
    Json items = Json::array();
    for (const auto& matter : *added) items.push_back(fact(matter));
    return Answer{.body = {{"items", std::move(items)}}};
}

std::string key_of_pair(const Acceptance& pair) { return fmt::format("{}\n{}\n{}", pair.document, pair.version, pair.team); }

Result<Answer> list_acceptances(const Context& context) {
    const auto team = context.asked("team");
    const auto open = context.query.find("open");
    const auto pairs = matters(context).acceptances();
    return page_of(context, [&](const std::string& after, const Emit& emit) {
        bool begun = after.empty();
        for (const auto& pair : pairs) {
            const auto key = key_of_pair(pair);
            if (!begun) {
                begun = key == after;
                continue;
            }
            if (!team.empty() && pair.team.value != team) continue;
            if (open != context.query.end() && open->get<bool>() == pair.accepted.has_value()) continue;
            if (context.may(object_of(pair.team)) && !emit(key, fact(pair))) return;
        }
    });
}

Result<Answer> accept_document(const Context& context) {
    const auto team = team_of(context);
    if (!context.may(object_of(team))) return nothing_here();
    return told(matters(context).accept(context.actor(), team, context.text("document"), context.text("version")));
}

Result<Answer> ask_document(const Context& context) {
    if (!context.may({})) return nothing_here();
    const auto of = context.has("of") ? context.text("of") : std::string(community::asked_words.front());
    const auto paper = facts::read_paper(context.body);
    if (!paper) return tl::unexpected(paper.error());
    return told(matters(context).ask(context.actor(), context.text("document"), context.text("version"), context.text("hash"), of, *paper));
}

// Whoever is not asked for it gets the answer of what does not exist.
Result<Answer> read_asked(const Context& context) {
    auto read = matters(context).read(context.actor(), context.param(0));
    if (!read && read.error().code == errc::not_found) return nothing_here();
    if (!read) return tl::unexpected(read.error());
    if (!context.as_file) return Answer{.body = facts::fact(read->first, read->second)};
    auto name = read->first.name.empty() ? context.param(0) : read->first.name;
    return as_download("application/octet-stream", std::move(read->second.bytes), name);
}

Result<Answer> list_confirmations(const Context& context) {
    const auto team = context.asked("team");
    const auto open = context.query.find("open");
    const auto checks = matters(context).contact_checks();  // by team
    return page_of(context, [&](const std::string& after, const Emit& emit) {
        for (const auto& check : checks) {
            if (check.team.value <= after || (!team.empty() && check.team.value != team)) continue;
            if (open != context.query.end() && open->get<bool>() == (check.state == "current")) continue;
            if (context.may(object_of(check.team)) && !emit(check.team.value, fact(check))) return;
        }
    });
}

Result<Answer> confirm_contacts(const Context& context) {
    const auto team = team_of(context);
    if (!context.may(object_of(team))) return nothing_here();
    return told(matters(context).confirm_contacts(context.actor(), team));
}

// ---- shapes

constexpr Field team_field{.name = "team", .required = true, .about = "whom it is about", .least = 1, .most = 64};
constexpr Field own_team_field{.name = "team", .about = "the caller's own if left out", .least = 1, .most = 64};
constexpr Field note_field{.name = "note", .type = Type::prose, .about = "what was found, in words", .most = 4'000};

constexpr std::array review_body{
    team_field, Field{.name = "reason", .type = Type::prose, .required = true, .about = "why it is held", .least = 1, .most = 4'000}};
constexpr Schema new_review_schema{"NewReview", review_body};
constexpr std::array review_end{Field{.name = "outcome",
                                      .type = Type::word,
                                      .required = true,
                                      .about = "meets its criteria; or what is recommended, by a decision of kind review",
                                      .words = community::review_outcomes},
                                needed(note_field), decision_field};
constexpr Schema review_end_schema{"ReviewOutcome", review_end};

constexpr std::array declaration_body{
    own_team_field, Field{.name = "criterion", .required = true, .about = "which one no longer holds: 3.1 iii", .least = 1},
    Field{.name = "text", .type = Type::prose, .required = true, .about = "what changed", .least = 1, .most = 4'000}};
constexpr Schema new_declaration_schema{"NewDeclaration", declaration_body};
constexpr std::array declaration_end{needed(note_field)};
constexpr Schema declaration_end_schema{"DeclarationTakenBack", declaration_end};

constexpr std::array duty_body{
    Field{.name = "team", .about = "one Operational Member; left out: each of them", .least = 1, .most = 64},
    Field{.name = "duty", .type = Type::word, .required = true, .about = "what is due", .words = community::duty_words},
    Field{.name = "due", .type = Type::instant, .required = true, .about = "when; of a drill when it begins"}};
constexpr Schema new_duty_schema{"NewDuty", duty_body};
constexpr std::array duty_end{
    Field{.name = "outcome", .type = Type::word, .required = true, .about = "what became of it", .words = community::duty_outcomes},
    note_field};
constexpr Schema duty_end_schema{"DutyOutcome", duty_end};

constexpr Field document_field{.name = "document", .required = true, .about = "its name: Code of Conduct", .least = 1};
constexpr std::array acceptance_body{own_team_field, document_field, Field{.name = "version", .about = "the one in force if left out"}};
constexpr Schema new_acceptance_schema{"NewAcceptance", acceptance_body};
constexpr std::array confirmation_body{own_team_field};
constexpr Schema new_confirmation_schema{"NewConfirmation", confirmation_body};
constexpr std::array asking_body{
    document_field,
    Field{.name = "version", .required = true, .about = "as the document says it", .least = 1},
    Field{.name = "hash", .about = "SHA-256 of its bytes, hexadecimal; computed where the document comes with it"},
    Field{.name = "of", .type = Type::word, .about = "who is asked; all if left out", .words = community::asked_words},
    paper_text_field,
    content_field,
    file_name_field};
constexpr Schema asking_schema{"DocumentToAccept", asking_body};

const std::array matter_query{paging[0], paging[1], Field{.name = "team", .about = "only of this team", .most = 64},
                              Field{.name = "open", .type = Type::boolean, .about = "only those that have not ended, or only the others"}};

const std::array reviews_fields{items_of(matter_schema(MatterKind::review)), next_field()};
const Schema reviews_schema{"Reviews", reviews_fields, true};
const std::array declarations_fields{items_of(matter_schema(MatterKind::declaration)), next_field()};
const Schema declarations_schema{"Declarations", declarations_fields, true};
const std::array duties_fields{items_of(matter_schema(MatterKind::duty)), next_field()};
const Schema duties_schema{"Duties", duties_fields, true};
const std::array added_duties_fields{items_of(matter_schema(MatterKind::duty))};
const Schema added_duties_schema{"DutiesAdded", added_duties_fields, true};
const std::array acceptances_fields{items_of(acceptance_schema), next_field()};
const Schema acceptances_schema{"Acceptances", acceptances_fields, true};
const std::array confirmations_fields{items_of(contact_check_schema), next_field()};
const Schema confirmations_schema{"Confirmations", confirmations_fields, true};

// What a team asks of the community, declares to it and owes it is one noun for the rights.
constexpr access::Right reading{Noun::applications, Kind::read};
constexpr access::Right writing{Noun::applications, Kind::write};

using Handler = Result<Answer> (*)(const Context&);

Route list(std::string_view path, std::string_view id, std::string_view about, Handler handler, const Schema& answer) {
    return {.path = path, .id = id, .about = about, .right = reading, .handler = handler, .query = matter_query, .answer = &answer};
}
Route one(std::string_view path, std::string_view id, std::string_view about, Handler handler, MatterKind kind) {
    return {.path = path, .id = id, .about = about, .right = reading, .handler = handler, .answer = &matter_schema(kind)};
}
Route act(std::string_view path, std::string_view id, std::string_view about, Handler handler, const Schema& body, const Schema& answer,
          int status = 200) {
    return {.method = Method::post,
            .path = path,
            .id = id,
            .about = about,
            .right = writing,
            .run = Run::act,
            .disk = storage::Disk::room,
            .handler = handler,
            .body = &body,
            .answer = &answer,
            .status = status};
}

constexpr std::array<std::string_view, 1> as_it_is{"application/octet-stream"};

const std::array<Route, 18> table{{
    list("/v1/reviews", "listReviews", "Reviews of eligibility, the newest first", list_of<MatterKind::review>, reviews_schema),
    one("/v1/reviews/{review}", "showReview", "One review", show_one<MatterKind::review>, MatterKind::review),
    act("/v1/reviews", "openReview", "A review of a team's eligibility, at any time", open_review, new_review_schema,
        matter_schema(MatterKind::review), 201),
    act("/v1/reviews/{review}:close", "closeReview", "What the review found; what it recommends cites its decision",
        close_one<MatterKind::review>, review_end_schema, matter_schema(MatterKind::review)),
    list("/v1/declarations", "listDeclarations", "Criteria that no longer hold, as teams declare them, the newest first",
         list_of<MatterKind::declaration>, declarations_schema),
    one("/v1/declarations/{declaration}", "showDeclaration", "One declaration", show_one<MatterKind::declaration>, MatterKind::declaration),
    act("/v1/declarations", "makeDeclaration", "A criterion no longer holds: a matter for the committee", make_declaration,
        new_declaration_schema, matter_schema(MatterKind::declaration), 201),
    act("/v1/declarations/{declaration}:close", "closeDeclaration", "The team takes it back: the criterion holds again",
        close_one<MatterKind::declaration>, declaration_end_schema, matter_schema(MatterKind::declaration)),
    list("/v1/duties", "listDuties", "Yearly duties and what became of them, the newest first", list_of<MatterKind::duty>, duties_schema),
    one("/v1/duties/{duty}", "showDuty", "One duty", show_one<MatterKind::duty>, MatterKind::duty),
    act("/v1/duties", "addDuty", "A duty of one Operational Member, or of each", add_duty, new_duty_schema, added_duties_schema, 201),
    act("/v1/duties/{duty}:close", "closeDuty", "What became of it", close_one<MatterKind::duty>, duty_end_schema,
        matter_schema(MatterKind::duty)),
    list("/v1/acceptances", "listAcceptances", "Who accepted which document in which version, and who was asked and has not",
         list_acceptances, acceptances_schema),
    act("/v1/acceptances", "acceptDocument", "The team accepts the version that is in force", accept_document, new_acceptance_schema,
        acceptance_schema, 201),
    act("/v1/acceptances:ask", "askAcceptance", "A version of a document is put before all parties, members or partners", ask_document,
        asking_schema, matter_schema(MatterKind::document), 201),
    list("/v1/confirmations", "listConfirmations", "When each member and partner last confirmed its contact data, and by when it is to",
         list_confirmations, confirmations_schema),
    act("/v1/confirmations", "confirmContacts", "The team's contact data is right as it stands", confirm_contacts, new_confirmation_schema,
        contact_check_schema, 201),
    {.path = "/v1/documents/{document}",
     .id = "readAskedDocument",
     .about = "A document that parties are asked to accept: for the teams it is for, and for applicants who ask to become such",
     .right = reading,
     .handler = read_asked,
     .answer = &facts::paper_schema,
     .also = as_it_is},
}};

}  // namespace routes_matters

std::span<const Route> matter_routes() { return routes_matters::table; }

}  // namespace caveat::http
