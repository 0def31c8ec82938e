#include "application_ballots.hpp"

#include <algorithm>
#include <map>

#include "application_docket.hpp"
#include "book_numbers.hpp"
#include "electors.hpp"
#include "own_words.hpp"
#include "register.hpp"

namespace caveat::committee {
namespace {

using namespace conduct;

// Votes that were recorded for a team by one person who does not speak for it.
std::int64_t hearsay(storage::Store& store, const policy::Rulebook& rules, const Decision& d) {
    std::map<TeamId, std::size_t> last;
    for (std::size_t i = 0; i < d.votes.size() && i < d.recorders.size(); ++i) last[d.votes[i].team] = i;
    return std::count_if(last.begin(), last.end(), [&](const auto& one) {
        const auto& by = d.recorders[one.second];
        const auto& vote = d.votes[one.second];
        return vote.choice != Choice::yes && by.starts_with("person ") && !is_own_act(store, rules, by, one.first, vote.at);
    });
}

// Items 22 and 52: whoever is away votes within two weeks. A ballot of less, in which those who did not vote themselves could have let it
// pass, turns nobody down: one pair of hands may open a ballot, and say when it closes. What a meeting with its quorum decided it has
// decided.
Result<void> had_its_time(storage::Store& store, const policy::Rulebook& rules, const Decision& d) {
    const bool no_quorum = d.tally.verdict == BallotResult::no_quorum;
    if (d.ballot.attendance && d.ballot.rule != Rule::unanimity && !no_quorum) return {};
    const auto numbers = numbers_of(rules);
    if (!numbers) return tl::unexpected(numbers.error());
    const Instant begins = d.ballot.attendance ? d.ballot.attendance->at : d.ballot.open.from;
    const Instant ends = d.closed.value_or(*d.ballot.open.until);
    const auto unsaid = d.tally.silent + hearsay(store, rules, d);
    const bool gone_around = no_quorum || (unsaid > 0 && d.tally.needed <= d.tally.yes + unsaid);
    if (!gone_around || numbers->electronic_votes.after(begins, Rounding::earlier) <= ends) return {};
    return fail(errc::denied,
                "items 22 and 52: decision {} was over on {}, and {} with a vote had not voted, or had it recorded by somebody who does "
                "not speak for them; they have until {} to vote from where they are: {}; hold the ballot again",
                d.id, to_string(ends), unsaid, to_string(numbers->electronic_votes.after(begins, Rounding::earlier)), d.tally.why);
}

}  // namespace

Result<Decision> ballot_of(storage::Store& store, const policy::Rulebook& rules, const vault::Vault& vault, const community::Actor& by,
                           const Application& a, const std::string& id, Instant now) {
    auto d = id.empty()
                 ? Result<Decision>(fail(errc::denied, "item 54: an admission is decided by the committee; needs the id of a decision"))
                 : decision_for(store, rules, vault, by, id, now);
    if (!d) return d;
    community::Deed act{d->kind == "category" ? "category" : "admission", a.team.value, settings_of(a)};
    act.recorded = !a.ballots.empty() && a.ballots.back() == id;
    if (auto ok = cite(store, rules, vault, by, id, act, now); !ok) return tl::unexpected(ok.error());
    return d;
}

Result<Decision> failed_ballot(storage::Store& store, const policy::Rulebook& rules, const vault::Vault& vault, const community::Actor& by,
                               const std::string& id, Instant now) {
    if (id.empty()) return fail(errc::denied, "item 54: a refusal is the committee's; needs the id of its decision");
    auto d = decision_for(store, rules, vault, by, id, now);
    if (!d) return d;
    if (d->tally.verdict == BallotResult::open) return fail(errc::denied, "item 22: decision {} is open: {}", id, d->tally.why);
    if (d->tally.verdict == BallotResult::passed) return fail(errc::denied, "item 22: decision {} passed: {}; it admits", id, d->tally.why);
    if (!d->used_by.empty()) return fail(errc::denied, "decision {} was used already, by {}", id, d->used_by);
    if (auto ok = had_its_time(store, rules, *d); !ok) return tl::unexpected(ok.error());
    return d;
}

}  // namespace caveat::committee
