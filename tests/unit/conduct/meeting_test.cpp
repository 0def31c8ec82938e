#include "caveat/conduct/meeting.hpp"

#include <catch2/catch.hpp>

#include <tuple>

#include "electorates.hpp"

using namespace caveat;
using namespace caveat::conduct;

namespace {

const Instant voted = at("2026-10-06T05:00:00Z");
const Instant effective = at("2026-11-03T05:00:00Z");
const Instant before_effect = effective - std::chrono::microseconds{1};

std::vector<Member> members(int n) {
    std::vector<Member> all;
    for (int i = 0; i < n; ++i) all.push_back({team(i), day("2020-01-01"), {}});
    return all;
}

std::vector<Signature> signatures(int n, Instant when) {
    std::vector<Signature> all;
    for (int i = 0; i < n; ++i) all.push_back({team(i), when});
    return all;
}

Tally outcome(const Ballot& b, std::span<const Vote> cast) { return count(b, cast, {}, numbers, closing); }

std::vector<Proxy> proxies(int from, int until) {
    std::vector<Proxy> all;
    for (int i = from; i < until; ++i) all.push_back({team(i), team(0)});  // no limit per holder
    return all;
}

}  // namespace

TEST_CASE("quorum, reduced quorum or no meeting, as in Appendix 2 [item 44]", "[C5]") {
    auto [eligible, full, reduced] =
        GENERATE(table<int, int, int>({{30, 15, 8}, {28, 14, 7}, {31, 16, 8}, {1, 1, 1}, {2, 1, 1}, {3, 2, 1}, {5, 3, 2}}));
    for (int present = 0; present <= eligible; ++present) {
        CAPTURE(eligible, present);
        const Quorum expected = present >= full ? Quorum::full : present >= reduced ? Quorum::reduced : Quorum::none;
        CHECK(general_quorum(present, eligible, numbers) == expected);
    }
    for (const int present : {30, 25, 20, 15}) CHECK(general_quorum(present, 30, numbers) == Quorum::full);
    for (const int present : {14, 10, 8}) CHECK(general_quorum(present, 30, numbers) == Quorum::reduced);
    for (const int present : {7, 5, 1, 0}) CHECK(general_quorum(present, 30, numbers) == Quorum::none);
    CHECK(general_quorum(0, 0, numbers) == Quorum::none);
}

TEST_CASE("every electorate up to 100 has the quorum of the plain comparison [item 44]", "[C5]") {
    for (int eligible = 1; eligible <= 100; ++eligible) {
        for (int present = 0; present <= eligible; ++present) {
            const Quorum plain = 2 * present >= eligible ? Quorum::full : 4 * present >= eligible ? Quorum::reduced : Quorum::none;
            CAPTURE(eligible, present);
            REQUIRE(general_quorum(present, eligible, numbers) == plain);
        }
    }
}

TEST_CASE("proxies count for votes, not for quorum [item 45]", "[C5]") {
    const Tally t = outcome(meeting(Rule::two_thirds, 30, 7, proxies(7, 17)), yes_votes(17));
    CHECK(t.verdict == BallotResult::no_quorum);
    CHECK(t.quorum == Quorum::none);
    CHECK(outcome(meeting(Rule::two_thirds, 30, 8, proxies(8, 17)), yes_votes(17)).verdict == BallotResult::passed);
}

TEST_CASE("a meeting without quorum is none from the start, it does not wait for a close [item 44]", "[C5]") {
    CHECK(count(meeting(Rule::two_thirds, 30, 7), {}, {}, numbers, between).verdict == BallotResult::no_quorum);
    CHECK(count(meeting(Rule::two_thirds, 30, 8), {}, {}, numbers, between).verdict == BallotResult::open);
}

TEST_CASE("a motion passes with two thirds of the eligible votes there [item 46]", "[C5]") {
    auto [present, lent, needed] = GENERATE(table<int, int, int>({{20, 0, 14}, {15, 0, 10}, {8, 0, 6}, {14, 3, 12}, {15, 15, 20}}));
    CAPTURE(present, lent);
    const Ballot b = meeting(Rule::two_thirds, 30, present, proxies(present, present + lent));
    CHECK(outcome(b, yes_votes(needed)).verdict == BallotResult::passed);
    CHECK(outcome(b, yes_votes(needed - 1)).verdict == BallotResult::failed);
    CHECK(outcome(b, {}).needed == needed);
    CHECK(outcome(b, {}).proxies == lent);
}

TEST_CASE("abstaining at a meeting is not in favour [item 46]", "[C5]") {
    const Ballot b = meeting(Rule::two_thirds, 3, 3);
    CHECK(outcome(b, votes("yya")).verdict == BallotResult::passed);
    CHECK(outcome(b, votes("yaa")).verdict == BallotResult::failed);
}

TEST_CASE("every small meeting counts as the plain comparison does [items 44-46]", "[C5]") {
    for (int n = 1; n <= 12; ++n) {
        for (int present = 0; present <= n; ++present) {
            for (int lent = 0; present > 0 && lent <= n - present; ++lent) {
                for (int yes = 0; yes <= present + lent; ++yes) {
                    const Tally t = outcome(meeting(Rule::two_thirds, n, present, proxies(present, present + lent)), yes_votes(yes));
                    const BallotResult plain = 4 * present < n                   ? BallotResult::no_quorum
                                               : 3 * yes >= 2 * (present + lent) ? BallotResult::passed
                                                                                 : BallotResult::failed;
                    CAPTURE(n, present, lent, yes);
                    REQUIRE(t.verdict == plain);
                    if (plain == BallotResult::passed) REQUIRE((*t.effective == voted) == (2 * present >= n));
                }
            }
        }
    }
}

TEST_CASE("a proxy counts if its giver has a vote and is away and its holder is there [item 45]", "[C5]") {
    const auto electorate = teams(10);
    const Attendance there{opening, {team(0), team(1), team(20)}, {}};
    auto givers = [&](std::vector<Proxy> lent) {
        Attendance a = there;
        a.proxies = std::move(lent);
        return valid_givers(a, electorate);
    };
    CHECK(present_with_vote(there, electorate) == 2);  // 20 is there and has no vote
    CHECK(givers({{team(2), team(0)}}) == std::vector{team(2)});
    CHECK(givers({{team(2), team(0)}, {team(2), team(1)}}) == std::vector{team(2)});  // one vote however often it is lent
    CHECK(givers({{team(1), team(0)}}).empty());                                      // is there
    CHECK(givers({{team(21), team(0)}}).empty());                                     // has no vote
    CHECK(givers({{team(2), team(3)}}).empty());                                      // the holder is away
    CHECK_FALSE(may_cast(meeting(Rule::two_thirds, 10, 5), {team(7), Choice::yes, between}, {}, numbers));
    CHECK(may_cast(meeting(Rule::two_thirds, 10, 5, {{team(7), team(0)}}), {team(7), Choice::yes, between}, {}, numbers));
}

TEST_CASE("with reduced quorum a decision takes effect 28 days after the vote [item 47]", "[C5][C7]") {
    const Tally reduced = outcome(meeting(Rule::two_thirds, 30, 14), yes_votes(14));
    CHECK(reduced.quorum == Quorum::reduced);
    REQUIRE(reduced.effective);
    CHECK(*reduced.effective == effective);
    const Tally full = outcome(meeting(Rule::two_thirds, 30, 15), yes_votes(15));
    CHECK(full.quorum == Quorum::full);
    CHECK(full.effective == closing);
}

TEST_CASE("half of all members stop a decision of reduced quorum [item 47]", "[C5]") {
    auto [all, signed_by, fate] = GENERATE(table<int, int, Fate>({{30, 15, Fate::disallowed},
                                                                  {30, 14, Fate::stands},
                                                                  {31, 15, Fate::stands},
                                                                  {31, 16, Fate::disallowed},
                                                                  {1, 1, Fate::disallowed},
                                                                  {1, 0, Fate::stands}}));
    CAPTURE(all, signed_by);
    CHECK(petition(voted, effective, members(all), signatures(signed_by, before_effect), numbers, effective).fate == fate);
}

TEST_CASE("a petition that arrives exactly at the instant of effect is too late [ruling p]", "[C5][C7]") {
    CHECK(petition(voted, effective, members(30), signatures(15, effective), numbers, effective).fate == Fate::stands);
    CHECK(petition(voted, effective, members(30), signatures(15, before_effect), numbers, before_effect).fate == Fate::disallowed);
    CHECK(petition(voted, effective, members(30), signatures(14, before_effect), numbers, before_effect).fate == Fate::waiting);
    CHECK(petition(voted, effective, members(30), signatures(15, voted - std::chrono::seconds{1}), numbers, effective).fate ==
          Fate::stands);
    auto last = signatures(15, voted);
    last.back().at = before_effect;
    CHECK(petition(voted, effective, members(30), last, numbers, before_effect - std::chrono::seconds{1}).fate == Fate::waiting);
    CHECK(petition(voted, effective, members(30), last, numbers, effective).arrived == before_effect);
}

TEST_CASE("newcomers sign, later members and the same team twice do not [item 47] [ruling p]", "[C5]") {
    auto all = members(4);
    all[3].since = day("2026-10-01");                 // no vote yet, but a member
    all.push_back({team(4), day("2026-10-10"), {}});  // joined after the vote
    const auto signers = [](std::initializer_list<int> who) {
        std::vector<Signature> s;
        for (const int i : who) s.push_back({team(i), at("2026-10-12")});
        return s;
    };
    const auto asked = [&](std::initializer_list<int> who) { return petition(voted, effective, all, signers(who), numbers, effective); };
    CHECK(asked({0, 3}).fate == Fate::disallowed);
    CHECK(std::tuple(asked({0, 3}).members, asked({0, 3}).needed) == std::tuple(4, 2));
    CHECK(asked({0, 0}).fate == Fate::stands);
    CHECK(asked({0, 4}).fate == Fate::stands);
    CHECK(asked({0, 77}).valid == 1);
}

TEST_CASE("a signature of a team that left is void, but not after the petition was complete [ruling p]", "[C5]") {
    auto all = members(4);
    std::vector<Signature> s{{team(0), at("2026-10-10")}, {team(1), at("2026-10-20")}};
    all[0].left = at("2026-10-15");
    CHECK(petition(voted, effective, all, s, numbers, effective).fate == Fate::stands);
    CHECK(petition(voted, effective, all, s, numbers, effective).members == 4);  // half of those at the vote
    all[0].left = at("2026-10-20");                                              // gone at that very instant
    CHECK(petition(voted, effective, all, s, numbers, effective).valid == 1);
    CHECK(petition(voted, effective, all, std::vector<Signature>{{team(0), at("2026-10-20")}}, numbers, effective).valid == 0);
    all[0].left = at("2026-10-21");
    CHECK(petition(voted, effective, all, s, numbers, effective).fate == Fate::disallowed);
    all[0].left = voted;  // was no member at the vote
    CHECK(petition(voted, effective, all, s, numbers, effective).members == 3);
}

TEST_CASE("the electorate is everyone whose right exists on the day, members at the opening [ruling o] [item 6]", "[C5][C7]") {
    std::vector<Member> all = members(3);
    all[0].since = day("2025-06-15");
    all[1].left = at("2026-06-01T00:00:00Z");
    const Instant opens = at("2026-06-01T00:00:00Z");
    CHECK(electorate(all, opens, day("2026-06-14"), numbers) == std::vector{team(2)});
    CHECK(electorate(all, opens, day("2026-06-15"), numbers) == std::vector{team(0), team(2)});
    CHECK(electorate(all, opens - std::chrono::seconds{1}, day("2026-06-15"), numbers).size() == 3);
    CHECK(closing_day(at("2026-06-15T00:00:00Z")) == day("2026-06-14"));
    CHECK(closing_day(at("2026-06-15T00:00:01Z")) == day("2026-06-15"));
}

TEST_CASE("thirty members of whom two are in their first year: the fixtures of the domain page [items 44, 47, 48]", "[C5]") {
    auto all = members(30);
    all[0].since = day("2025-11-20");
    all[1].since = day("2026-02-10");
    const auto agm = electorate(all, at("2026-10-06"), day("2026-10-06"), numbers);
    const auto later = electorate(all, at("2027-03-01"), day("2027-03-01"), numbers);
    CHECK(agm.size() == 28);
    CHECK(later.size() == 30);
    CHECK(general_quorum(14, 28, numbers) == Quorum::full);
    CHECK(general_quorum(13, 28, numbers) == Quorum::reduced);
    CHECK(general_quorum(6, 28, numbers) == Quorum::none);
    CHECK(petition(voted, effective, all, {}, numbers, voted).needed == 15);
    CHECK(numbers.email_pass.more_than(28) == 15);
    CHECK(numbers.email_pass.more_than(30) == 16);
}
