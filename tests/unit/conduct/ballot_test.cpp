#include "caveat/conduct/ballot.hpp"

#include <catch2/catch.hpp>

#include <tuple>

#include "electorates.hpp"

using namespace caveat;
using namespace caveat::conduct;

namespace {

Tally result(const Ballot& ballot, std::span<const Vote> cast, std::span<const Departure> gone = {}) {
    return count(ballot, cast, gone, numbers, closing);
}

// The slow way: the first whole number whose share reaches the part, tried one by one.
int slow_at_least(int num, int den, int whole) {
    int n = 0;
    while (n * den < num * whole) ++n;
    return n;
}

}  // namespace

TEST_CASE("five of seven seats convene and four yes approve [item 51]", "[C5]") {
    auto [present, letters, verdict] = GENERATE(table<int, std::string, BallotResult>({
        {4, "yyyy", BallotResult::no_quorum},
        {5, "yyynn", BallotResult::failed},
        {5, "yyyyn", BallotResult::passed},
        {5, "yyyya", BallotResult::passed},
        {5, "yyyaa", BallotResult::failed},
        {7, "yyynnna", BallotResult::failed},
        {7, "yyyynnn", BallotResult::passed},
        {0, "", BallotResult::no_quorum},
    }));
    CAPTURE(present, letters);
    CHECK(result(meeting(Rule::approval, 7, present), votes(letters)).verdict == verdict);
}

TEST_CASE("vacant seats lower both numbers, rounded up [item 51] [ruling m]", "[C5]") {
    auto [filled, quorum, approve] =
        GENERATE(table<int, int, int>({{7, 5, 4}, {6, 5, 4}, {5, 4, 3}, {4, 3, 3}, {3, 3, 2}, {2, 2, 2}, {1, 1, 1}}));
    CAPTURE(filled);
    const Tally t = result(meeting(Rule::approval, filled, filled), {});
    CHECK(t.quorum_needed == quorum);
    CHECK(t.needed == approve);
    CHECK(result(meeting(Rule::approval, filled, quorum), yes_votes(approve)).verdict == BallotResult::passed);
    CHECK(result(meeting(Rule::approval, filled, filled), yes_votes(approve - 1)).verdict == BallotResult::failed);
    CHECK(result(meeting(Rule::approval, filled, quorum - 1), yes_votes(filled)).verdict == BallotResult::no_quorum);
}

TEST_CASE("no filled seat: the ballot is refused [ruling m]", "[C5]") {
    const auto refused = sound(meeting(Rule::approval, 0, 0), numbers);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == errc::denied);
    CHECK(result(meeting(Rule::approval, 0, 0), {}).verdict == BallotResult::no_quorum);
    CHECK(result(electronic(Rule::unanimity, 0), {}).verdict == BallotResult::failed);
    CHECK(result(electronic(Rule::majority, 0), {}).verdict == BallotResult::failed);
}

TEST_CASE("recusal changes no number and takes from those present [ruling m]", "[C5]") {
    Ballot b = meeting(Rule::approval, 7, 6);
    b.recused = {team(5)};
    Tally t = result(b, yes_votes(6));
    CHECK(t.verdict == BallotResult::passed);
    CHECK(std::tuple(t.present, t.quorum_needed, t.needed, t.yes, t.recused) == std::tuple(5, 5, 4, 5, 1));
    b.recused = {team(4), team(5)};
    t = result(b, yes_votes(6));
    CHECK(t.verdict == BallotResult::no_quorum);
    CHECK(t.present == 4);
    CHECK_FALSE(may_cast(b, {team(4), Choice::yes, between}, {}, numbers));
}

TEST_CASE("every small committee counts as the formula tried one by one [items 51 and 52]", "[C5]") {
    for (int n = 1; n <= 7; ++n) {
        for (int present = 0; present <= n; ++present) {
            for (int recused = 0; recused <= n; ++recused) {
                for (int yes = 0; yes <= n; ++yes) {
                    Ballot b = meeting(Rule::approval, n, present);
                    b.recused = teams(recused);  // the first of those present, then of the absent
                    const int there = std::max(0, present - recused);
                    const int cast = std::max(0, std::min(present, yes) - recused);
                    const bool convened = there >= slow_at_least(5, 7, n);
                    const BallotResult approval = !convened                        ? BallotResult::no_quorum
                                                  : cast >= slow_at_least(4, 7, n) ? BallotResult::passed
                                                                                   : BallotResult::failed;
                    CAPTURE(n, present, recused, yes);
                    REQUIRE(result(b, yes_votes(yes)).verdict == approval);

                    b.rule = Rule::unanimity;  // where the absent may vote too
                    const bool all = recused < n && std::max(0, yes - recused) == n - recused;
                    const BallotResult unanimous = !convened ? BallotResult::no_quorum : all ? BallotResult::passed : BallotResult::failed;
                    REQUIRE(result(b, yes_votes(yes)).verdict == unanimous);
                    b.attendance.reset();
                    REQUIRE(result(b, yes_votes(yes)).verdict == (all ? BallotResult::passed : BallotResult::failed));
                }
            }
        }
    }
}

TEST_CASE("an admission needs every filled seat that is not recused [items 17, 22 and 52]", "[C5]") {
    Ballot b = electronic(Rule::unanimity, 7);
    CHECK(result(b, votes("yyyyyya")).verdict == BallotResult::failed);  // 6 yes + 1 abstention
    CHECK(result(b, votes("yyyyyyn")).verdict == BallotResult::failed);
    CHECK(result(b, votes("yyyyyy-")).verdict == BallotResult::failed);
    CHECK(result(b, votes("yyyyyyy")).verdict == BallotResult::passed);
    CHECK(result(b, votes("yyyyyyy")).quorum == Quorum::unneeded);
    b.recused = {team(6)};
    CHECK(result(b, votes("yyyyyy-")).verdict == BallotResult::passed);
    b.recused = teams(7);
    CHECK(result(b, votes("yyyyyyy")).verdict == BallotResult::failed);  // nobody left to say yes
}

TEST_CASE("the absent vote electronically within 14 days of the meeting, for unanimity only [item 52] [ruling n]", "[C5][C7]") {
    Ballot b = meeting(Rule::unanimity, 7, 5);
    b.open.until = at("2026-10-20T04:00:00Z");
    REQUIRE(sound(b, numbers));
    const Instant last = at("2026-10-20T03:59:59Z");
    auto cast = yes_votes(5);
    cast.push_back({team(5), Choice::yes, last});
    cast.push_back({team(6), Choice::yes, last});
    CHECK(count(b, cast, {}, numbers, *b.open.until).verdict == BallotResult::passed);
    CHECK(count(b, cast, {}, numbers, last).verdict == BallotResult::open);
    CHECK(count(b, cast, {}, numbers, last).complete);
    cast.back().at = *b.open.until;
    CHECK(count(b, cast, {}, numbers, *b.open.until).verdict == BallotResult::failed);

    b.open.until = at("2026-10-20T04:00:01Z");
    CHECK_FALSE(sound(b, numbers));
    CHECK(close_of(b, numbers) == at("2026-10-20T04:00:00Z"));
    b.attendance->at = at("2026-10-06T04:00:01Z");
    CHECK(sound(b, numbers));

    Ballot approval = meeting(Rule::approval, 7, 5);
    CHECK_FALSE(may_cast(approval, {team(6), Choice::yes, between}, {}, numbers));
    CHECK(result(approval, votes("yyynn-y")).yes == 3);
}

TEST_CASE("unanimity at a meeting needs its quorum, held electronically none [ruling n]", "[C5]") {
    Ballot b = meeting(Rule::unanimity, 7, 4);
    CHECK(result(b, yes_votes(7)).verdict == BallotResult::no_quorum);
    b.attendance.reset();
    CHECK(result(b, yes_votes(7)).verdict == BallotResult::passed);
}

TEST_CASE("an approval held electronically counts who took part as present [item 51]", "[C5]") {
    const Ballot b = electronic(Rule::approval, 7);
    CHECK(result(b, votes("yyyy---")).verdict == BallotResult::no_quorum);
    CHECK(result(b, votes("yyyya--")).verdict == BallotResult::passed);
    CHECK(count(b, votes("yyyy---"), {}, numbers, between).verdict == BallotResult::open);
}

TEST_CASE("a later vote of the same team takes the place of the earlier and the count stays 1 [item 6]", "[C5]") {
    const Ballot b = electronic(Rule::majority, 3);
    std::vector<Vote> cast{{team(0), Choice::no, between}, {team(0), Choice::yes, at("2026-10-06T04:40:00Z")}};
    Tally t = result(b, cast);
    CHECK(std::tuple(t.yes, t.no) == std::tuple(1, 0));
    std::swap(cast[0], cast[1]);  // the row recorded later wins, also at an instant before
    CHECK(result(b, cast).no == 1);
    cast[0].at = cast[1].at = between;
    CHECK(result(b, cast).no == 1);
    cast = {{team(0), Choice::yes, between}, {team(0), Choice::no, closing}};  // too late to replace anything
    CHECK(result(b, cast).yes == 1);
}

TEST_CASE("at its last instant a ballot is over [ruling a]", "[C7]") {
    const Ballot b = electronic(Rule::majority, 1);
    const Instant last = closing - std::chrono::microseconds{1};
    CHECK(may_cast(b, {team(0), Choice::yes, opening}, {}, numbers));
    CHECK(may_cast(b, {team(0), Choice::yes, last}, {}, numbers));
    CHECK_FALSE(may_cast(b, {team(0), Choice::yes, closing}, {}, numbers));
    CHECK_FALSE(may_cast(b, {team(0), Choice::yes, opening - std::chrono::microseconds{1}}, {}, numbers));
    CHECK(result(b, votes("y", last)).verdict == BallotResult::passed);
    CHECK(result(b, votes("y", closing)).verdict == BallotResult::failed);
    CHECK(count(b, votes("y", last), {}, numbers, last).verdict == BallotResult::open);
    CHECK_FALSE(count(b, votes("y", last), {}, numbers, last).effective);
}

TEST_CASE("more than half of all members with a vote, by e-mail [item 48]", "[C5]") {
    auto [electorate, yes, verdict] = GENERATE(table<int, int, BallotResult>({{30, 16, BallotResult::passed},
                                                                              {30, 15, BallotResult::failed},
                                                                              {29, 15, BallotResult::passed},
                                                                              {29, 14, BallotResult::failed},
                                                                              {28, 15, BallotResult::passed},
                                                                              {28, 14, BallotResult::failed}}));
    CAPTURE(electorate, yes);
    const Tally t = result(electronic(Rule::majority, electorate), yes_votes(yes));
    CHECK(t.verdict == verdict);
    CHECK(t.eligible == electorate);
}

TEST_CASE("sealed votes take part as any others and are for nothing [item 48]", "[C5]") {
    const auto sealed = [](std::string_view letters) {
        auto all = votes(letters);
        for (auto& vote : all) vote.choice = Choice::sealed;
        return all;
    };
    const std::string letters = GENERATE("", "y", "yyyyn", "yna-y", "nnnnnnn");
    CAPTURE(letters);
    for (const auto& ballot : {meeting(Rule::two_thirds, 7, 4), electronic(Rule::majority, 7), electronic(Rule::approval, 7),
                               meeting(Rule::approval, 7, 5), electronic(Rule::unanimity, 7)}) {
        const Tally dark = count(ballot, sealed(letters), {}, numbers, between);
        const Tally lit = count(ballot, votes(letters), {}, numbers, between);
        CHECK(dark.sealed == lit.cast());
        CHECK(dark.yes + dark.no + dark.abstained == 0);
        CHECK(std::tie(dark.verdict, dark.silent, dark.eligible, dark.needed, dark.quorum, dark.present, dark.complete) ==
              std::tie(lit.verdict, lit.silent, lit.eligible, lit.needed, lit.quorum, lit.present, lit.complete));
        if (dark.sealed > 0 && dark.verdict == BallotResult::open)
            CHECK(dark.why.starts_with(fmt::format("{} cast in secret, ", dark.sealed)));
    }
    CHECK_FALSE(choice_from("sealed"));
    CHECK(name(Choice::sealed) == "sealed");
}

TEST_CASE("every electorate up to 60 by e-mail counts as the plain comparison does [item 48]", "[C5]") {
    for (int n = 1; n <= 60; ++n) {
        for (int yes = 0; yes <= n; ++yes) {
            CAPTURE(n, yes);
            const BallotResult plain = 2 * yes > n ? BallotResult::passed : BallotResult::failed;
            REQUIRE(result(electronic(Rule::majority, n), yes_votes(yes)).verdict == plain);
        }
    }
}

TEST_CASE("a team that leaves before the close loses its vote, one that joins later has none [rulings o and q]", "[C5]") {
    const Ballot b = electronic(Rule::majority, 3);
    const std::vector<Departure> before{{team(0), closing - std::chrono::microseconds{1}}};
    const std::vector<Departure> at_close{{team(0), closing}};
    CHECK(result(b, votes("yy"), before).verdict == BallotResult::failed);
    CHECK(result(b, votes("yy"), before).needed == 2);  // the electorate stays as large as at the opening
    CHECK(result(b, votes("yy"), at_close).verdict == BallotResult::passed);
    CHECK_FALSE(may_cast(b, {team(0), Choice::yes, closing - std::chrono::microseconds{1}}, before, numbers));
    CHECK(may_cast(b, {team(0), Choice::yes, between}, before, numbers));
    CHECK(result(b, std::vector<Vote>{{team(9), Choice::yes, between}}).yes == 0);
    CHECK_FALSE(may_cast(b, {team(9), Choice::yes, between}, {}, numbers));
}

TEST_CASE("a seat that falls vacant before the close is not filled any more [ruling m]", "[C5]") {
    const std::vector<Departure> gone{{team(6), between}};
    const Ballot unanimous = electronic(Rule::unanimity, 7);
    CHECK(result(unanimous, yes_votes(6)).verdict == BallotResult::failed);
    CHECK(result(unanimous, yes_votes(6), gone).verdict == BallotResult::passed);
    // The quorum of a meeting was that of the hour it met: five of seven stay a quorum although one of them is gone now.
    const std::vector<Departure> present{{team(4), between}};
    const Tally t = result(meeting(Rule::approval, 7, 5), yes_votes(5), present);
    CHECK(std::tuple(t.verdict, t.present, t.yes, t.eligible) == std::tuple(BallotResult::passed, 5, 4, 6));
}

TEST_CASE("a ballot that makes no sense is refused before it opens", "[C5]") {
    auto refused = [](Ballot b, auto change) {
        REQUIRE(sound(b, numbers));
        change(b);
        return !sound(b, numbers);
    };
    const Ballot sc = meeting(Rule::approval, 7, 5);
    CHECK(refused(sc, [](Ballot& b) { b.open.until.reset(); }));
    CHECK(refused(sc, [](Ballot& b) { b.open.until = b.open.from; }));
    CHECK(refused(sc, [](Ballot& b) { b.electorate.push_back(team(0)); }));  // one seat per team
    CHECK(refused(sc, [](Ballot& b) { b.electorate = teams(8); }));
    CHECK(refused(sc, [](Ballot& b) { b.recused = {team(9)}; }));
    CHECK(refused(sc, [](Ballot& b) { b.recused = {team(1), team(1)}; }));
    CHECK(refused(sc, [](Ballot& b) { b.attendance->proxies = {{team(6), team(0)}}; }));
    CHECK(refused(sc, [](Ballot& b) { b.attendance->at = closing; }));
    const Ballot gm = meeting(Rule::two_thirds, 30, 20);
    CHECK(refused(gm, [](Ballot& b) { b.attendance.reset(); }));
    CHECK(refused(gm, [](Ballot& b) { b.recused = {team(1)}; }));
    CHECK(refused(electronic(Rule::majority, 30), [](Ballot& b) { b.attendance = sitting(30); }));
    CHECK(refused(electronic(Rule::unanimity, 7), [](Ballot& b) { b.open.until = at("2026-10-20T04:00:01Z"); }));
}

TEST_CASE("an act cites a decision taken by its own rule and in effect [item 54]", "[C5]") {
    const Tally approval = result(meeting(Rule::approval, 7, 7), yes_votes(4));
    REQUIRE(approval.verdict == BallotResult::passed);
    CHECK(covers(approval, Rule::approval, closing));
    const auto admits = covers(approval, Rule::unanimity, closing);  // the Secretariat admits a team citing a 4/7 vote
    REQUIRE_FALSE(admits);
    CHECK(admits.error().code == errc::denied);
    CHECK_FALSE(covers(result(electronic(Rule::unanimity, 7), yes_votes(7)), Rule::approval, closing));
    CHECK_FALSE(covers(result(meeting(Rule::approval, 7, 7), yes_votes(3)), Rule::approval, closing));
    CHECK_FALSE(covers(count(meeting(Rule::approval, 7, 7), yes_votes(4), {}, numbers, between), Rule::approval, between));
    const Tally reduced = result(meeting(Rule::two_thirds, 30, 8), yes_votes(8));
    CHECK_FALSE(covers(reduced, Rule::two_thirds, at("2026-11-03T04:59:59Z")));
    CHECK(covers(reduced, Rule::two_thirds, at("2026-11-03T05:00:00Z")));
}

TEST_CASE("a tally says in one sentence why", "[C5]") {
    CHECK(result(meeting(Rule::approval, 7, 5), votes("yyynn")).why ==
          "3 yes, 2 no, 0 abstained, 0 not cast; 4 yes of 7 filled seats needed: failed.");
    CHECK(result(meeting(Rule::approval, 7, 4), votes("yyyy")).why == "No quorum: 4 present, 5 needed.");
    CHECK(
        result(meeting(Rule::two_thirds, 30, 8), yes_votes(6)).why ==
        "6 yes, 0 no, 0 abstained, 2 not cast; 6 yes of 8 eligible votes needed, 0 of them by proxy: passed with reduced quorum, effective "
        "2026-11-03 05:00 UTC unless a petition arrives before.");
}

TEST_CASE("every word of the register of decisions reads back") {
    for (const auto r : {Rule::approval, Rule::unanimity, Rule::two_thirds, Rule::majority}) CHECK(rule_from(name(r)) == r);
    for (const auto c : {Choice::yes, Choice::no, Choice::abstain}) CHECK(choice_from(name(c)) == c);
    CHECK_FALSE(rule_from("4/7"));
    CHECK_FALSE(choice_from(""));
}

TEST_CASE("of one team's votes the one recorded last counts, whatever the clock said [item 6]", "[C7][conduct]") {
    const Ballot ballot = electronic(Rule::unanimity, 7);
    auto votes = yes_votes(7);
    const Instant when = votes[0].at;
    std::vector<Vote> ahead;
    for (const auto& vote : votes) ahead.push_back({vote.team, Choice::no, when + std::chrono::minutes(9)});
    ahead.insert(ahead.end(), votes.begin(), votes.end());
    const auto tally = count(ballot, ahead, {}, Numbers{}, when + std::chrono::hours(1));
    CHECK(tally.yes == 7);
    CHECK(tally.no == 0);
}
