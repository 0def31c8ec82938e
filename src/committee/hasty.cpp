#include "hasty.hpp"

#include <algorithm>
#include <map>

#include "book_numbers.hpp"
#include "electors.hpp"
#include "register.hpp"

namespace caveat::committee {
namespace {

using namespace conduct;

// Votes that were recorded for a team by one person who does not speak for it, and by which a motion does not pass; of a choice, all.
std::int64_t hearsay(storage::Store& store, const policy::Rulebook& rules, const Decision& d) {
    std::map<TeamId, std::size_t> last;
    for (std::size_t i = 0; i < d.votes.size() && i < d.recorders.size(); ++i) last[d.votes[i].team] = i;
    return std::count_if(last.begin(), last.end(), [&](const auto& one) {
        const auto& by = d.recorders[one.second];
        const auto& vote = d.votes[one.second];
        if (vote.choice == Choice::yes && !d.host) return false;
        return by.starts_with("person ") && !is_own_act(store, rules, by, one.first, vote.at);
    });
}

// Those who did not vote themselves could have made it end otherwise. Of a choice each vote counts for one of many: there it is the quorum.
bool was_open_to_others(const Decision& d, std::int64_t heard) {
    if (has_no_quorum(d)) return true;
    if (d.host) return d.host->tally.present - heard < d.host->tally.quorum_needed;
    const auto unsaid = d.tally.silent + heard;
    return unsaid > 0 && d.tally.needed <= d.tally.yes + unsaid;
}

}  // namespace

Result<void> had_its_time(storage::Store& store, const policy::Rulebook& rules, const Decision& d) {
    if (d.ballot.attendance && d.ballot.rule != Rule::unanimity && !has_no_quorum(d)) return {};
    const auto numbers = numbers_of(rules);
    if (!numbers) return tl::unexpected(numbers.error());
    const Instant begins = d.ballot.attendance ? d.ballot.attendance->at : d.ballot.open.from;
    const Instant ends = d.closed.value_or(*d.ballot.open.until);
    const auto heard = hearsay(store, rules, d);
    if (!was_open_to_others(d, heard) || numbers->electronic_votes.after(begins, Rounding::earlier) <= ends) return {};
    return fail(errc::denied,
                "items 22 and 52: decision {} was over on {}, and {} with a vote had not voted, or had it recorded by somebody who does "
                "not speak for them; they have until {} to vote from where they are: {}; hold the ballot again",
                d.id, to_string(ends), d.tally.silent + heard, to_string(numbers->electronic_votes.after(begins, Rounding::earlier)),
                d.tally.why);
}

bool settled_nothing(storage::Store& store, const policy::Rulebook& rules, const vault::Vault& vault, const std::string& id, Instant now) {
    const auto d = read_decision(store, rules, vault, id, now);
    if (!d || now < *d->ballot.open.until) return false;
    if (has_no_quorum(*d)) return true;
    const bool passed = !d->host && d->tally.verdict == BallotResult::passed;
    return !passed && !had_its_time(store, rules, *d);
}

}  // namespace caveat::committee
