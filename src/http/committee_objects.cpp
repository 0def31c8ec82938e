#include "committee_objects.hpp"

#include <algorithm>

namespace caveat::http {
namespace {

bool sits_on_panel(const conduct::Case& c, const PersonId& person) {
    return std::any_of(c.appeals.begin(), c.appeals.end(), [&](const conduct::Appeal& appeal) {
        if (!appeal.panel) return false;
        const auto& members = appeal.panel->members;
        return appeal.panel->chair.person == person ||
               std::any_of(members.begin(), members.end(), [&](const auto& m) { return m.person == person; });
    });
}

}  // namespace

std::optional<TeamId> party_of(const Context& context, std::string_view kind, const std::string& subject) {
    if (kind == "case.open" || kind == "admission" || kind == "category" || kind == "revocation") return TeamId{subject};
    if (kind.starts_with("case.")) {
        const auto row = context.store().minutes().find_case(subject);
        return row ? std::optional(row->team) : std::nullopt;
    }
    if (!kind.starts_with("hold.")) return std::nullopt;
    const auto person = context.store().people().person(PersonId{subject});
    return person ? std::optional(person->team) : std::nullopt;
}

access::Object object_of(const Context& context, const committee::Decision& d) {
    access::Object object;
    const auto& team = context.caller.team;
    // The General Meeting decides about members with all of them there; the committee without the one it is about.
    const bool of_committee = d.ballot.rule == conduct::Rule::approval || d.ballot.rule == conduct::Rule::unanimity;
    if (of_committee) object.accused = party_of(context, d.kind, d.subject);
    const auto& voters = d.ballot.electorate;
    const bool votes = !team.empty() && std::find(voters.begin(), voters.end(), team) != voters.end();
    if (!votes || object.accused == team) return object;
    object.team = team;
    object.known = true;
    return object;
}

access::Object object_of(const Context& context, const conduct::Case& c) {
    access::Object object{.team = c.team, .accused = c.team};
    const auto& person = context.actor().person;
    if (person && sits_on_panel(c, *person)) object.person = *person;
    return object;
}

Eyes eyes_on(const Context& context, const conduct::Case& c) {
    const auto& caller = context.caller;
    const bool of_party = caller.team == c.team;
    const bool all = caller.reach(context.route.right) == access::Reach::all;
    if (all && !(of_party && caller.committee)) return Eyes::committee;
    return of_party ? Eyes::party : Eyes::panel;
}

Result<committee::CaseFile> case_here(const Context& context) {
    auto file = context.committee().show(context.param(0));
    if (!file || !context.may(object_of(context, file->as_is))) return nothing_here();
    return file;
}

}  // namespace caveat::http
