#pragma once
// What every kind of ballot counts in the same way: which teams are gone, the last vote of each, and whether the committee convened.
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "caveat/conduct/ballot.hpp"

namespace caveat::conduct {

[[nodiscard]] std::int64_t heads(const auto& crowd) { return static_cast<std::int64_t>(crowd.size()); }

// Gone before the close, as far as `now` knows.
[[nodiscard]] std::set<TeamId> gone_by(std::span<const Departure> departures, Instant close, Instant now);

[[nodiscard]] std::set<TeamId> filled(std::span<const TeamId> seats, const std::set<TeamId>& gone);

struct Turnout {
    std::int64_t present = 0;
    std::int64_t needed = 0;

    [[nodiscard]] bool convened() const { return needed > 0 && present >= needed; }
};

// A meeting convenes with the seats filled when it met; what happens to a seat while the absent still vote does not undo it.
// In an electronic ballot the teams that took part count as present, so that a few votes cannot decide for all.
[[nodiscard]] Turnout committee_turnout(std::span<const TeamId> seats, std::span<const TeamId> recused,
                                        const std::optional<Attendance>& attendance, std::int64_t took_part, const std::set<TeamId>& gone,
                                        std::span<const Departure> departures, const Numbers& numbers);

// Checks that apply to a ballot of any kind before it opens.
[[nodiscard]] Result<void> sound_sitting(const Interval& open, std::span<const TeamId> electorate, std::span<const TeamId> recused,
                                         const std::optional<Attendance>& attendance);

// The last vote of each team that may vote, of those cast while the ballot was open and not after `now`: in the order recorded, whatever a
// clock said that was set in between.
template <class V, class C>
[[nodiscard]] std::map<TeamId, C> last_choices(std::span<const V> votes, const Interval& open, Instant now, const std::set<TeamId>& may,
                                               C V::*choice) {
    std::map<TeamId, C> last;
    for (const V& v : votes) {
        if (open.contains(v.at) && v.at <= now && may.contains(v.team)) last.insert_or_assign(v.team, v.*choice);
    }
    return last;
}

}  // namespace caveat::conduct
