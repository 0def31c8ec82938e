// /v1/applications: teams that want to join or to change their category; and the way out again, /v1/teams/{team}:revoke.
#include <array>

#include "application_answers.hpp"
#include "tables.hpp"

namespace caveat::http {
namespace routes_applications {

using access::Kind;
using access::Noun;
using committee::ApplicationFile;
using committee::Applications;

Applications office(const Context& context) {
    const auto& room = context.offices.room;
    return {context.store(), room.vault, room.rules, room.clock, room.settings.domain};
}

Result<Answer> list_applications(const Context& context) {
    const auto team = context.asked("team");
    auto applications = office(context);
    return newest_first(
        context, applications.all(team.empty() ? std::nullopt : std::optional(TeamId{team})),
        [](const ApplicationFile& file) { return file.as_is.id; },
        [&](const ApplicationFile& file) -> std::optional<Json> {
            if (!context.may(object_of(context, file))) return std::nullopt;
            return shown(context, file);
        });
}

Result<ApplicationFile> here(const Context& context) {
    auto file = office(context).show(context.param(0));
    if (!file || !context.may(object_of(context, *file))) return nothing_here();
    return file;
}

// A sponsorship and its report belong to the member that gives them, not to the applicant.
Result<ApplicationFile> here_for_sponsor(const Context& context) {
    auto file = office(context).show(context.param(0));
    if (!file) return nothing_here();
    auto object = object_of(context, *file);
    if (object.known) object.team = context.caller.team;
    if (!context.may(object)) return nothing_here();
    return file;
}

Result<Answer> show_application(const Context& context) { return answered(context, here(context)); }

// The fields of item 21, as far as they are given; one contact may stand flat beside them, as a form sends it.
conduct::Form read_form(const Context& context) {
    conduct::Form form;
    for (const auto& field : conduct::form_fields()) form.*field.value = context.text(field.name);
    form.site_visit = context.has("site_visit") && context.body["site_visit"].get<bool>();
    if (context.has("contacts")) {
        for (const auto& c : context.body["contacts"]) {
            form.contacts.push_back({PersonId{c["id"].get<std::string>()}, c["name"].get<std::string>(), c["address"].get<std::string>(),
                                     c.value("representative", false)});
        }
    }
    if (context.has("contact_id")) {
        form.contacts.push_back(
            {PersonId{context.text("contact_id")}, context.text("contact_name"), context.text("contact_address"), true});
    }
    return form;
}

// Not everybody may learn which applications exist.
Result<ApplicationFile> discreetly(const Context& context, Result<ApplicationFile> done) {
    if (done || done.error().code != errc::conflict || context.all()) return done;
    return fail(errc::conflict, "an application of the team is open, or has this id; ask the secretariat");
}

Result<Answer> submit(const Context& context) {
    conduct::SubmitApplication form;
    form.id = context.text("id");
    form.team = TeamId{context.text("team")};
    form.category = context.text("category");
    form.subtype = context.text("subtype");
    form.form = read_form(context);
    if (!context.may({.team = form.team})) return nothing_here();
    if (!form.id.empty() && !context.all()) return fail(errc::denied, "item 17: the secretariat numbers applications; leave the id out");
    auto answer = answered(context, discreetly(context, office(context).submit(context.actor(), form)));
    if (answer) answer->location = "/v1/applications/" + answer->body["id"].get<std::string>();
    return answer;
}

Result<Answer> act_on(const Context& context, const Result<ApplicationFile>& file, const conduct::ApplicationAct& step) {
    if (!file) return tl::unexpected(file.error());
    const auto paper = facts::read_paper(context.body);
    if (!paper) return tl::unexpected(paper.error());
    return answered(context, discreetly(context, office(context).act(context.actor(), file->as_is.id, step, *paper)));
}

Result<Answer> act(const Context& context, const conduct::ApplicationAct& step) { return act_on(context, here(context), step); }

Result<Answer> amend(const Context& context) { return act(context, conduct::AmendForm{read_form(context)}); }

// What is known of the document beside its bytes, which the office keeps.
conduct::Document read_document(const Context& context) { return {context.text("reference"), context.text("hash")}; }

Result<Answer> sponsor(const Context& context) {
    conduct::SponsorTeam step;
    step.sponsor.team = TeamId{context.text("team")};
    step.report = read_document(context);
    return act_on(context, here_for_sponsor(context), step);
}

Result<Answer> attach(const Context& context) {
    const auto kind = *conduct::document_kind_from(context.text("kind"));
    const bool report = kind == conduct::DocumentKind::report;
    TeamId sponsor{context.text("sponsor")};
    if (report && sponsor.empty()) sponsor = context.caller.team;
    return act_on(context, report ? here_for_sponsor(context) : here(context),
                  conduct::AttachDocument{kind, sponsor, read_document(context)});
}

// Whoever may not know of the application, or not read this of it, gets the answer of what does not exist.
Result<Answer> read_paper_of(const Context& context) {
    const auto file = office(context).show(context.param(0));
    if (!file) return nothing_here();
    auto object = object_of(context, *file);
    if (!context.may(object)) return nothing_here();
    const auto read = office(context).read(context.actor(), file->as_is.id, context.param(1));
    if (!read && read.error().code == errc::not_found) return nothing_here();
    if (!read) return tl::unexpected(read.error());
    return Answer{.body = facts::fact(read->first, read->second)};
}

Result<Answer> agree_visit(const Context& context) { return act(context, conduct::AgreeVisit{TeamId{context.text("team")}, false}); }

Result<Answer> decide(const Context& context) {
    const auto file = here(context);
    if (!file) return tl::unexpected(file.error());
    auto applications = office(context);
    const bool decline = context.has("decline") && context.body["decline"].get<bool>();
    const auto decision = context.text("decision");
    return answered(context, decline ? applications.decline(context.actor(), file->as_is.id, decision)
                                     : applications.admit(context.actor(), file->as_is.id, decision));
}

Result<Answer> record_mou(const Context& context) {
    return act(context, conduct::RecordMou{*parse_date(context.text("signed")), read_document(context)});
}

Result<Answer> withdraw(const Context& context) { return act(context, conduct::WithdrawApplication{context.text("reason")}); }

Result<Answer> revoke(const Context& context) {
    const TeamId team{context.param(0)};
    if (!context.store().directory().team(team) || !context.may({.team = team, .accused = team})) return nothing_here();
    return told(office(context).revoke(context.actor(), {team, context.text("decision"), context.text("clause"), context.text("reason")}));
}

// ---- shapes

constexpr std::array new_contact_fields{
    Field{.name = "id", .required = true, .about = "of the person to be", .least = 1, .most = 64},
    Field{.name = "name", .required = true, .least = 1},
    Field{.name = "address", .required = true, .about = "mailbox", .least = 3, .most = 254},
    Field{.name = "representative", .type = Type::boolean, .about = "speaks for the team"},
};
constexpr Schema new_contact_schema{"NewContact", new_contact_fields};

constexpr Field form_text(std::string_view name, std::string_view about) {
    return {.name = name, .type = Type::prose, .about = about, .most = 4000};
}

// In the order of conduct::form_fields(); a test holds the two together. What is left out makes a draft.
constexpr std::array form_fields{
    form_text("official_name", "of the team"),
    form_text("short_name", "of the team"),
    form_text("hosts", "the organisations it belongs to"),
    form_text("economy", "ISO 3166-1 alpha-2"),
    form_text("established", "2021-05-01, or as exactly as it is known"),
    form_text("funding", "government, part_government, subscription or other"),
    form_text("constituency", "whom it serves"),
    form_text("ranges", "domains, addresses, autonomous systems"),
    form_text("mission", "in its own words"),
    form_text("authority", "over its constituency"),
    form_text("skills", "of its people"),
    form_text("reason", "of a Liaison Partner: outside_region or not_yet_eligible"),
    form_text("remarks", "anything else"),
    form_text("activity", "one or more of incident_response, coordination, research (item 3)"),
    Field{.name = "site_visit", .type = Type::boolean, .about = "consents to a visit by a member (item 17)"},
    Field{.name = "contacts",
          .type = Type::objects,
          .about = "its people; one at least is its representative",
          .most = 50,
          .of = &new_contact_schema},
    Field{.name = "contact_id", .about = "the representative, as a form sends it", .least = 1, .most = 64},
    Field{.name = "contact_name", .about = "with contact_id"},
    Field{.name = "contact_address", .about = "with contact_id", .most = 254},
};
constexpr Schema form_schema{"ApplicationForm", form_fields};

constexpr std::array head_fields{
    Field{.name = "id", .about = "an id of its own instead of the next of the year", .most = 64},
    Field{.name = "team", .required = true, .about = "the applicant; unknown, it becomes one", .least = 1, .most = 64},
    Field{.name = "category", .required = true, .about = "that it asks for", .least = 1, .most = 64},
    Field{.name = "subtype", .about = "of a Strategic Partner", .most = 64},
};
constexpr auto submission_fields = [] {
    std::array<Field, head_fields.size() + form_fields.size()> all{};
    for (std::size_t i = 0; i < head_fields.size(); ++i) all[i] = head_fields[i];
    for (std::size_t i = 0; i < form_fields.size(); ++i) all[head_fields.size() + i] = form_fields[i];
    return all;
}();
constexpr Schema submission_schema{"NewApplication", submission_fields};

constexpr Field reference_field{.name = "reference", .about = "where the original is; the file's name if left out", .most = 1000};
constexpr Field hash_field{.name = "hash", .about = "sha256:... of what is handed in, or was; computed if left out"};

constexpr std::array sponsor_fields{Field{.name = "team", .required = true, .about = "an Operational Member", .least = 1, .most = 64},
                                    reference_field,
                                    hash_field,
                                    paper_text_field,
                                    content_field,
                                    file_name_field};
constexpr Schema sponsor_schema{"NewSponsor", sponsor_fields};

constexpr std::array<std::string_view, 7> document_words{"form",  "report",          "checklist", "engagement_policy",
                                                         "other", "handling_policy", "key"};
constexpr std::array document_fields{
    Field{.name = "kind", .type = Type::word, .required = true, .about = "what it is", .words = document_words},
    Field{.name = "sponsor", .about = "whose report it is; the caller's own if left out", .most = 64},
    reference_field,
    hash_field,
    paper_text_field,
    content_field,
    file_name_field,
};
constexpr Schema document_schema{"NewDocument", document_fields};

constexpr std::array visit_fields{Field{.name = "team", .required = true, .about = "the member that visits", .least = 1, .most = 64}};
constexpr Schema visit_schema{"NewVisit", visit_fields};

constexpr std::array deciding_fields{decision_field,
                                     Field{.name = "decline", .type = Type::boolean, .about = "the ballot is over and did not pass"}};
constexpr Schema deciding_schema{"ApplicationOutcome", deciding_fields};

constexpr std::array mou_fields{Field{.name = "signed", .type = Type::date, .required = true, .about = "the day it was signed"},
                                reference_field,
                                hash_field,
                                paper_text_field,
                                content_field,
                                file_name_field};
constexpr Schema mou_schema{"NewMou", mou_fields};

constexpr std::array reason_fields{Field{.name = "reason", .type = Type::prose, .about = "why, in a sentence", .most = 2000}};
constexpr Schema reason_schema{"Reason", reason_fields};

constexpr std::array revoking_fields{
    decision_field,
    Field{.name = "clause", .about = "of the MoU; partners only"},
    Field{.name = "reason", .type = Type::prose, .required = true, .about = "what the review found", .least = 1, .most = 2000},
};
constexpr Schema revoking_schema{"Revocation", revoking_fields};

const std::array list_query{paging[0], paging[1], Field{.name = "team", .about = "applications of this team", .most = 64}};
constexpr std::array applications_fields{items_of(application_schema), next_field()};
constexpr Schema applications_schema{"Applications", applications_fields, true};

constexpr Route row(std::string_view path, std::string_view id, std::string_view about, Result<Answer> (*handler)(const Context&),
                    const Schema& body) {
    return {.method = Method::post,
            .path = path,
            .id = id,
            .about = about,
            .right = {Noun::applications, Kind::write},
            .run = Run::act,
            .disk = storage::Disk::room,
            .handler = handler,
            .body = &body,
            .answer = &application_schema};
}

const std::array<Route, 12> table = [] {
    std::array<Route, 12> rows{{
        {.path = "/v1/applications",
         .id = "listApplications",
         .about = "Applications, the newest first",
         .right = {Noun::applications, Kind::read},
         .handler = list_applications,
         .query = list_query,
         .answer = &applications_schema},
        {.path = "/v1/applications/{application}",
         .id = "showApplication",
         .about = "What happened, what is missing, what may come next",
         .right = {Noun::applications, Kind::read},
         .handler = show_application,
         .answer = &application_schema},
        row("/v1/applications", "submitApplication", "The form of a team; what it lacks makes it a draft", submit, submission_schema),
        row("/v1/applications/{application}/form", "amendApplication", "The form anew, before the ballot", amend, form_schema),
        row("/v1/applications/{application}/sponsors", "sponsorApplication", "An Operational Member sponsors it", sponsor, sponsor_schema),
        row("/v1/applications/{application}/documents", "attachDocument", "A document of the application, which is kept sealed", attach,
            document_schema),
        row("/v1/applications/{application}/visit", "agreeVisit", "Which member visits the site", agree_visit, visit_schema),
        row("/v1/applications/{application}:decide", "decideApplication", "What the ballot decided", decide, deciding_schema),
        row("/v1/applications/{application}/mou", "recordMou", "The signed MoU of an approved partner: access begins", record_mou,
            mou_schema),
        row("/v1/applications/{application}:withdraw", "withdrawApplication", "The applicant takes it back", withdraw, reason_schema),
        row("/v1/teams/{team}:revoke", "revokeTeam", "A status ends, by its decision", revoke, revoking_schema),
        {.path = "/v1/applications/{application}/documents/{document}",
         .id = "readDocument",
         .about = "One document, by its SHA-256: for the committee, and for the team that handed it in",
         .right = {Noun::applications, Kind::read},
         .handler = read_paper_of,
         .answer = &facts::paper_schema},
    }};
    rows[2].status = 201;
    rows[3].method = Method::put;
    rows[10].answer = &team_schema;
    return rows;
}();

}  // namespace routes_applications

std::span<const Route> application_routes() { return routes_applications::table; }

}  // namespace caveat::http
