// The host of the conference (item 57, ruling r): the one choice among several, and the one vote in which the chair breaks ties.
#include <algorithm>

#include "caveat/community/hands.hpp"
#include "caveat/detail.hpp"
#include "electors.hpp"
#include "hasty.hpp"
#include "own_words.hpp"
#include "register.hpp"
#include "rolls.hpp"

namespace caveat::committee {
namespace {

constexpr std::chrono::hours own_word_counts_for{7 * 24};  // after it was said for the chair, who hears of it at once

Instant presides_from(const storage::Motion& m) { return m.meeting.value_or(m.opens); }

// The Chair, or the Deputy in the Chair's place: of two terms at one instant the one that began later is that of the Deputy. Of a team with
// a seat (item 53).
TeamId presides_at(storage::Store& store, const policy::Rulebook& rules, Instant at) {
    const auto all = tenures(store, rules);
    const auto seated = conduct::holders(community::Office::seat, at, all);
    const conduct::Tenure* found = nullptr;
    for (const auto& t : all) {
        if (t.office != community::Office::chair || !t.during.contains(at)) continue;
        if (std::find(seated.begin(), seated.end(), t.team) == seated.end()) continue;
        if (found == nullptr || found->during.from < t.during.from) found = &t;
    }
    return found == nullptr ? TeamId{} : found->team;
}

Result<std::vector<TeamId>> standing_in(storage::Store& store, const policy::Rulebook& rules, const vault::Vault& vault, const Proposal& p,
                                        const storage::Motion& m, const community::Actor& by, Instant now) {
    if (p.second_of.empty()) {
        for (const auto& team : p.candidates) {
            if (auto known = member(store, rules, team); !known) return tl::unexpected(known.error());
        }
        return p.candidates;
    }
    if (!p.candidates.empty())
        return fail(errc::invalid, "ruling (r): a second ballot is between the two leading of the first; name nobody");
    const auto first = decision_for(store, rules, vault, by, p.second_of, now);
    if (!first) return tl::unexpected(first.error());
    if (!first->host || first->subject != m.subject) return fail(errc::invalid, "{} is not the choice of this host", p.second_of);
    if (first->host->tally.verdict != conduct::HostResult::second_ballot)
        return fail(errc::denied, "ruling (r): no second ballot follows {}: {}", p.second_of, first->tally.why);
    constexpr std::string_view second{"host "};
    if (first->used_by.starts_with(second) && !settled_nothing(store, rules, vault, first->used_by.substr(second.size()), now))
        return fail(errc::denied, "a second ballot follows {} already: {}", p.second_of, first->used_by);
    return first->host->tally.leading;
}

// The outcome recorded at the close stays as it is when the chair breaks the tie afterwards.
Result<void> update_outcome(storage::Store& store, const policy::Rulebook& rules, const vault::Vault& vault, const std::string& id,
                            Instant now) {
    auto motion = *store.minutes().motion(id);
    if (!motion.closed) return {};
    const auto d = assemble_decision(store, rules, vault, motion, now);
    if (!d) return tl::unexpected(d.error());
    motion.outcome = d->tally.why;
    store.minutes().update(motion);
    return {};
}

}  // namespace

Result<void> open_choice(storage::Store& store, const policy::Rulebook& rules, const vault::Vault& vault, const Proposal& p,
                         const storage::Motion& m, const community::Actor& by, Instant now) {
    if (m.kind != "host") {
        if (p.candidates.empty() && p.second_of.empty()) return {};
        return fail(errc::invalid, "only the choice of a host has candidates; here the answer is yes or no");
    }
    if (m.subject.empty()) return fail(errc::invalid, "which conference? Name it as the subject");
    const auto candidates = standing_in(store, rules, vault, p, m, by, now);
    if (!candidates) return tl::unexpected(candidates.error());
    for (const auto& team : *candidates) store.minutes().say(m.id, {now, by.name, "candidate", team, ""});
    const auto chair = presides_at(store, rules, presides_from(m));
    if (chair.empty()) return fail(errc::denied, "item 57: the chair breaks ties, and nobody holds a term as chair then");
    store.minutes().say(m.id, {now, by.name, "presides", chair, ""});
    if (!p.second_of.empty()) spend(store, p.second_of, "host", m.id);
    return {};
}

Result<Decision> Committee::back(const community::Actor& by, const std::string& id, const TeamId& team, const TeamId& candidate) {
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    if (auto ok = may_speak_for(store_, rules_, by, team, now); !ok) return tl::unexpected(ok.error());
    const auto d = still_open(store_, rules_, vault_, by, id, now);
    if (!d) return d;
    if (!d->host) return fail(errc::invalid, "'{}' is not a vote; write yes, no or abstain", candidate.value.substr(0, 64));
    const auto& standing = d->host->ballot.candidates;
    if (!candidate.empty() && std::find(standing.begin(), standing.end(), candidate) == standing.end())
        return fail(errc::denied, "item 57: {} is not a candidate here", candidate.value.substr(0, 64));
    const conduct::Vote vote{team, candidate.empty() ? conduct::Choice::abstain : conduct::Choice::yes, now};
    const auto ballot = as_it_votes(store_, rules_, by, *d, team, now);
    if (auto ok = conduct::may_cast(ballot, vote, d->departures, numbers_of(*store_.minutes().motion(id))); !ok)
        return tl::unexpected(ok.error());
    if (auto ok = leaves_its_word(store_, rules_, by, id, team, its_vote, now); !ok) return tl::unexpected(ok.error());
    record_departures(store_, rules_, *d, now);
    if (comes_in(ballot, *d, team)) store_.minutes().say(id, {now, by.name, "present", team, ""});
    store_.minutes().say(id, {now, by.name, "backs", team, candidate.value});
    auto detail = Detail().add("team", team.value).add("candidate", candidate.value);
    store_.journal().append(now, by.name, "decision.voted", id, community::add_maker(detail, by).text());
    auto after = read_decision(store_, rules_, vault_, id, now);
    if (after) transaction.commit();
    return after;
}

Result<Decision> Committee::break_tie(const community::Actor& by, const std::string& id, const std::vector<TeamId>& preferred) {
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    const auto d = decision_for(store_, rules_, vault_, by, id, now);
    if (!d) return d;
    if (!d->host) return fail(errc::denied, "item 57: the chair breaks ties in the choice of a host, and nowhere else");
    const auto verdict = d->host->tally.verdict;
    const auto& chair = d->host->ballot.chair;
    const Instant presided = presides_from(*store_.minutes().motion(id));
    const auto presiding = who_holds(store_, rules_, community::Office::chair, chair, presided);
    const bool itself = presiding ? by.person == *presiding && is_own_word(by) : is_own_hand(store_, rules_, by, chair, now);
    const bool as_office = itself && records(store_, rules_, by, now);  // maybe neither the team's voice nor its seat
    if (auto ok = as_office ? may_record(store_, rules_, by, now) : may_speak_for(store_, rules_, by, chair, now); !ok)
        return tl::unexpected(ok.error());
    const auto said = store_.minutes().remarks(id);
    const auto of_tie = [](const auto& r) { return r.what == "tie-break"; };
    const bool spoke = std::any_of(said.begin(), said.end(), [&](const auto& r) {
        return of_tie(r) && is_act_of_office(store_, rules_, community::Office::chair, r.actor, chair, presided, r.at);
    });
    // What somebody else said for the chair decided it, until the chair says otherwise.
    const auto last = std::find_if(said.rbegin(), said.rend(), of_tie);
    const bool said_for_it = last != said.rend() && !spoke && itself && now < last->at + own_word_counts_for && d->used_by.empty();
    if (verdict != conduct::HostResult::open && verdict != conduct::HostResult::chair_to_decide && !said_for_it)
        return fail(errc::denied, "decision {} waits for nobody's word: {}", id, d->tally.why);
    if (spoke && !itself)
        return fail(errc::denied, "item 54: the chair, {}, has said itself whom it prefers, and only it says something else", chair);
    if (preferred.empty()) return fail(errc::invalid, "the chair names the candidates in the order preferred");
    const auto& standing = d->host->ballot.candidates;
    std::vector<std::string> names;
    for (const auto& team : preferred) {
        if (std::find(standing.begin(), standing.end(), team) == standing.end())
            return fail(errc::denied, "item 57: {} is not a candidate here", team.value.substr(0, 64));
        store_.minutes().say(id, {now, by.name, "tie-break", team, names.empty() ? "anew" : ""});
        names.push_back(team.value);
    }
    if (auto ok = update_outcome(store_, rules_, vault_, id, now); !ok) return tl::unexpected(ok.error());
    auto detail = Detail().add("preferred", names);
    store_.journal().append(now, by.name, "decision.tie-break", id, community::add_maker(detail, by).text());
    auto after = read_decision(store_, rules_, vault_, id, now);
    if (after) transaction.commit();
    return after;
}

}  // namespace caveat::committee
