#pragma once
// Rights that come with time, and offices held for a time: who may vote or stand on a day, whose term may begin, how long, how often in a
// row. Powers follow from terms with dates and vanish with them (A10); nothing here is ever "applied". Which role is which office
// the rule book says; "member" in the limits is read as the team, not the person.
// Pure values, any thread. What a rule forbids is errc::denied and says what would be allowed; input that makes no sense is errc::invalid.
// Source: rules.md items 6, 7, 49, 53, 54 and ruling (q).
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "caveat/clock.hpp"
#include "caveat/community/traits.hpp"
#include "caveat/conduct/numbers.hpp"
#include "caveat/ids.hpp"
#include "caveat/result.hpp"

namespace caveat::conduct {

using community::Office;

// An Operational Member for the time it was one. Partners and applicants are never passed here (item 12).
struct Member {
    TeamId team;
    Date since{};
    std::optional<Instant> left;

    [[nodiscard]] bool member_at(Instant t) const { return start_of(since) <= t && (!left || t < *left); }
    bool operator==(const Member&) const = default;
};

[[nodiscard]] Date votes_from(Date since, const Numbers& numbers);  // the first day of the right; 29 Feb + 1 year is 1 Mar
[[nodiscard]] bool may_vote_on(Date day, Date since, const Numbers& numbers);
[[nodiscard]] bool may_stand_on(Date day, Date since, const Numbers& numbers);

// One term of one team in one office, past or to come.
struct Tenure {
    std::string role;  // the word of the rule book, for messages
    TeamId team;
    Interval during;
    Office office = Office::none;
    bool operator==(const Tenure&) const = default;
};

// May this term begin? `held` is every known term of these offices, of all teams. Asked on the day of nomination and again of election.
// All: the team is a member when it begins and had the right to stand on that day; a definite end, not beyond the office's length; no other
//      term of the same team in the same office at the same time.
// seat: never more than seats_max at any instant, and at most the larger half (4 of 7) ends in one calendar year, so that halves alternate.
// chair, deputy: holds a seat when it begins; one holder at a time; never more than the permitted number in a row.
// secretariat: one holder at a time.
[[nodiscard]] Result<void> may_begin(const Tenure& next, const Member& member, std::span<const Tenure> held, const Numbers& numbers);

// The most that one term may last.
[[nodiscard]] Period longest_term(community::Office office, const Numbers& numbers);

// A term as chair of these days for the Deputy: inside a term as deputy of the same team and shorter than a counted term.
[[nodiscard]] Result<void> may_deputise(const Tenure& days, std::span<const Tenure> held, const Numbers& numbers);

// Terms in a row that a term of `team` beginning then would follow. A term of less than half a year, of whichever team, is no term: it
// neither counts nor breaks the chain.
[[nodiscard]] int terms_in_a_row(Office office, const TeamId& team, Instant begins, std::span<const Tenure> held, const Numbers& numbers);

// The teams whose term in this office contains the instant, each once, in the order of `held`.
[[nodiscard]] std::vector<TeamId> holders(Office office, Instant at, std::span<const Tenure> held);

}  // namespace caveat::conduct
