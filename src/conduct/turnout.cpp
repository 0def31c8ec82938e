#include "turnout.hpp"

namespace caveat::conduct {
namespace {

std::optional<TeamId> listed_twice(std::span<const TeamId> teams) {
    std::set<TeamId> seen;
    for (const TeamId& team : teams) {
        if (!seen.insert(team).second) return team;
    }
    return std::nullopt;
}

}  // namespace

std::set<TeamId> gone_by(std::span<const Departure> departures, Instant close, Instant now) {
    std::set<TeamId> gone;
    for (const Departure& d : departures) {
        if (d.at < close && d.at <= now) gone.insert(d.team);
    }
    return gone;
}

std::set<TeamId> filled(std::span<const TeamId> seats, const std::set<TeamId>& gone) {
    std::set<TeamId> left(seats.begin(), seats.end());
    for (const TeamId& team : gone) left.erase(team);
    return left;
}

Turnout committee_turnout(std::span<const TeamId> seats, std::span<const TeamId> recused, const std::optional<Attendance>& attendance,
                          std::int64_t took_part, const std::set<TeamId>& gone, std::span<const Departure> departures,
                          const Numbers& numbers) {
    if (!attendance) return {took_part, numbers.sc_quorum.at_least(heads(filled(seats, gone)))};
    auto there = filled(seats, gone_by(departures, attendance->at, attendance->at));
    const std::int64_t needed = numbers.sc_quorum.at_least(heads(there));
    const std::set<TeamId> present(attendance->present.begin(), attendance->present.end());
    for (const TeamId& team : recused) there.erase(team);
    std::erase_if(there, [&](const TeamId& team) { return !present.contains(team); });
    return {heads(there), needed};
}

Result<void> sound_sitting(const Interval& open, std::span<const TeamId> electorate, std::span<const TeamId> recused,
                           const std::optional<Attendance>& attendance) {
    if (!open.until || *open.until <= open.from) return fail(errc::denied, "a ballot needs a close after its opening");
    if (electorate.empty()) return fail(errc::denied, "nobody has a vote: no filled seat, or no member of long enough (ruling m)");
    if (const auto team = listed_twice(electorate)) return fail(errc::invalid, "{} has one vote, not two", *team);
    if (const auto team = listed_twice(recused)) return fail(errc::invalid, "{} is recused twice", *team);
    for (const TeamId& team : recused) {
        if (std::find(electorate.begin(), electorate.end(), team) == electorate.end())
            return fail(errc::invalid, "{} is recused and has no vote here", team);
    }
    if (attendance && *open.until <= attendance->at) return fail(errc::denied, "the ballot closes before the meeting begins");
    return {};
}

}  // namespace caveat::conduct
