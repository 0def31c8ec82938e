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

bool flag(const Context& context, std::string_view name) { return context.has(name) && context.body[std::string(name)].get<bool>(); }

Result<Answer> act(const Context& context) {
    const auto here = std::find_if(places.begin(), places.end(), [&](const Place& place) { return place.id == context.route.id; });
    const auto step = facts::case_act(here->verb).read(context.body, {context.now(), context.actor().person});
    if (!step) return tl::unexpected(step.error());
    const auto view = case_here(context);
    if (!view) return tl::unexpected(view.error());
    // A notice goes out with the act that issues it, unless it is served otherwise.
    const auto mailing = flag(context, "no_mail") ? committee::Mailing::served_otherwise : committee::Mailing::letters;
    return answered(context.cases().act(context.viewer(), view->id, *step, context.text("decision"), mailing));
}

std::vector<Route> made() {
    std::vector<Route> all;
    for (const auto& place : places) {
        const auto& kind = facts::case_act(place.verb);
        all.push_back({.method = Method::post,
                       .path = place.path,
                       .id = place.id,
                       .about = kind.about,
                       .right = {Noun::cases, Kind::write},
                       .run = Run::act,
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
