#include "caveat/conduct/terms.hpp"

#include <algorithm>

namespace caveat::conduct {
namespace {

bool overlap(const Interval& a, const Interval& b) { return !a.over_at(b.from) && !b.over_at(a.from); }

bool counted(const Interval& during, const Numbers& n) {
    return !during.until || n.counted_term.after(during.from, Rounding::later) <= *during.until;
}

// A term that ends at 00:00Z of 1 January ended with the year before.
int last_year(Instant until) { return static_cast<int>(date_of(until - std::chrono::microseconds{1}).year()); }

Result<void> right_to_hold(const Tenure& next, const Member& member, const Numbers& n) {
    if (next.office == Office::none) return fail(errc::invalid, "'{}' is not an office with a term", next.role);
    if (!next.during.until || *next.during.until <= next.during.from)
        return fail(errc::invalid, "a term as {} needs an end after its beginning", next.role);
    if (member.team != next.team) return fail(errc::invalid, "the membership of {} says nothing about {}", member.team, next.team);
    if (!member.member_at(next.during.from))
        return fail(errc::denied, "{} is not an Operational Member on {}", next.team, to_string(date_of(next.during.from)));
    if (!may_stand_on(date_of(next.during.from), member.since, n))
        return fail(errc::denied, "{} may hold an office from {} on (item 7)", next.team,
                    to_string(n.office_tenure.after(member.since, Rounding::later)));
    const Instant latest = longest_term(next.office, n).after(next.during.from, Rounding::later);
    if (latest < *next.during.until) return fail(errc::denied, "a term as {} ends at {} at the latest", next.role, to_string(latest));
    return {};
}

// The most seats taken at one instant is reached where some term begins, so only beginnings need a look.
Result<void> seat_left(const Tenure& next, std::span<const Tenure> held, const Numbers& n) {
    std::vector<Instant> beginnings{next.during.from};
    for (const Tenure& t : held) {
        if (t.office == Office::seat && next.during.contains(t.during.from)) beginnings.push_back(t.during.from);
    }
    for (const Instant at : beginnings) {
        const auto taken = holders(Office::seat, at, held).size();
        if (taken >= static_cast<std::size_t>(n.seats_max))
            return fail(errc::denied, "all {} seats are taken at {} (item 49)", n.seats_max, to_string(at));
    }
    return {};
}

Result<void> halves_alternate(const Tenure& next, std::span<const Tenure> held, const Numbers& n) {
    const int year = last_year(*next.during.until);
    const auto ending = std::count_if(held.begin(), held.end(), [&](const Tenure& t) {
        return t.office == Office::seat && t.during.until && last_year(*t.during.until) == year && !t.during.over_at(next.during.from);
    });
    const auto half = n.rotation.at_least(n.seats_max);
    if (ending < half) return {};
    return fail(errc::denied, "{} seats end in {} already and halves alternate (item 49); end this one a year earlier", ending, year);
}

// Terms too short to count do not stand in the way: a Deputy deputising holds the chair beside the Chair.
Result<void> check_sole_holder(const Tenure& next, std::span<const Tenure> held, const Numbers& n) {
    for (const Tenure& t : held) {
        if (t.office != next.office || t.team == next.team || !counted(t.during, n) || !overlap(t.during, next.during)) continue;
        return fail(errc::conflict, "{} is {} {}", t.team, t.role,
                    t.during.until ? "until " + to_string(*t.during.until) : std::string("without an end"));
    }
    return {};
}

// The longest row of consecutive terms that this term would be part of, including terms already elected for later, so that it does not
// complete a row that is too long.
int longest_row(const Tenure& next, std::span<const Tenure> held, const Numbers& n) {
    std::vector<Tenure> all(held.begin(), held.end());
    all.push_back(next);
    int longest = 1 + terms_in_a_row(next.office, next.team, next.during.from, held, n);
    for (const Tenure& t : held) {
        if (t.office != next.office || t.team != next.team || t.during.from < next.during.from || !counted(t.during, n)) continue;
        const int with = terms_in_a_row(t.office, t.team, t.during.from, all, n);
        if (with > terms_in_a_row(t.office, t.team, t.during.from, held, n)) longest = std::max(longest, with + 1);
    }
    return longest;
}

Result<void> may_preside(const Tenure& next, std::span<const Tenure> held, const Numbers& n) {
    const auto seated = holders(Office::seat, next.during.from, held);
    if (std::find(seated.begin(), seated.end(), next.team) == seated.end())
        return fail(errc::denied, "{} has no seat on the committee at {} (item 53)", next.team, to_string(next.during.from));
    if (auto free = check_sole_holder(next, held, n); !free) return free;
    const int most = next.office == Office::chair ? n.chair_consecutive : n.deputy_consecutive;
    const int row = counted(next.during, n) ? longest_row(next, held, n) : 0;
    if (row > most)
        return fail(errc::denied, "{} would be {} for {} terms in a row and {} is the most (item 53); another must hold it first",
                    next.team, next.role, row, most);
    return {};
}

}  // namespace

Period longest_term(Office office, const Numbers& numbers) {
    if (office == Office::seat) return numbers.seat_term;
    if (office == Office::chair) return numbers.chair_term;
    return office == Office::deputy ? numbers.deputy_term : numbers.secretariat_term;
}

Date votes_from(Date since, const Numbers& numbers) { return numbers.vote_tenure.after(since, Rounding::later); }

bool may_vote_on(Date day, Date since, const Numbers& numbers) { return votes_from(since, numbers) <= day; }

bool may_stand_on(Date day, Date since, const Numbers& numbers) { return numbers.office_tenure.after(since, Rounding::later) <= day; }

Result<void> may_begin(const Tenure& next, const Member& member, std::span<const Tenure> held, const Numbers& numbers) {
    if (auto right = right_to_hold(next, member, numbers); !right) return right;
    for (const Tenure& t : held) {
        const bool same = t.office == next.office && t.team == next.team && overlap(t.during, next.during);
        if (same) return fail(errc::conflict, "{} holds a term as {} from {} already", t.team, t.role, to_string(t.during.from));
    }
    if (next.office == Office::secretariat) return check_sole_holder(next, held, numbers);
    if (next.office != Office::seat) return may_preside(next, held, numbers);
    if (auto left = seat_left(next, held, numbers); !left) return left;
    return halves_alternate(next, held, numbers);
}

Result<void> may_deputise(const Tenure& days, std::span<const Tenure> held, const Numbers& numbers) {
    if (days.office != Office::chair) return fail(errc::invalid, "deputising is a term as chair, not as '{}'", days.role);
    if (!days.during.until || *days.during.until <= days.during.from)
        return fail(errc::invalid, "deputising needs an end after its beginning");
    if (counted(days.during, numbers)) return fail(errc::denied, "half a year or more is a term of its own, not deputising (ruling q)");
    const bool deputy = std::any_of(held.begin(), held.end(), [&](const Tenure& t) {
        return t.office == Office::deputy && t.team == days.team && t.during.contains(days.during.from) &&
               (!t.during.until || *days.during.until <= *t.during.until);
    });
    if (!deputy) return fail(errc::denied, "{} is not Deputy Chair for all of these days (item 53)", days.team);
    return {};
}

int terms_in_a_row(Office office, const TeamId& team, Instant begins, std::span<const Tenure> held, const Numbers& numbers) {
    // Backwards from the new term: to the team's own term before it if there is one, else over a term too short to be one.
    const auto before = [&](Instant cursor, bool own) {
        const Tenure* found = nullptr;
        for (const Tenure& t : held) {
            if (t.office != office || cursor <= t.during.from || counted(t.during, numbers) != own) continue;
            if (own && t.team != team) continue;
            if (t.during.until && numbers.consecutive_gap.after(*t.during.until, Rounding::later) <= cursor) continue;
            if (found == nullptr || found->during.from < t.during.from) found = &t;
        }
        return found;
    };
    int row = 0;
    for (Instant cursor = begins;;) {
        const Tenure* step = before(cursor, true);
        if (step != nullptr) ++row;
        if (step == nullptr) step = before(cursor, false);
        if (step == nullptr) return row;
        cursor = step->during.from;
    }
}

std::vector<TeamId> holders(Office office, Instant at, std::span<const Tenure> held) {
    std::vector<TeamId> teams;
    for (const Tenure& t : held) {
        if (t.office != office || !t.during.contains(at)) continue;
        if (std::find(teams.begin(), teams.end(), t.team) == teams.end()) teams.push_back(t.team);
    }
    return teams;
}

}  // namespace caveat::conduct
