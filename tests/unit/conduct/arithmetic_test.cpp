// What decides, by heads: every number up to 200 against the words of the rule, and petitions, drawn with a fixed seed, against one that
// looks at every minute.
#include <algorithm>

#include "drawn.hpp"

using namespace caveat;
using namespace caveat::conduct;

namespace {

constexpr int most = 200;

}  // namespace

TEST_CASE("a part of up to 200 heads is the fewest of which the words are true", "[C5][conduct]") {
    Wrong wrong;
    for (int den = 1; den <= 12; ++den) {
        for (int num = 1; num <= den; ++num) {
            for (int n = 0; n <= most; ++n) {
                const auto what = fmt::format("{}/{} of {}", num, den, n);
                wrong.expect(Fraction{num, den}.at_least(n) == fewest(n, [&](int k) { return k * den >= num * n; }), what);
                wrong.expect(Fraction{num, den}.more_than(n) == fewest(n, [&](int k) { return k * den > num * n; }), what);
            }
        }
    }
    wrong.none();
    // The largest that `sound` lets through, of the most heads there may be.
    constexpr std::int64_t crowd = (std::int64_t{1} << 31) - 1;
    CHECK(Fraction{1'000'000, 1'000'000}.at_least(crowd) == crowd);
    CHECK(Fraction{999'999, 1'000'000}.more_than(crowd) == 2'147'481'500);
}

TEST_CASE("a General Meeting of any size has the quorum that the words give it [item 44]", "[C5][conduct]") {
    Wrong wrong;
    for (int eligible = 0; eligible <= most; ++eligible) {
        for (int present = 0; present <= eligible; ++present) {
            const bool half = present > 0 && 2 * present >= eligible;
            const bool quarter = present > 0 && 4 * present >= eligible;
            const Quorum words = half ? Quorum::full : quarter ? Quorum::reduced : Quorum::none;
            wrong.expect(general_quorum(present, eligible, {}) == words, fmt::format("{} of {}", present, eligible));
        }
    }
    wrong.none();
}

TEST_CASE("up to 200 members pass a motion with two thirds, and by e-mail with more than half, not with one less [item 46] [item 48]",
          "[C5][conduct]") {
    Wrong wrong;
    for (int n = 1; n <= most; ++n) {
        const int thirds = fewest(n, [&](int k) { return 3 * k >= 2 * n; });
        const int half = fewest(n, [&](int k) { return k > n - k; });
        const auto passes = [&](const Ballot& ballot, int yes) {
            return count(ballot, yes_votes(yes), {}, {}, closing).verdict == BallotResult::passed;
        };
        const auto sat = meeting(Rule::two_thirds, n, n);
        wrong.expect(passes(sat, thirds) && !passes(sat, thirds - 1), fmt::format("two thirds of {}", n));
        const auto mailed = electronic(Rule::majority, n);
        wrong.expect(passes(mailed, half) && !passes(mailed, half - 1), fmt::format("half of {}", n));
    }
    wrong.none();
}

TEST_CASE("half of up to 200 members stop a decision, one less do not [item 47] [ruling p]", "[C5][C7][conduct]") {
    Wrong wrong;
    const Instant effective = closing + std::chrono::hours{24 * 28};
    for (int n = 1; n <= most; ++n) {
        std::vector<Member> members;
        for (const TeamId& t : teams(n)) members.push_back({t, day("2026-01-01"), {}});
        const int half = fewest(n, [&](int k) { return k >= n - k; });
        std::vector<Signature> signatures;
        for (int i = 0; i < half; ++i) {
            const auto before = petition(closing, effective, members, signatures, {}, effective);
            if (i == half - 1) wrong.expect(before.fate == Fate::stands, fmt::format("{} of {}", i, n));
            signatures.push_back({team(i), effective - tick});
        }
        const auto enough = petition(closing, effective, members, signatures, {}, effective);
        wrong.expect(enough.fate == Fate::disallowed && enough.needed == half && enough.arrived == effective - tick,
                     fmt::format("half of {}", n));
        signatures.back().at = effective;
        wrong.expect(petition(closing, effective, members, signatures, {}, effective).fate == Fate::stands, fmt::format("too late, {}", n));
    }
    wrong.none();
}

TEST_CASE("a petition is complete at the first moment at which half of the members stand behind it [item 47] [ruling p]", "[C5][conduct]") {
    Wrong wrong;
    Dice dice;
    const Instant effective = closing + std::chrono::hours{48};
    int stopped = 0;
    for (int round = 0; round < 500; ++round) {
        const int n = 1 + dice.below(12);
        std::vector<Member> members;
        for (const TeamId& t : teams(n)) {
            members.push_back({t, day("2026-01-01"), {}});
            if (dice.in(4)) members.back().left = drawn_instant(dice, closing - std::chrono::hours{4}, effective);
        }
        std::vector<Signature> signatures;
        for (int i = 0; i < n; ++i) {
            signatures.push_back(
                {team(dice.below(n + 2)), drawn_instant(dice, closing - std::chrono::hours{1}, effective + std::chrono::hours{1})});
        }
        const auto then = std::count_if(members.begin(), members.end(), [](const Member& m) { return !m.left || *m.left > closing; });
        std::optional<Instant> complete;
        for (Instant t = closing; t < effective && !complete; t += std::chrono::minutes{1}) {
            const auto behind = std::count_if(members.begin(), members.end(), [&](const Member& m) {
                if (m.left && *m.left <= t) return false;
                return std::any_of(signatures.begin(), signatures.end(),
                                   [&](const Signature& s) { return s.team == m.team && closing <= s.at && s.at <= t; });
            });
            if (behind > 0 && 2 * behind >= then) complete = t;
        }
        const auto told = petition(closing, effective, members, signatures, {}, effective);
        wrong.expect(told.arrived == complete && told.members == then, fmt::format("round {}: {}", round, told.why));
        wrong.expect(told.fate == (complete ? Fate::disallowed : Fate::stands), fmt::format("round {}: {}", round, told.why));
        stopped += complete ? 1 : 0;
    }
    wrong.none();
    CHECK(stopped > 50);
    CHECK(stopped < 450);
}
