#include "caveat/conduct/ballot.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "caveat/moment.hpp"
#include "names.hpp"
#include "turnout.hpp"

namespace caveat::conduct {
namespace {

constexpr std::array<Named<Rule>, 4> rules{
    {{Rule::approval, "approval"}, {Rule::unanimity, "unanimity"}, {Rule::two_thirds, "two_thirds"}, {Rule::majority, "majority"}}};
constexpr std::array<Named<Choice>, 3> choices{{{Choice::yes, "yes"}, {Choice::no, "no"}, {Choice::abstain, "abstain"}}};
constexpr std::array<Named<BallotResult>, 4> verdicts{{{BallotResult::open, "open"},
                                                       {BallotResult::passed, "passed"},
                                                       {BallotResult::failed, "failed"},
                                                       {BallotResult::no_quorum, "no_quorum"}}};

// Teams whose vote counts if it is cast: entitled and not gone.
std::set<TeamId> entitled(const Ballot& b, const std::set<TeamId>& gone) {
    std::set<TeamId> may = filled(b.electorate, gone);
    for (const TeamId& team : b.recused) may.erase(team);
    if (b.rule == Rule::two_thirds && b.attendance) {
        const auto givers = valid_givers(*b.attendance, b.electorate);
        std::set<TeamId> there(b.attendance->present.begin(), b.attendance->present.end());
        there.insert(givers.begin(), givers.end());
        std::erase_if(may, [&](const TeamId& team) { return !there.contains(team); });
    }
    // Item 52 lets the absent vote afterwards for unanimity only; an approval is that of the meeting.
    if (b.rule == Rule::approval && b.attendance) {
        const std::set<TeamId> there(b.attendance->present.begin(), b.attendance->present.end());
        std::erase_if(may, [&](const TeamId& team) { return !there.contains(team); });
    }
    return may;
}

void count_choices(Tally& t, const std::map<TeamId, Choice>& last, const std::set<TeamId>& may) {
    for (const auto& [team, choice] : last) {
        if (choice == Choice::yes) ++t.yes;
        if (choice == Choice::no) ++t.no;
        if (choice == Choice::abstain) ++t.abstained;
        if (choice == Choice::sealed) ++t.sealed;
    }
    t.silent = heads(may) - heads(last);
    t.complete = t.silent == 0;
}

void committee_numbers(Tally& t, const Ballot& b, const std::set<TeamId>& gone, std::span<const Departure> departures, const Numbers& n) {
    const auto seats = filled(b.electorate, gone);
    t.recused = std::count_if(b.recused.begin(), b.recused.end(), [&](const TeamId& team) { return seats.contains(team); });
    t.eligible = heads(seats);
    t.needed = b.rule == Rule::unanimity ? t.eligible - t.recused : n.sc_approve.at_least(t.eligible);
    if (b.rule == Rule::unanimity && !b.attendance) {
        t.quorum = Quorum::unneeded;
        t.present = t.cast();
        return;
    }
    const Turnout turnout = committee_turnout(b.electorate, b.recused, b.attendance, t.cast(), gone, departures, n);
    t.present = turnout.present;
    t.quorum_needed = turnout.needed;
    t.quorum = turnout.convened() ? Quorum::full : Quorum::none;
}

void members_numbers(Tally& t, const Ballot& b, const std::set<TeamId>& may, const Numbers& n) {
    const auto electorate = filled(b.electorate, {});
    if (b.rule == Rule::majority) {
        t.quorum = Quorum::unneeded;
        t.present = t.cast();
        t.eligible = heads(electorate);  // fixed at the opening (o): teams that leave do not make it easier for the rest
        t.needed = n.email_pass.more_than(t.eligible);
        return;
    }
    const Attendance none;
    const Attendance& there = b.attendance ? *b.attendance : none;
    t.present = present_with_vote(there, b.electorate);
    t.quorum = general_quorum(t.present, heads(electorate), n);
    t.quorum_needed = std::max<std::int64_t>(1, n.gm_reduced.at_least(heads(electorate)));
    t.eligible = heads(may);
    for (const TeamId& giver : valid_givers(there, b.electorate)) t.proxies += may.contains(giver) ? 1 : 0;
    t.needed = n.gm_pass.at_least(t.eligible);
}

std::string said(const Tally& t) {
    const std::string chosen =
        t.sealed > 0 ? fmt::format("{} cast in secret", t.sealed) : fmt::format("{} yes, {} no, {} abstained", t.yes, t.no, t.abstained);
    const std::string votes = fmt::format("{}, {} not cast", chosen, t.silent);
    if (t.verdict == BallotResult::no_quorum)
        return fmt::format("No quorum: {} present, {} needed{}.", t.present, t.quorum_needed,
                           t.proxies > 0 ? "; proxies count for votes only" : "");
    std::string of;
    switch (t.rule) {
        case Rule::approval:
            of = fmt::format("{} yes of {} filled seats needed", t.needed, t.eligible);
            break;
        case Rule::unanimity:
            of = fmt::format("all {} filled seats not recused needed", t.needed);
            break;
        case Rule::two_thirds:
            of = fmt::format("{} yes of {} eligible votes needed, {} of them by proxy", t.needed, t.eligible, t.proxies);
            break;
        case Rule::majority:
            of = fmt::format("{} yes of {} members with a vote needed", t.needed, t.eligible);
            break;
    }
    std::string text = fmt::format("{}; {}: {}", votes, of, t.verdict == BallotResult::open ? "still open" : name(t.verdict));
    if (t.effective && t.quorum == Quorum::reduced)
        text += fmt::format(" with reduced quorum, effective {} unless a petition arrives before", moment(*t.effective));
    return text + ".";
}

}  // namespace

std::string_view name(Rule rule) { return name_in(rules, rule); }
std::optional<Rule> rule_from(std::string_view text) { return value_in(rules, text); }
std::string_view name(Choice choice) { return choice == Choice::sealed ? "sealed" : name_in(choices, choice); }
std::optional<Choice> choice_from(std::string_view text) { return value_in(choices, text); }
std::string_view name(BallotResult verdict) { return name_in(verdicts, verdict); }

Date closing_day(Instant closes) { return date_of(closes - std::chrono::microseconds{1}); }

Instant close_of(const Ballot& ballot, const Numbers& numbers) {
    const Instant stated = ballot.open.until.value_or(ballot.open.from);
    if (ballot.rule != Rule::unanimity) return stated;
    const Instant begins = ballot.attendance ? ballot.attendance->at : ballot.open.from;
    return std::min(stated, numbers.electronic_votes.after(begins, Rounding::earlier));
}

Result<void> sound(const Ballot& ballot, const Numbers& numbers) {
    if (auto held = sound_sitting(ballot.open, ballot.electorate, ballot.recused, ballot.attendance); !held) return held;
    if (close_of(ballot, numbers) < *ballot.open.until)
        return fail(errc::denied, "unanimity is voted on until {} at the latest (item 52)", to_string(close_of(ballot, numbers)));
    if (of_committee(ballot.rule)) {
        if (ballot.electorate.size() > static_cast<std::size_t>(numbers.seats_max))
            return fail(errc::denied, "{} seats vote and {} is the most (item 49)", ballot.electorate.size(), numbers.seats_max);
        if (ballot.attendance && !ballot.attendance->proxies.empty()) return fail(errc::invalid, "the Steering Committee knows no proxies");
        return {};
    }
    if (!ballot.recused.empty()) return fail(errc::invalid, "nobody is recused in a vote of the members");
    if (ballot.rule == Rule::two_thirds && !ballot.attendance)
        return fail(errc::invalid, "two thirds is the rule of a General Meeting: who was present?");
    if (ballot.rule == Rule::majority && ballot.attendance) return fail(errc::invalid, "a vote by e-mail has no meeting");
    return {};
}

Result<void> may_cast(const Ballot& ballot, const Vote& vote, std::span<const Departure> departures, const Numbers& numbers) {
    const Instant close = close_of(ballot, numbers);
    if (vote.at < ballot.open.from) return fail(errc::denied, "the ballot opens at {}", to_string(ballot.open.from));
    if (close <= vote.at) return fail(errc::denied, "the ballot closed at {}", to_string(close));
    if (std::find(ballot.electorate.begin(), ballot.electorate.end(), vote.team) == ballot.electorate.end())
        return fail(errc::denied, "{} has no vote: {}", vote.team,
                    of_committee(ballot.rule) ? "it held no seat at the opening" : "no right to vote on the closing day (items 6 and 12)");
    if (std::find(ballot.recused.begin(), ballot.recused.end(), vote.team) != ballot.recused.end())
        return fail(errc::denied, "{} is recused", vote.team);
    const auto gone = gone_by(departures, close, vote.at);
    if (gone.contains(vote.team)) return fail(errc::denied, "{} left before the close and lost its vote (ruling q)", vote.team);
    if (!entitled(ballot, gone).contains(vote.team))
        return fail(errc::denied, "{} was not present{}", vote.team,
                    ballot.rule == Rule::two_thirds ? " and gave no valid proxy" : "; only for unanimity may the absent vote (item 52)");
    return {};
}

Tally count(const Ballot& ballot, std::span<const Vote> votes, std::span<const Departure> departures, const Numbers& numbers, Instant now) {
    const Instant close = close_of(ballot, numbers);
    const auto gone = gone_by(departures, close, now);
    const auto may = entitled(ballot, gone);

    Tally t;
    t.rule = ballot.rule;
    count_choices(t, last_choices(votes, {ballot.open.from, close}, now, may, &Vote::choice), may);
    if (of_committee(ballot.rule))
        committee_numbers(t, ballot, gone, departures, numbers);
    else
        members_numbers(t, ballot, may, numbers);

    // A meeting without quorum fails at once; in an electronic ballot more votes may still come.
    const bool over = close <= now;
    if (t.quorum == Quorum::none && (over || ballot.attendance))
        t.verdict = BallotResult::no_quorum;
    else if (over)
        t.verdict = t.needed > 0 && t.yes >= t.needed ? BallotResult::passed : BallotResult::failed;
    if (t.verdict == BallotResult::passed)
        t.effective = t.quorum == Quorum::reduced ? numbers.gm_reduced_delay.after(close, Rounding::later) : close;
    t.why = said(t);
    return t;
}

Result<void> covers(const Tally& cited, Rule rule, Instant now) {
    if (cited.rule != rule) return fail(errc::denied, "the act needs {} and the decision was taken by {}", name(rule), name(cited.rule));
    if (cited.verdict != BallotResult::passed) return fail(errc::denied, "the decision did not pass: {}", cited.why);
    if (!cited.effective || now < *cited.effective)
        return fail(errc::denied, "the decision is in effect from {} on", cited.effective ? to_string(*cited.effective) : "never");
    return {};
}

}  // namespace caveat::conduct
