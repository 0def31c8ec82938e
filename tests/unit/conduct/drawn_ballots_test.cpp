// Whole ballots, drawn with a fixed seed, against a count that looks at one team after another and knows no sets.
#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "drawn.hpp"

using namespace caveat;
using namespace caveat::conduct;

namespace {

bool among(const std::vector<TeamId>& all, const TeamId& who) { return std::find(all.begin(), all.end(), who) != all.end(); }

std::int64_t heads(const std::vector<TeamId>& all, const auto& counts) { return std::count_if(all.begin(), all.end(), counts); }

// A ballot in progress and everything that happened to it.
struct Drawn {
    Ballot ballot;
    std::vector<Vote> votes;
    std::vector<Departure> departures;

    [[nodiscard]] bool left(const TeamId& who, Instant by) const {
        return std::any_of(departures.begin(), departures.end(),
                           [&](const Departure& d) { return d.team == who && d.at <= by && d.at < closing; });
    }
    [[nodiscard]] bool present(const TeamId& who) const { return ballot.attendance && among(ballot.attendance->present, who); }
    [[nodiscard]] bool by_proxy(const TeamId& who) const {
        if (!ballot.attendance || present(who)) return false;
        const auto& lent = ballot.attendance->proxies;
        return std::any_of(lent.begin(), lent.end(), [&](const Proxy& p) { return p.giver == who && present(p.holder); });
    }
    // Whose word counts: here and of age, so to say.
    [[nodiscard]] bool may_vote(const TeamId& who, Instant now) const {
        if (left(who, now) || among(ballot.recused, who)) return false;
        if (ballot.rule == Rule::two_thirds) return present(who) || by_proxy(who);
        if (ballot.rule == Rule::approval && ballot.attendance) return present(who);
        return true;
    }
    // The last word of a team, of two at one instant the later recorded.
    [[nodiscard]] const Vote* word_of(const TeamId& who, Instant now) const {
        const Vote* last = nullptr;
        for (const Vote& v : votes) {
            if (v.team != who || v.at < opening || closing <= v.at || now < v.at) continue;
            last = &v;  // in the order recorded
        }
        return last;
    }
    [[nodiscard]] std::int64_t choosing(Choice choice, Instant now) const {
        return heads(ballot.electorate, [&](const TeamId& who) {
            const Vote* word = word_of(who, now);
            return may_vote(who, now) && word != nullptr && word->choice == choice;
        });
    }
};

Drawn draw(Dice& dice, Rule rule) {
    const bool committee = rule == Rule::approval || rule == Rule::unanimity;
    const int size = 1 + dice.below(committee ? 7 : 60);
    Drawn d{{rule, {opening, closing}, teams(size), {}, {}}, {}, {}};
    if (rule == Rule::two_thirds || (committee && dice.in(2))) {
        d.ballot.attendance = Attendance{opening, {}, {}};
        for (int i = 0; i < size + 5; ++i) {  // guests among them
            if (!dice.in(3)) d.ballot.attendance->present.push_back(team(i));
        }
        for (int i = 0; rule == Rule::two_thirds && i < size / 3; ++i) {
            d.ballot.attendance->proxies.push_back({team(dice.below(size + 5)), team(dice.below(size + 5))});
        }
    }
    for (int i = 0; committee && i < size; ++i) {
        if (dice.in(6)) d.ballot.recused.push_back(team(i));
    }
    for (int i = 0; i < 2 * size; ++i) {
        const auto choice = dice.in(4) ? (dice.in(2) ? Choice::no : Choice::abstain) : Choice::yes;
        d.votes.push_back({team(dice.below(size + 3)), choice, drawn_instant(dice, opening - tick, closing)});
    }
    if (dice.in(3)) d.departures.push_back({team(dice.below(size)), drawn_instant(dice, opening, closing)});
    return d;
}

// BallotResult and yes votes needed, said in the words of items 44-52 and rulings (m), (n), (o).
std::pair<BallotResult, std::int64_t> decided(const Drawn& d, Instant now) {
    const auto& b = d.ballot;
    const auto yes = d.choosing(Choice::yes, now);
    const auto took_part = yes + d.choosing(Choice::no, now) + d.choosing(Choice::abstain, now);
    const auto all = static_cast<int>(b.electorate.size());
    const auto seats = static_cast<int>(heads(b.electorate, [&](const TeamId& t) { return !d.left(t, now); }));
    const auto at_meeting = [&](const TeamId& t) { return !d.left(t, opening); };
    bool convened = true;
    int needed = 0;
    switch (b.rule) {
        case Rule::majority:
            needed = fewest(all, [&](int k) { return 2 * k > all; });
            break;
        case Rule::two_thirds: {
            const auto there = heads(b.electorate, [&](const TeamId& t) { return d.present(t); });
            const auto votes = static_cast<int>(heads(b.electorate, [&](const TeamId& t) { return d.may_vote(t, now); }));
            convened = there > 0 && 4 * there >= all;
            needed = fewest(votes, [&](int k) { return 3 * k >= 2 * votes; });
            break;
        }
        default: {
            const auto filled = b.attendance ? heads(b.electorate, at_meeting) : seats;
            const auto there =
                b.attendance ? heads(b.electorate, [&](const TeamId& t) { return at_meeting(t) && d.present(t) && !among(b.recused, t); })
                             : took_part;
            convened = (b.rule == Rule::unanimity && !b.attendance) || (filled > 0 && 7 * there >= 5 * filled && there > 0);
            const auto aside = static_cast<int>(heads(b.recused, [&](const TeamId& t) { return !d.left(t, now); }));
            needed = b.rule == Rule::unanimity ? seats - aside : fewest(seats, [&](int k) { return 7 * k >= 4 * seats; });
        }
    }
    if (!convened && (now >= closing || b.attendance)) return {BallotResult::no_quorum, needed};
    if (now < closing) return {BallotResult::open, needed};
    return {needed > 0 && yes >= needed ? BallotResult::passed : BallotResult::failed, needed};
}

}  // namespace

TEST_CASE("two thousand ballots of every rule end as a count team by team ends [items 44-46, 48, 51, 52]", "[C5][conduct]") {
    Wrong wrong;
    Dice dice;
    std::map<std::pair<Rule, BallotResult>, int> seen;
    for (int round = 0; round < 2'000; ++round) {
        const Rule rule =
            std::array{Rule::approval, Rule::unanimity, Rule::two_thirds, Rule::majority}.at(static_cast<std::size_t>(round) % 4);
        const Drawn d = draw(dice, rule);
        for (const Instant now : {between, closing - tick, closing, closing + std::chrono::hours{24 * 60}}) {
            const auto [verdict, needed] = decided(d, now);
            const Tally t = count(d.ballot, d.votes, d.departures, {}, now);
            const auto what = fmt::format("round {}, {}: {} for {}, {}", round, name(rule), needed, name(verdict), t.why);
            wrong.expect(t.verdict == verdict && t.needed == needed, what);
            wrong.expect(t.yes == d.choosing(Choice::yes, now) && t.no == d.choosing(Choice::no, now), what);
            ++seen[{rule, t.verdict}];
        }
    }
    wrong.none();
    CHECK(seen.size() >= 13);  // each rule open, passed and failed, and without quorum those that ask for one
}
