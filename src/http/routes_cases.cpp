// /v1/cases: suspected breaches of the Code of Conduct, and their notices. What is done in them is in routes_case_acts.cpp.
#include <array>

#include "case_answers.hpp"
#include "tables.hpp"

namespace caveat::http {
namespace routes_cases {

using access::Kind;
using access::Noun;
using committee::CaseFile;

Result<Answer> list_cases(const Context& context) {
    const auto team = context.asked("team");
    return newest_first(
        context, context.committee().cases(team.empty() ? std::nullopt : std::optional(TeamId{team})),
        [](const CaseFile& file) { return file.as_is.id; },
        [&](const CaseFile& file) -> std::optional<Json> {
            if (!context.may(object_of(context, file.as_is))) return std::nullopt;
            return shown_in_list(context, file);
        });
}

Result<Answer> show_case(const Context& context) { return answered(context, case_here(context)); }

Result<Answer> open_case(const Context& context) {
    const TeamId team{context.text("team")};
    if (!context.may({.team = team, .accused = team})) return nothing_here();
    if (context.caller.committee && context.caller.team == team) {
        return fail(errc::denied, "item 27: {} is the party here; needs another seat, or the secretariat", team);
    }
    auto committee = context.committee();
    return answered(context, committee.open(context.actor(), context.text("decision"), team, context.text("clause"), context.text("id")));
}

Result<Answer> show_notice(const Context& context) {
    const auto file = case_here(context);
    if (!file) return tl::unexpected(file.error());
    const auto* notice = notice_here(context, file->as_is);
    if (notice == nullptr) return nothing_here();
    if (eyes_on(context, file->as_is) == Eyes::party && !conduct::served(*notice)) {
        return fail(errc::denied, "ruling (d): notice {} is not served yet; open it, which counts as its service", notice->number);
    }
    return Answer{.body = full_fact(file->as_is, *notice)};
}

// Ruling (d): what the party opens here it has received. An act of its own, so that looking at a case changes nothing.
Result<Answer> open_notice(const Context& context) {
    auto file = case_here(context);
    if (!file) return tl::unexpected(file.error());
    const auto* notice = notice_here(context, file->as_is);
    if (notice == nullptr) return nothing_here();
    if (eyes_on(context, file->as_is) != Eyes::party) {
        return fail(errc::denied, "ruling (d): only a representative of {} opens its notices; others read them with GET", file->as_is.team);
    }
    if (!conduct::served(*notice)) {
        auto committee = context.committee();
        file = committee.act(context.actor(), file->as_is.id,
                             conduct::RecordService{notice->number, conduct::Channel::page_read, context.now()});
        if (!file) return tl::unexpected(file.error());
        notice = notice_here(context, file->as_is);
    }
    return Answer{.body = full_fact(file->as_is, *notice)};
}

Result<Answer> mail_notice(const Context& context) {
    const auto file = case_here(context);
    if (!file) return tl::unexpected(file.error());
    const auto* notice = notice_here(context, file->as_is);
    if (notice == nullptr) return nothing_here();
    if (eyes_on(context, file->as_is) != Eyes::committee) {
        return fail(errc::denied, "item 27: the letters of a case are the committee's; needs one of it, or the secretariat");
    }
    const auto sent = committee::mail_notice(context.store(), context.offices.postage, context.offices.room.clock, context.actor(),
                                             file->as_is.id, notice->number);
    if (!sent) return tl::unexpected(sent.error());
    auto json = shown(context, *file);
    json["mailed"] = facts(*sent);
    return Answer{.body = std::move(json)};
}

// ---- shapes

constexpr std::array opening_fields{
    Field{.name = "team", .required = true, .about = "who is investigated", .least = 1, .most = 64},
    Field{.name = "clause", .required = true, .about = "of the Code of Conduct: 3.2", .least = 1},
    decision_field,
    Field{.name = "id", .about = "an id of its own instead of the next of the year", .most = 64},
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
     .handler = open_notice,
     .answer = &notice_schema},
    {.method = Method::post,
     .path = "/v1/cases/{case}/notices/{notice}:mail",
     .id = "mailNotice",
     .about = "The letters of a notice once more",
     .right = {Noun::cases, Kind::write},
     .run = Run::act,
     .handler = mail_notice,
     .answer = &case_schema},
}};

}  // namespace routes_cases

std::span<const Route> case_routes() { return routes_cases::table; }

}  // namespace caveat::http
