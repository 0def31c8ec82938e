// Item 57 and ruling (r): the majority of votes cast, else a second ballot between the two leading; the chair breaks ties.
#include <algorithm>
#include <iterator>
#include <numeric>
#include <set>

#include "caveat/conduct/ballot.hpp"
#include "names.hpp"
#include "turnout.hpp"

namespace caveat::conduct {
namespace {

using Choices = std::map<TeamId, TeamId>;

// What breaks ties: the chair's own vote, then the chair's word in the order given.
std::vector<TeamId> chairs_order(const HostBallot& b, const Choices& last) {
    std::vector<TeamId> order;
    const auto own = last.find(b.chair);
    if (own != last.end() && !own->second.empty()) order.push_back(own->second);
    order.insert(order.end(), b.chairs_word.begin(), b.chairs_word.end());
    return order;
}

struct Standing {
    TeamId team;
    std::int64_t votes = 0;
    std::ptrdiff_t preferred = 0;  // place in the chair's order; behind its end if the chair said nothing
};

// By votes, then by the chair's order. Two with the same votes of which the chair preferred neither are still tied.
std::vector<Standing> ranking(const HostBallot& b, const HostTally& t, const std::vector<TeamId>& order) {
    std::vector<Standing> rank;
    for (std::size_t i = 0; i < b.candidates.size(); ++i) {
        const auto place = std::find(order.begin(), order.end(), b.candidates[i]);
        rank.push_back({b.candidates[i], t.votes[i], place - order.begin()});
    }
    std::stable_sort(rank.begin(), rank.end(), [](const Standing& x, const Standing& y) {
        return x.votes != y.votes ? x.votes > y.votes : x.preferred < y.preferred;
    });
    return rank;
}

bool undecided(const Standing& a, const Standing& b) { return a.votes == b.votes && a.preferred == b.preferred; }

void ask_chair(HostTally& t, const std::vector<Standing>& rank, std::int64_t votes) {
    t.verdict = HostResult::chair_to_decide;
    for (const Standing& s : rank) {
        if (s.votes == votes) t.leading.push_back(s.team);
    }
    t.why = fmt::format("{} candidates have {} votes each: the chair breaks the tie.", t.leading.size(), votes);
}

void choose(HostTally& t, const Standing& winner, std::string_view how) {
    t.verdict = HostResult::chosen;
    t.host = winner.team;
    t.why = fmt::format("{} hosts with {} of {} votes cast{}.", winner.team, winner.votes, t.cast, how);
}

void decide(HostTally& t, const std::vector<Standing>& rank) {
    if (t.cast == 0) {
        t.verdict = HostResult::failed;
        t.why = "No vote was cast for anybody.";
        return;
    }
    if (2 * rank[0].votes > t.cast) return choose(t, rank[0], "");
    // No majority of votes cast means two candidates at least; of exactly two it is a tie.
    if (rank.size() == 2) {
        t.tied = true;
        if (undecided(rank[0], rank[1])) return ask_chair(t, rank, rank[0].votes);
        return choose(t, rank[0], ", a tie that the chair broke");
    }
    // A tie matters only where it decides who is among the two.
    t.tied = rank[1].votes == rank[2].votes;
    if (undecided(rank[1], rank[2])) return ask_chair(t, rank, rank[1].votes);
    t.verdict = HostResult::second_ballot;
    t.leading = {rank[0].team, rank[1].team};
    t.why = fmt::format("No majority of {} votes cast: a second ballot between {} and {}{}.", t.cast, rank[0].team, rank[1].team,
                        t.tied ? ", the chair having broken a tie" : "");
}

}  // namespace

std::string_view name(HostResult verdict) {
    constexpr std::array<Named<HostResult>, 6> words{{{HostResult::open, "open"},
                                                      {HostResult::no_quorum, "no_quorum"},
                                                      {HostResult::failed, "failed"},
                                                      {HostResult::chosen, "chosen"},
                                                      {HostResult::second_ballot, "second_ballot"},
                                                      {HostResult::chair_to_decide, "chair_to_decide"}}};
    return name_in(words, verdict);
}

Result<void> sound(const HostBallot& ballot, const Numbers& numbers) {
    if (auto held = sound_sitting(ballot.open, ballot.seats, ballot.recused, ballot.attendance); !held) return held;
    if (ballot.seats.size() > static_cast<std::size_t>(numbers.seats_max))
        return fail(errc::denied, "{} seats vote and {} is the most (item 49)", ballot.seats.size(), numbers.seats_max);
    const std::set<TeamId> candidates(ballot.candidates.begin(), ballot.candidates.end());
    if (candidates.empty() || candidates.size() != ballot.candidates.size() || candidates.contains(TeamId{}))
        return fail(errc::invalid, "the candidates are named once each, and there is at least one");
    if (std::find(ballot.seats.begin(), ballot.seats.end(), ballot.chair) == ballot.seats.end())
        return fail(errc::invalid, "who presides has a seat; '{}' has none", ballot.chair);
    return {};
}

HostTally count(const HostBallot& ballot, std::span<const HostVote> votes, std::span<const Departure> departures, const Numbers& numbers,
                Instant now) {
    const Instant close = ballot.open.until.value_or(ballot.open.from);
    const auto gone = gone_by(departures, close, now);
    auto may = filled(ballot.seats, gone);
    for (const TeamId& team : ballot.recused) may.erase(team);
    if (ballot.attendance) {
        const std::set<TeamId> there(ballot.attendance->present.begin(), ballot.attendance->present.end());
        std::erase_if(may, [&](const TeamId& team) { return !there.contains(team); });
    }
    // A vote for somebody who is not a candidate does not count and does not replace an earlier vote.
    std::vector<HostVote> named;
    std::copy_if(votes.begin(), votes.end(), std::back_inserter(named), [&](const HostVote& v) {
        return v.candidate.empty() || std::find(ballot.candidates.begin(), ballot.candidates.end(), v.candidate) != ballot.candidates.end();
    });
    const auto last = last_choices(std::span<const HostVote>(named), {ballot.open.from, close}, now, may, &HostVote::candidate);

    HostTally t;
    for (const TeamId& candidate : ballot.candidates)
        t.votes.push_back(std::count_if(last.begin(), last.end(), [&](const auto& word) { return word.second == candidate; }));
    t.cast = std::accumulate(t.votes.begin(), t.votes.end(), std::int64_t{0});
    const Turnout turnout = committee_turnout(ballot.seats, ballot.recused, ballot.attendance, heads(last), gone, departures, numbers);
    t.present = turnout.present;
    t.quorum_needed = turnout.needed;

    if (!turnout.convened() && (close <= now || ballot.attendance)) {
        t.verdict = HostResult::no_quorum;
        t.why = fmt::format("No quorum: {} present, {} needed.", t.present, t.quorum_needed);
    } else if (now < close) {
        t.why = fmt::format("{} votes cast: still open.", t.cast);
    } else {
        decide(t, ranking(ballot, t, chairs_order(ballot, last)));
    }
    return t;
}

}  // namespace caveat::conduct
