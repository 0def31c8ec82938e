// /v1/teams: the parties of the community.
#include <algorithm>
#include <array>

#include "caveat/facts/register.hpp"
#include "standing.hpp"
#include "tables.hpp"

namespace caveat::http {
namespace routes_teams {

using access::Kind;
using access::Noun;

Result<Answer> list_teams(const Context& context) {
    auto teams = context.store().directory().teams();
    std::sort(teams.begin(), teams.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
    return page_of(context, [&](const std::string& after, const Emit& emit) {
        for (const auto& team : teams) {
            if (team.id.value <= after || !context.may(object_of(team.id))) continue;
            if (!emit(team.id.value, fact(as_shown(context, team)))) return;
        }
    });
}

Result<Answer> show_team(const Context& context) {
    const auto team = context.store().directory().team(TeamId{context.param(0)});
    if (!team || !context.may(object_of(team->id))) return nothing_here();
    return Answer{.body = fact(as_shown(context, *team))};
}

Result<Answer> saved(const Context& context, const TeamId& id) {
    return Answer{.body = fact(as_shown(context, *context.store().directory().team(id))), .location = "/v1/teams/" + id.value};
}

Result<Answer> add_team(const Context& context) {
    community::Team team;
    team.id = TeamId{context.text("id")};
    if (!context.may(object_of(team.id))) return nothing_here();
    apply(community::team_fields, context.body, team);
    if (auto done = context.registry().add(context.actor(), team, context.text("decision")); !done) return tl::unexpected(done.error());
    return saved(context, team.id);
}

Result<Answer> change_team(const Context& context) {
    auto team = context.store().directory().team(TeamId{context.param(0)});
    if (!team || !context.may(object_of(team->id))) return nothing_here();
    apply(community::team_fields, context.body, *team);
    if (context.has("clearances")) {
        team->clearances.clear();
        for (const auto& c : context.body["clearances"]) {
            team->clearances.push_back(
                {ListId{c["list"].get<std::string>()}, *community::tlp_from(c["label"].get<std::string>()), context.text("decision")});
        }
    }
    if (auto done = context.registry().change(context.actor(), *team, context.text("decision")); !done) return tl::unexpected(done.error());
    return saved(context, team->id);
}

Result<Answer> remove_team(const Context& context) {
    const TeamId id{context.param(0)};
    if (!context.store().directory().team(id) || !context.may(object_of(id))) return nothing_here();
    if (auto done = context.registry().remove_team(context.actor(), id, context.asked("decision")); !done) {
        return tl::unexpected(done.error());
    }
    return Answer{};
}

// ---- shapes

// Without its decision: that is the one the act cites.
constexpr auto clearance_shape = new_shape(community::clearance_fields);
constexpr std::array new_clearance_shape{clearance_shape[0], clearance_shape[1]};
constexpr Schema new_clearance_schema{"NewClearance", new_clearance_shape};

constexpr auto new_team_shape = joined(new_shape(community::team_fields), std::array{decision_field});
constexpr Schema new_team_schema{"NewTeam", new_team_shape};

constexpr auto change_team_shape = joined(
    change_shape(community::team_fields),
    std::array{Field{.name = "clearances", .type = Type::objects, .about = "all of them", .of = &new_clearance_schema}, decision_field});
constexpr Schema change_schema{"TeamChange", change_team_shape};

constexpr std::array teams_fields{items_of(team_schema), next_field()};
constexpr Schema teams_schema{"Teams", teams_fields, true};
constexpr std::array decision_query{decision_field};

const std::array<Route, 5> table{{
    {.path = "/v1/teams",
     .id = "listTeams",
     .about = "Teams and partners",
     .right = {Noun::teams, Kind::read},
     .handler = list_teams,
     .query = paging,
     .answer = &teams_schema},
    {.method = Method::post,
     .path = "/v1/teams",
     .id = "addTeam",
     .about = "A new team; any category but applicant cites its decision",
     .right = {Noun::teams, Kind::write},
     .run = Run::act,
     .disk = storage::Disk::room,
     .handler = add_team,
     .body = &new_team_schema,
     .answer = &team_schema,
     .status = 201},
    {.path = "/v1/teams/{team}",
     .id = "showTeam",
     .about = "One team",
     .right = {Noun::teams, Kind::read},
     .handler = show_team,
     .answer = &team_schema},
    {.method = Method::patch,
     .path = "/v1/teams/{team}",
     .id = "changeTeam",
     .about = "What the body says; the rest stays (RFC 7396)",
     .right = {Noun::teams, Kind::write},
     .run = Run::act,
     .disk = storage::Disk::room,
     .handler = change_team,
     .body = &change_schema,
     .answer = &team_schema,
     .changes = true},
    {.method = Method::del,
     .path = "/v1/teams/{team}",
     .id = "removeTeam",
     .about = "Out of the community; its people must be gone",
     .right = {Noun::teams, Kind::write},
     .run = Run::act,
     .disk = storage::Disk::spare,
     .handler = remove_team,
     .query = decision_query,
     .changes = true},
}};

}  // namespace routes_teams

std::span<const Route> team_routes() { return routes_teams::table; }

}  // namespace caveat::http
