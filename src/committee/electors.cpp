#include "electors.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace caveat::committee {
namespace {

constexpr std::array<std::string_view, 4> desk_roles{"sc", "chair", "deputy_chair", "secretariat"};
constexpr std::array<std::string_view, 1> recorder{"secretariat"};
constexpr std::array<std::string_view, 1> seat{"sc"};
constexpr std::array<std::string_view, 3> committee_roles{"sc", "chair", "deputy_chair"};

// Whom the register no longer shows with a seat or as a member was gone just before anybody looked.
constexpr std::chrono::microseconds tick{1};

bool holds(storage::Store& store, const PersonId& person, std::span<const std::string_view> roles, Instant now) {
    const auto terms = store.powers().terms();
    return std::any_of(terms.begin(), terms.end(), [&](const community::Term& term) {
        return term.person == person && term.during.contains(now) && std::find(roles.begin(), roles.end(), term.role) != roles.end();
    });
}

std::map<TeamId, std::vector<Interval>> seats(storage::Store& store) {
    std::map<PersonId, TeamId> team_of;
    for (const auto& person : store.directory().people()) team_of.emplace(person.id, person.team);
    std::map<TeamId, std::vector<Interval>> all;
    for (const auto& term : store.powers().terms()) {
        const auto team = team_of.find(term.person);
        if (term.role == "sc" && team != team_of.end()) all[team->second].push_back(term.during);
    }
    return all;
}

// Until when the seat is held without a gap from `from` on; none: without an end. A team whose term is renewed in time never left.
std::optional<Instant> held_until(const std::vector<Interval>& terms, Instant from) {
    Instant held = from;
    for (;;) {
        auto further = held;
        for (const auto& term : terms) {
            if (!term.contains(held)) continue;
            if (!term.until) return std::nullopt;
            further = std::max(further, *term.until);
        }
        if (further == held) return held;
        held = further;
    }
}

}  // namespace

bool is_operational(const community::Team& team) { return team.category == "operational"; }

std::vector<TeamId> seats_at(storage::Store& store, Instant at) {
    std::vector<TeamId> held;
    for (const auto& [team, terms] : seats(store)) {
        if (std::any_of(terms.begin(), terms.end(), [&](const Interval& term) { return term.contains(at); })) held.push_back(team);
    }
    return held;
}

std::vector<conduct::Member> members(storage::Store& store) {
    std::vector<conduct::Member> all;
    for (const auto& team : store.directory().teams()) {
        if (is_operational(team) && team.since) all.push_back({team.id, *team.since, std::nullopt});
    }
    return all;
}

std::vector<conduct::Tenure> tenures(storage::Store& store) {
    std::map<PersonId, TeamId> team_of;
    for (const auto& person : store.directory().people()) team_of.emplace(person.id, person.team);
    std::vector<conduct::Tenure> all;
    for (const auto& term : store.powers().terms()) {
        const auto team = team_of.find(term.person);
        if (conduct::is_office(term.role) && team != team_of.end()) all.push_back({term.role, team->second, term.during});
    }
    return all;
}

Result<conduct::Member> member(storage::Store& store, const TeamId& id) {
    const auto team = store.directory().team(id);
    if (!team) return fail(errc::not_found, "team {} is not there; see: caveat team list", id.value.substr(0, 64));
    if (is_operational(*team) && team->since) return conduct::Member{id, *team->since, std::nullopt};
    return fail(errc::denied, "items 7 and 12: {} is no Operational Member; only members hold an office", id);
}

std::vector<conduct::Departure> departures(storage::Store& store, const conduct::Ballot& ballot, Instant now) {
    std::vector<conduct::Departure> gone;
    if (ballot.rule == conduct::Rule::approval || ballot.rule == conduct::Rule::unanimity) {
        const auto held = seats(store);
        for (const auto& team : ballot.electorate) {
            const auto terms = held.find(team);
            // Whose holder has left the register has no term there to tell when.
            const auto until = terms == held.end() ? std::optional{now - tick} : held_until(terms->second, ballot.open.from);
            if (until && *until <= now) gone.push_back({team, *until});
        }
        return gone;
    }
    std::set<TeamId> still;
    for (const auto& member : members(store)) still.insert(member.team);
    for (const auto& team : ballot.electorate) {
        if (!still.contains(team)) gone.push_back({team, now - tick});
    }
    return gone;
}

bool records(storage::Store& store, const community::Actor& by, Instant now) {
    return !by.person || holds(store, *by.person, desk_roles, now);
}

Result<void> may_record(storage::Store& store, const community::Actor& by, Instant now) {
    if (records(store, by, now)) return {};
    return fail(errc::denied, "item 54: {} holds no term of the committee or the secretariat; needs one of them to record it", by.name);
}

bool sits_for(storage::Store& store, const community::Actor& by, const TeamId& team, Instant now) {
    if (!by.person || !holds(store, *by.person, committee_roles, now)) return false;
    const auto person = store.directory().person(*by.person);
    return person && person->team == team;
}

Result<void> may_speak_for(storage::Store& store, const community::Actor& by, const TeamId& team, Instant now) {
    if (!by.person || holds(store, *by.person, recorder, now)) return {};
    const auto person = store.directory().person(*by.person);
    if (person && person->team == team && (person->representative || holds(store, *by.person, seat, now))) return {};
    return fail(errc::denied, "{} does not speak for {}; needs its representative or its seat, or the secretariat to record it", by.name,
                team);
}

}  // namespace caveat::committee
