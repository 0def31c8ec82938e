// Pages of the community's parties, and the way in.
#include <array>

#include "page_tables.hpp"

namespace caveat::http {
namespace pages_teams {

using access::Kind;
using access::Noun;

constexpr std::array teams{Source{"teams", "/v1/teams?limit=200", true}};
constexpr std::array team{Source{"team", "/v1/teams/{0}", true}, Source{"people", "/v1/people?limit=200&team={0}"}};

constexpr std::array<PageRow, 2> rows{{
    {"/teams", "teams", "Teams", teams, access::Right{Noun::teams, Kind::read}},
    {"/teams/{team}", "team", "Team", team},
}};

}  // namespace pages_teams

std::span<const PageRow> team_pages() { return pages_teams::rows; }

}  // namespace caveat::http
