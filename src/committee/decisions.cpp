// The register of decisions: proposing, voting, closing. What was said is stored; the tally is computed from it each time.
#include <algorithm>
#include <map>

#include "application_docket.hpp"
#include "caveat/detail.hpp"
#include "decision_views.hpp"
#include "electors.hpp"
#include "own_words.hpp"
#include "proposals.hpp"
#include "register.hpp"
#include "rolls.hpp"
#include "set_back.hpp"
#include "urn.hpp"

namespace caveat::committee {
namespace {

using conduct::Rule;

// "7 votes by operator root": those that somebody else than the team itself recorded.
std::string recorded_for_them(storage::Store& store, const policy::Rulebook& rules, const Decision& d) {
    std::map<std::string, int> counts;
    for (std::size_t i = 0; i < d.votes.size(); ++i) {
        if (!is_own_act(store, rules, d.recorders.at(i), d.votes[i].team, d.votes[i].at)) ++counts[d.recorders[i]];
    }
    std::string text;
    for (const auto& [who, count] : counts)
        text += fmt::format("{}{} {} by {}", text.empty() ? "" : ", ", count, count == 1 ? "vote" : "votes", who);
    return text;
}

// Whether its time has come, or it need not be waited for. errc::denied, saying when; errc::temporary: in a moment.
Result<void> may_close(const community::Actor& by, const Decision& d, const storage::Motion& motion,
                       const std::vector<storage::Remark>& said, Instant now) {
    const Instant close = conduct::close_of(d.ballot, numbers_of(motion));
    if (now < close && !d.tally.complete && d.tally.verdict != conduct::BallotResult::no_quorum) {
        return fail(errc::denied, "{} votes are still out; earliest {}, or when all are in", d.tally.silent, to_string(close));
    }
    const bool no_quorum = d.tally.verdict == conduct::BallotResult::no_quorum;
    if (now < close && no_quorum && (by.person || !motion.meeting) && votes_came_first(said)) {
        return fail(errc::denied,
                    "item 51: votes were in when the attendance was recorded, so it is not closed for want of quorum before its time; "
                    "earliest {}",
                    to_string(close));
    }
    // What one pair of hands puts down of a sitting ends nobody's vote before its time, unless that meeting was called and has begun, and
    // it was put down before anybody had voted.
    const bool sat = !d.ballot.attendance || (met_when_called(motion, said) && !votes_came_first(said));
    if (now < close && by.person && !sat && !is_settled(d)) {
        return fail(errc::denied,
                    "ruling (tt): a ballot is closed early when every elector has voted, and those who are not on record as present may "
                    "still vote; earliest {}",
                    to_string(close));
    }
    if (now < motion.opens) return fail(errc::denied, "decision {} opens at {}; it cannot be closed before", d.id, to_string(motion.opens));
    // Half open: a vote of the very instant of the close would not count.
    const bool too_soon = std::any_of(d.votes.begin(), d.votes.end(), [&](const auto& v) { return v.at >= now; });
    if (now <= motion.opens || too_soon) return fail(errc::temporary, "a vote came in at this very instant; close it again");
    return {};
}

}  // namespace

Result<Decision> decision_for(storage::Store& store, const policy::Rulebook& rules, const vault::Vault& vault, const community::Actor& by,
                              const std::string& id, Instant now) {
    auto d = read_decision(store, rules, vault, id, now);
    if (!d) return d;
    const auto party = party_of(store, d->ballot.rule, d->kind, d->subject);
    if (party && is_of(store, by, *party)) return no_such_decision(id);
    return d;
}

Result<Decision> still_open(storage::Store& store, const policy::Rulebook& rules, const vault::Vault& vault, const community::Actor& by,
                            const std::string& id, Instant now) {
    auto d = decision_for(store, rules, vault, by, id, now);
    if (!d) return d;
    if (d->closed) return fail(errc::denied, "decision {} was closed at {}", id, to_string(*d->closed));
    const Instant close = conduct::close_of(d->ballot, numbers_of(*store.minutes().motion(id)));
    if (close <= now) return fail(errc::denied, "decision {} closed at {}", id, to_string(close));
    if (d->enrolled || now < d->ballot.open.from) return d;
    open_roll(store, rules, by, id, now);
    return read_decision(store, rules, vault, id, now);
}

Result<Decision> Committee::propose(const community::Actor& by, const Proposal& given) {
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    if (auto ok = may_record(store_, rules_, by, now); !ok) return tl::unexpected(ok.error());
    Proposal p = about_its_team(store_, given);
    if (const auto* kind = kind_named(p.kind); kind != nullptr && kind->subject == "person")
        p.subject = person_named(store_, PersonId{p.subject}).value;
    // What is to be decided about a team is not there for its own people (item 27): no word of it, whatever there is. A case and a review
    // of theirs are answered as a number that nothing has (subject_exists).
    const auto* of_kind = kind_named(p.kind);
    const bool numbered = of_kind != nullptr && (of_kind->subject == "case" || of_kind->subject == "review");
    const auto concerned = numbered ? std::nullopt : team_concerned(store_, p.kind, p.subject);
    if (concerned && is_of(store_, by, *concerned)) return tl::unexpected(Error{errc::not_found, {}});
    const auto drafted = draft(store_, rules_, vault_, by, p, now);
    if (!drafted) return tl::unexpected(drafted.error());
    const storage::Motion& m = drafted->motion;
    const auto numbers = numbers_of(m);

    store_.minutes().add(m);
    for (const auto& one : drafted->set) store_.minutes().say(m.id, {now, by.name, "binds", TeamId{}, one.name + "=" + one.value});
    if (p.face_to_face) store_.minutes().say(m.id, {*m.meeting, by.name, "sitting", TeamId{}, std::string(in_person)});
    if (p.secret) store_.minutes().say(m.id, {now, by.name, "secret", TeamId{}, ""});
    if (m.opens <= now) enrol(store_, rules_, m, by, now);
    if (auto ok = open_choice(store_, rules_, vault_, p, m, by, now); !ok) return tl::unexpected(ok.error());
    auto d = assemble_decision(store_, rules_, vault_, m, now);
    if (!d) return d;
    if (d->host) {
        if (auto ok = conduct::sound(d->host->ballot, numbers); !ok) return tl::unexpected(ok.error());
    }
    if (auto ok = conduct::sound(d->ballot, numbers); !ok) return tl::unexpected(ok.error());
    Detail detail;
    detail.add("kind", m.kind).add("rule", m.rule).add("subject", m.subject).add("closes", to_string(m.closes));
    detail.add("electorate", static_cast<std::int64_t>(d->ballot.electorate.size()));
    if (!d->set.empty()) detail.add("decides", in_words(d->set));
    if (d->secret) detail.add("ballot", "secret");
    enter_act(store_, by, "decision.proposed", m.id, detail, now);
    if (auto ok = fits_application(store_, rules_, vault_, by, m, now); !ok) return tl::unexpected(ok.error());
    *d = on_record(store_, std::move(*d));
    transaction.commit();
    return d;
}

Result<Decision> Committee::attend(const community::Actor& by, const std::string& id, const std::vector<TeamId>& present,
                                   std::optional<bool> face_to_face) {
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    if (auto ok = may_record(store_, rules_, by, now); !ok) return tl::unexpected(ok.error());
    const auto d = still_open(store_, rules_, vault_, by, id, now);
    if (!d) return d;
    if (present.empty()) return fail(errc::invalid, "who was present? Name the teams");
    auto sitting = d->ballot;
    if (!sitting.attendance) sitting.attendance = conduct::Attendance{now, {}, {}};
    for (const auto& team : present) {
        const auto& voters = sitting.electorate;
        if (std::find(voters.begin(), voters.end(), team) == voters.end()) {
            return fail(errc::denied, "{} has no vote here: only who has one is counted present (items 44 and 51)", team);
        }
    }
    if (auto ok = conduct::sound(sitting, numbers_of(*store_.minutes().motion(id))); !ok) return tl::unexpected(ok.error());
    if (auto ok = may_record_attendance(store_, rules_, by, *d, present, now); !ok) return tl::unexpected(ok.error());
    record_departures(store_, rules_, *d, now);
    const bool met = face_to_face.value_or(sitting.attendance->face_to_face);
    store_.minutes().say(id, {sitting.attendance->at, by.name, "sitting", TeamId{}, std::string(met ? in_person : "")});
    std::vector<std::string> names;
    for (const auto& team : present) {
        store_.minutes().say(id, {now, by.name, "present", team, ""});
        names.push_back(team.value);
    }
    Detail detail;
    detail.add("present", names);
    if (met) detail.add("sitting", in_person);
    enter_act(store_, by, "decision.attended", id, detail, now);
    return finished(store_, rules_, vault_, transaction, id, now);
}

Result<Decision> Committee::recuse(const community::Actor& by, const std::string& id, const TeamId& team) {
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    if (auto ok = may_speak_for(store_, rules_, by, team, now); !ok) return tl::unexpected(ok.error());
    const auto d = still_open(store_, rules_, vault_, by, id, now);
    if (!d) return d;
    if (auto ok = leaves_its_word(store_, rules_, by, id, team, its_vote, now); !ok) return tl::unexpected(ok.error());
    auto without = d->ballot;
    without.recused.push_back(team);
    if (auto ok = conduct::sound(without, numbers_of(*store_.minutes().motion(id))); !ok) return tl::unexpected(ok.error());
    record_departures(store_, rules_, *d, now);
    store_.minutes().say(id, {now, by.name, "recused", team, ""});
    enter_act(store_, by, "decision.recused", id, Detail().add("team", team.value), now);
    return finished(store_, rules_, vault_, transaction, id, now);
}

Result<Decision> Committee::vote(const community::Actor& by, const std::string& id, const TeamId& team, conduct::Choice choice) {
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    if (auto ok = may_speak_for(store_, rules_, by, team, now); !ok) return tl::unexpected(ok.error());
    const auto d = still_open(store_, rules_, vault_, by, id, now);
    if (!d) return d;
    if (d->host) return fail(errc::invalid, "this is the choice of a host: name a candidate, or abstain");
    const conduct::Vote vote{team, choice, now};
    const auto ballot = as_it_votes(store_, rules_, by, *d, team, now);
    if (auto ok = conduct::may_cast(ballot, vote, d->departures, numbers_of(*store_.minutes().motion(id))); !ok) {
        return tl::unexpected(ok.error());
    }
    if (auto ok = leaves_its_word(store_, rules_, by, id, team, its_vote, now); !ok) return tl::unexpected(ok.error());
    record_departures(store_, rules_, *d, now);
    if (comes_in(ballot, *d, team)) store_.minutes().say(id, {now, by.name, "present", team, ""});
    if (!d->secret) {
        store_.minutes().say(id, {now, by.name, "vote", team, std::string(name(choice))});
        enter_act(store_, by, "decision.voted", id, Detail().add("team", team.value).add("choice", name(choice)), now);
        return finished(store_, rules_, vault_, transaction, id, now);
    }
    const auto slip = new_slip(choice);
    store_.minutes().say(id, {now, by.name, "vote", team, "", seal_slip(vault_, id, team, slip)});
    enter_act(store_, by, "decision.voted", id, Detail().add("team", team.value), now);
    auto after = finished(store_, rules_, vault_, transaction, id, now);
    if (after) after->receipt = receipt_of(vault_, slip);
    return after;
}

Result<Decision> Committee::proxy(const community::Actor& by, const std::string& id, const conduct::Proxy& proxy) {
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    if (auto ok = may_speak_for(store_, rules_, by, proxy.giver, now); !ok) return tl::unexpected(ok.error());
    const auto d = still_open(store_, rules_, vault_, by, id, now);
    if (!d) return d;
    if (d->ballot.rule != Rule::two_thirds)
        return fail(errc::denied, "item 45: proxies are of the General Meeting; here each votes for itself");
    const auto& voters = d->ballot.electorate;
    if (std::find(voters.begin(), voters.end(), proxy.giver) == voters.end())
        return fail(errc::denied, "{} has no vote to lend", proxy.giver);
    if (proxy.giver == proxy.holder) return fail(errc::invalid, "{} cannot lend its vote to itself", proxy.giver);
    if (!proxy.holder.empty() && !store_.directory().team(proxy.holder)) return fail(errc::not_found, "team {} is not there", proxy.holder);
    if (auto ok = leaves_its_word(store_, rules_, by, id, proxy.giver, its_vote_or_proxy, now); !ok) return tl::unexpected(ok.error());
    record_departures(store_, rules_, *d, now);
    store_.minutes().say(id, {now, by.name, "proxy", proxy.giver, proxy.holder.value});
    enter_act(store_, by, "decision.proxied", id, Detail().add("giver", proxy.giver.value).add("holder", proxy.holder.value), now);
    return finished(store_, rules_, vault_, transaction, id, now);
}

Result<Decision> Committee::close(const community::Actor& by, const std::string& id) {
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    if (auto ok = may_record(store_, rules_, by, now); !ok) return tl::unexpected(ok.error());
    auto d = decision_for(store_, rules_, vault_, by, id, now);
    if (!d) return d;
    if (d->closed) return fail(errc::conflict, "decision {} was closed at {}", id, to_string(*d->closed));
    if (!d->enrolled) {
        open_roll(store_, rules_, by, id, now);
        d = decision_for(store_, rules_, vault_, by, id, now);
        if (!d) return d;
    }
    auto motion = *store_.minutes().motion(id);
    if (auto ok = may_close(by, *d, motion, store_.minutes().remarks(id), now); !ok) return tl::unexpected(ok.error());
    record_departures(store_, rules_, *d, now);
    motion.closed = std::min(now, conduct::close_of(d->ballot, numbers_of(motion)));
    store_.minutes().update(motion);
    const auto closed = assemble_decision(store_, rules_, vault_, motion, now);
    if (!closed) return closed;
    motion.outcome = closed->tally.why;
    store_.minutes().update(motion);
    Detail detail;
    detail.add("outcome", motion.outcome);
    if (const auto others = recorded_for_them(store_, rules_, *closed); !others.empty()) detail.add("recorded", others);
    enter_act(store_, by, "decision.closed", id, detail, now);
    return finished(store_, rules_, vault_, transaction, id, now);
}

Result<void> Committee::covers(const std::string& id, const community::Deed& act, const community::Actor& by) {
    storage::Store::Reading reading(store_);
    return cite(store_, rules_, vault_, by, id, act, clock_.now());
}

Result<void> Committee::carry(const std::string& id, const community::Deed& act, const community::Actor& by) {
    if (auto ok = cite(store_, rules_, vault_, by, id, act, clock_.now()); !ok) return ok;
    spend(store_, id, act.kind, act.subject);
    return {};
}

Committee::Committee(storage::Store& store, const vault::Vault& vault, const policy::Rulebook& rules, const Clock& clock)
    : store_(store), vault_(vault), rules_(rules), clock_(clock) {}

}  // namespace caveat::committee
