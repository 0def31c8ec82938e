// Where an act of a case is done; what it asks for and how it is read is told by facts::case_acts.
#include <algorithm>
#include <array>

#include "caveat/facts/case_acts.hpp"
#include "committee_objects.hpp"
#include "tables.hpp"

namespace caveat::http {
namespace routes_case_acts {

using access::Kind;
using access::Noun;

struct Place {
    std::string_view verb;  // of facts::case_acts
    std::string_view path;
    std::string_view id;
};
constexpr std::array<Place, 12> places{{
    {"notice", "/v1/cases/{case}/notices", "issueNotice"},
    {"sanction-notice", "/v1/cases/{case}/sanction-notice", "issueSanction"},
    {"serve", "/v1/cases/{case}/services", "recordService"},
    {"reply", "/v1/cases/{case}/replies", "recordReply"},
    {"find", "/v1/cases/{case}/findings", "recordFinding"},
    {"appeal", "/v1/cases/{case}/appeals", "fileAppeal"},
    {"withdraw", "/v1/cases/{case}:withdraw", "withdrawAppeal"},
    {"panel", "/v1/cases/{case}/panel", "seatPanel"},
    {"rule", "/v1/cases/{case}/panel-votes", "castPanelVote"},
    {"renew", "/v1/cases/{case}:renew", "renewSanction"},
    {"lift", "/v1/cases/{case}:lift", "liftSanction"},
    {"close", "/v1/cases/{case}:close", "closeCase"},
}};

// Where the text of a notice is drafted, with the same body.
constexpr std::array<Place, 3> draft_places{{
    {"notice", "/v1/cases/{case}/notices:draft", "draftNotice"},
    {"sanction-notice", "/v1/cases/{case}/sanction-notice:draft", "draftSanction"},
    {"renew", "/v1/cases/{case}/renewal:draft", "draftRenewal"},
}};

bool flag(const Context& context, std::string_view name) { return context.has(name) && context.body[std::string(name)].get<bool>(); }

const facts::CaseAct& act_here(const Context& context) {
    const auto same = [&](const Place& place) { return place.id == context.route.id; };
    const auto here = std::find_if(places.begin(), places.end(), same);
    if (here != places.end()) return facts::case_act(here->verb);
    return facts::case_act(std::find_if(draft_places.begin(), draft_places.end(), same)->verb);
}

// As the body says it, or the draft that the body names.
Result<conduct::Act> step_of(const Context& context, const facts::CaseAct& kind, const std::string& id) {
    const auto draft = facts::draft_named(context.body);
    if (!draft) return tl::unexpected(draft.error());
    if (!draft->empty()) return context.cases().drafted(context.viewer(), id, *draft);
    return kind.read(context.body, {context.now(), context.actor().person});
}

Result<Answer> act(const Context& context) {
    const auto view = case_here(context);
    if (!view) return tl::unexpected(view.error());
    // Tried with one outcome and the other, a vote would reveal those of before; and a party's own step serves it with what it answers.
    if (context.dry_run && act_here(context).verb == "rule")
        return fail(errc::denied, "item 38: how a panel votes is known when it has decided; a vote cannot be tried");
    if (context.dry_run && view->seen_as == committee::Eyes::party)
        return fail(errc::denied, "ruling (d): whoever answers a notice is served with it; that cannot be tried");
    const auto step = step_of(context, act_here(context), view->id);
    if (!step) return tl::unexpected(step.error());
    // A notice goes out with the act that issues it, unless it is served otherwise.
    const auto mailing = flag(context, "no_mail") ? committee::Mailing::served_otherwise : committee::Mailing::letters;
    const auto text = facts::read_paper(context.body);
    if (!text) return tl::unexpected(text.error());
    return answered(context.cases().act(context.viewer(), view->id, *step, context.text("decision"), mailing, *text));
}

Result<Answer> draft(const Context& context) {
    const auto view = case_here(context);
    if (!view) return tl::unexpected(view.error());
    for (const auto* field : {"decision", "draft", "no_mail"}) {
        if (context.has(field))
            return fail(errc::invalid, "{}: a draft is issued later, by the decision that names it; leave it out", field);
    }
    const auto step = act_here(context).read(context.body, {context.now(), context.actor().person});
    if (!step) return tl::unexpected(step.error());
    return told(context.cases().draft(context.viewer(), view->id, *step));
}

Result<Answer> list_drafts(const Context& context) {
    const auto view = case_here(context);
    if (!view) return tl::unexpected(view.error());
    const auto drafts = context.cases().drafts(context.viewer(), view->id);
    if (!drafts) return tl::unexpected(drafts.error());
    return newest_first(
        context, *drafts, [](const committee::Draft& d) { return d.hash; },
        [](const committee::Draft& d) -> std::optional<Json> { return facts::fact(d); });
}

Result<Answer> list_papers(const Context& context) {
    const auto view = case_here(context);
    if (!view) return tl::unexpected(view.error());
    const auto papers = context.cases().papers(context.viewer(), view->id);
    if (!papers) return tl::unexpected(papers.error());
    return newest_first(
        context, *papers, [](const committee::PaperFacts& p) { return p.hash; },
        [](const committee::PaperFacts& p) -> std::optional<Json> { return facts::fact(p); });
}

Result<Answer> read_paper(const Context& context) {
    const auto view = case_here(context);
    if (!view) return tl::unexpected(view.error());
    const auto read = context.cases().paper(context.viewer(), view->id, context.param(1));
    if (!read && read.error().code == errc::not_found) return nothing_here();
    if (!read) return tl::unexpected(read.error());
    return Answer{.body = facts::fact(read->first, read->second)};
}

constexpr std::array papers_fields{items_of(facts::paper_facts_schema), next_field()};
constexpr Schema papers_schema{"Papers", papers_fields, true};

constexpr std::array drafts_fields{items_of(facts::draft_schema), next_field()};
constexpr Schema drafts_schema{"Drafts", drafts_fields, true};

std::vector<Route> made() {
    std::vector<Route> all;
    for (const auto& place : draft_places) {
        all.push_back({.method = Method::post,
                       .path = place.path,
                       .id = place.id,
                       .about = "Its text before the vote; the answer is how a decision names it",
                       .right = {Noun::cases, Kind::write},
                       .run = Run::act,
                       .disk = storage::Disk::room,
                       .handler = draft,
                       .body = &facts::case_act(place.verb).body,
                       .answer = &facts::draft_schema});
    }
    all.push_back({.path = "/v1/cases/{case}/papers",
                   .id = "listCasePapers",
                   .about = "Texts of replies and appeals, the newest first",
                   .right = {Noun::cases, Kind::read},
                   .handler = list_papers,
                   .query = paging,
                   .answer = &papers_schema});
    all.push_back({.path = "/v1/cases/{case}/papers/{paper}",
                   .id = "readCasePaper",
                   .about = "What the party wrote, by its SHA-256",
                   .right = {Noun::cases, Kind::read},
                   .handler = read_paper,
                   .answer = &facts::paper_schema});
    all.push_back({.path = "/v1/cases/{case}/drafts",
                   .id = "listDrafts",
                   .about = "Notices that were drafted, the newest first; the committee's alone",
                   .right = {Noun::cases, Kind::read},
                   .handler = list_drafts,
                   .query = paging,
                   .answer = &drafts_schema,
                   .refuses = true});
    for (const auto& place : places) {
        const auto& kind = facts::case_act(place.verb);
        all.push_back({.method = Method::post,
                       .path = place.path,
                       .id = place.id,
                       .about = kind.about,
                       .right = {Noun::cases, Kind::write},
                       .run = Run::act,
                       .disk = storage::Disk::room,
                       .handler = act,
                       .body = &kind.body,
                       .answer = &case_schema});
    }
    return all;
}

}  // namespace routes_case_acts

std::span<const Route> case_act_routes() {
    static const auto table = routes_case_acts::made();
    return table;
}

}  // namespace caveat::http
