// /v1/cases: suspected breaches of the Code of Conduct, and their notices. What is done in them is in routes_case_acts.cpp.
#include <algorithm>
#include <array>

#include "committee_objects.hpp"
#include "tables.hpp"

namespace caveat::http {
namespace routes_cases {

using access::Kind;
using access::Noun;
using committee::CaseView;

Result<Answer> list_cases(const Context& context) {
    const auto team = context.asked("team");
    return newest_first(
        context, context.cases().all(context.viewer(), team.empty() ? std::nullopt : std::optional(TeamId{team})),
        [](const CaseView& view) { return view.id; }, [](const CaseView& view) -> std::optional<Json> { return fact(view); });
}

Result<Answer> show_case(const Context& context) { return answered(case_here(context)); }

Result<Answer> open_case(const Context& context) {
    const TeamId team{context.text("team")};
    return answered(context.cases().open(context.viewer(), context.text("decision"), team, context.text("clause"), context.text("id")));
}

// A notice that does not exist, or of a case that the caller may not know about: the same answer.
Result<Answer> noticed(const Result<committee::NoticeView>& notice) {
    if (!notice && notice.error().code == errc::not_found) return nothing_here();
    if (!notice) return tl::unexpected(notice.error());
    return Answer{.body = fact(*notice)};
}

Result<Answer> show_notice(const Context& context) {
    return noticed(context.cases().notice(context.viewer(), context.param(0), notice_number(context)));
}

// Ruling (d): what the party opens here it has received. An act of its own, so that looking at a case changes nothing.
Result<Answer> open_notice(const Context& context) {
    // A trial would show the party all of it, and no clock would start.
    if (context.dry_run) return fail(errc::denied, "ruling (d): whoever reads a notice is served with it; that cannot be tried");
    return noticed(context.cases().open_notice(context.viewer(), context.param(0), notice_number(context)));
}

Result<Answer> mail_notice(const Context& context) {
    const auto view = case_here(context);
    if (!view) return tl::unexpected(view.error());
    const auto number = notice_number(context);
    if (std::none_of(view->notices.begin(), view->notices.end(), [&](const auto& n) { return n.number == number; })) return nothing_here();
    return answered(context.cases().mail(context.viewer(), view->id, number));
}

// ---- shapes

constexpr std::array opening_fields{
    Field{.name = "team", .required = true, .about = "who is investigated", .least = 1, .most = 64},
    Field{.name = "clause", .required = true, .about = "of the Code of Conduct: 3.2", .least = 1},
    decision_field,
    Field{.name = "id", .about = "an id of its own instead of one that is drawn; the operator's choice", .most = 64},
};
constexpr Schema opening_schema{"NewCase", opening_fields};

const std::array list_query{paging[0], paging[1], Field{.name = "team", .about = "cases of this team", .most = 64}};
constexpr std::array cases_fields{items_of(case_schema), next_field()};
constexpr Schema cases_schema{"Cases", cases_fields, true};

const std::array<Route, 6> table{{
    {.path = "/v1/cases",
     .id = "listCases",
     .about = "Cases, the newest first",
     .right = {Noun::cases, Kind::read},
     .handler = list_cases,
     .query = list_query,
     .answer = &cases_schema},
    {.method = Method::post,
     .path = "/v1/cases",
     .id = "openCase",
     .about = "An investigation begins, by a decision",
     .right = {Noun::cases, Kind::write},
     .run = Run::act,
     .disk = storage::Disk::room,
     .handler = open_case,
     .body = &opening_schema,
     .answer = &case_schema,
     .status = 201},
    {.path = "/v1/cases/{case}",
     .id = "showCase",
     .about = "What happened, what may come next, what is denied, what was mailed",
     .right = {Noun::cases, Kind::read},
     .handler = show_case,
     .answer = &case_schema},
    {.path = "/v1/cases/{case}/notices/{notice}",
     .id = "showNotice",
     .about = "What a notice says; to its party only once it is served",
     .right = {Noun::cases, Kind::read},
     .handler = show_notice,
     .answer = &notice_schema,
     .refuses = true},
    {.method = Method::post,
     .path = "/v1/cases/{case}/notices/{notice}:open",
     .id = "openNotice",
     .about = "The party reads a notice; by that it is served (ruling d)",
     .right = {Noun::cases, Kind::write},
     .run = Run::act,
     .disk = storage::Disk::room,
     .handler = open_notice,
     .answer = &notice_schema},
    {.method = Method::post,
     .path = "/v1/cases/{case}/notices/{notice}:mail",
     .id = "mailNotice",
     .about = "The letters of a notice once more",
     .right = {Noun::cases, Kind::write},
     .run = Run::act,
     .disk = storage::Disk::room,
     .handler = mail_notice,
     .answer = &case_schema},
}};

}  // namespace routes_cases

std::span<const Route> case_routes() { return routes_cases::table; }

}  // namespace caveat::http
