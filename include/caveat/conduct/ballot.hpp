#pragma once
// Ballots: who may vote, which votes count, and the tally with its verdict and its reason, ready for the register of decisions.
// One ballot is one question. The register stores Ballot and votes; the tally follows from them whenever asked, so nothing fires at the
// close. Pure values, any thread, no limits of its own (n log n in votes). What a rule forbids is errc::denied; a ballot that makes no
// sense is errc::invalid, by `sound` before it is opened. `count` skips votes that were not allowed, so that a bad row can never decide.
// Source: rules.md items 6, 17, 22, 45-48, 51, 52, 54, 57; rulings (a), (m), (n), (o), (q), (r). Promise C5.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/clock.hpp"
#include "caveat/conduct/meeting.hpp"
#include "caveat/conduct/numbers.hpp"
#include "caveat/ids.hpp"
#include "caveat/result.hpp"

namespace caveat::conduct {

enum class Rule {
    approval,    // SC: 4/7 of the filled seats, with 5/7 present
    unanimity,   // SC: every filled seat that is not recused; admissions
    two_thirds,  // General Meeting: of the eligible votes there
    majority,    // by e-mail: more than half of all members with a vote
};
[[nodiscard]] std::string_view name(Rule rule);
[[nodiscard]] std::optional<Rule> rule_from(std::string_view text);
[[nodiscard]] constexpr bool of_committee(Rule rule) { return rule == Rule::approval || rule == Rule::unanimity; }

struct Ballot {
    Rule rule = Rule::approval;
    Interval open;                         // half open; `until` must be set
    std::vector<TeamId> electorate;        // fixed at the opening: teams of the filled seats, or members with a vote
    std::vector<TeamId> recused;           // SC only
    std::optional<Attendance> attendance;  // of the meeting; none: held wholly electronically
    bool operator==(const Ballot&) const = default;
};

enum class Choice {
    yes,
    no,
    abstain,
    sealed,  // cast in a secret ballot and not opened: it takes part and is for nothing yet
};
[[nodiscard]] std::string_view name(Choice choice);
[[nodiscard]] std::optional<Choice> choice_from(std::string_view text);  // what can be cast; never `sealed`

// Of a seat or a team, never of a person. With a proxy `team` is the giver.
struct Vote {
    TeamId team;
    Choice choice = Choice::abstain;
    Instant at{};
    bool operator==(const Vote&) const = default;
};

// A team that left the community, or the SC its seat. What it cast is void if that was before the close.
struct Departure {
    TeamId team;
    Instant at{};
    bool operator==(const Departure&) const = default;
};

enum class BallotResult { open, passed, failed, no_quorum };
[[nodiscard]] std::string_view name(BallotResult verdict);

struct Tally {
    Rule rule = Rule::approval;
    BallotResult verdict = BallotResult::open;
    std::int64_t yes = 0;
    std::int64_t no = 0;
    std::int64_t abstained = 0;
    std::int64_t sealed = 0;  // of a secret ballot that is not counted yet
    std::int64_t silent = 0;  // could have voted and did not
    std::int64_t recused = 0;
    std::int64_t proxies = 0;   // of the eligible votes
    std::int64_t eligible = 0;  // what `needed` is a part of: filled seats, eligible votes there, members with a vote
    std::int64_t needed = 0;    // yes votes
    Quorum quorum = Quorum::none;
    std::int64_t present = 0;          // with a vote and not recused; electronically, who took part
    std::int64_t quorum_needed = 0;    // 0: none asked for. General Meeting: for any meeting at all, that is the reduced one
    bool complete = false;             // every vote that can be cast is in, so the person who presides may close
    std::optional<Instant> effective;  // if passed: the close, or 28 days later with reduced quorum
    std::string why;                   // one sentence
    [[nodiscard]] std::int64_t cast() const { return yes + no + abstained + sealed; }
    bool operator==(const Tally&) const = default;
};

// The day the right to vote must exist on: the last day on which a vote can still be cast. Closing at 00:00Z is closing with the day
// before.
[[nodiscard]] Date closing_day(Instant closes);

// When votes stop counting. Unanimity: not later than 14 d after the meeting, or the opening where there is none.
[[nodiscard]] Instant close_of(const Ballot& ballot, const Numbers& numbers);

// Checked before it is opened: it ends after it begins, somebody may vote, nobody twice, seats within the limit, a meeting if the rule
// needs one.
[[nodiscard]] Result<void> sound(const Ballot& ballot, const Numbers& numbers);

// Checked before a vote is recorded. Returns why not: not open yet, closed, no vote, recused, not present, gone.
[[nodiscard]] Result<void> may_cast(const Ballot& ballot, const Vote& vote, std::span<const Departure> departures, const Numbers& numbers);

// The tally as of `now`. A later vote of the same team replaces the earlier one; of two at one instant the later in the span counts.
// A seat that falls vacant before the close is not filled any more. By e-mail the electorate stays as large as it was at the opening.
// Who is present and whether there is a quorum follow from sealed votes as from opened ones.
[[nodiscard]] Tally count(const Ballot& ballot, std::span<const Vote> votes, std::span<const Departure> departures, const Numbers& numbers,
                          Instant now);

// C5: an act cites a decision whose tally meets its rule and which is in effect. The rule must be the very one: unanimity with many recused
// may be less than 4/7, and 4/7 is never unanimity. The caller asks about a petition (meeting.hpp).
[[nodiscard]] Result<void> covers(const Tally& cited, Rule rule, Instant now);

// ---- the host of the conference: the one choice among several, and the one vote in which the chair breaks ties
// ------------------------------

struct HostBallot {
    Interval open;
    std::vector<TeamId> candidates;  // the second ballot: the two leading of the first
    std::vector<TeamId> seats;       // filled
    std::vector<TeamId> recused;
    std::optional<Attendance> attendance;  // none: electronically
    TeamId chair;                          // or the Deputy while deputising
    std::vector<TeamId> chairs_word;       // for a tie that the chair's own vote does not break, in the order preferred
    bool operator==(const HostBallot&) const = default;
};

struct HostVote {
    TeamId team;
    TeamId candidate;  // empty: abstains, and is no vote cast
    Instant at{};
    bool operator==(const HostVote&) const = default;
};

enum class HostResult { open, no_quorum, failed, chosen, second_ballot, chair_to_decide };
[[nodiscard]] std::string_view name(HostResult verdict);

struct HostTally {
    HostResult verdict = HostResult::open;
    std::vector<std::int64_t> votes;  // of each candidate, in the ballot's order
    std::int64_t cast = 0;
    std::int64_t present = 0;
    std::int64_t quorum_needed = 0;
    bool tied = false;            // recorded as such, also when the chair broke it
    TeamId host;                  // chosen
    std::vector<TeamId> leading;  // second_ballot: between these two. chair_to_decide: the tied ones
    std::string why;
    bool operator==(const HostTally&) const = default;
};

[[nodiscard]] Result<void> sound(const HostBallot& ballot, const Numbers& numbers);
[[nodiscard]] HostTally count(const HostBallot& ballot, std::span<const HostVote> votes, std::span<const Departure> departures,
                              const Numbers& numbers, Instant now);

}  // namespace caveat::conduct
