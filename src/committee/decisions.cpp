// The register of decisions: proposing, voting, closing. What was said is stored; the tally is computed from it each time.
#include <algorithm>
#include <map>
#include <set>

#include "application_docket.hpp"
#include "caveat/community/hands.hpp"
#include "caveat/detail.hpp"
#include "caveat/mail/message.hpp"
#include "changes.hpp"
#include "electors.hpp"
#include "own_words.hpp"
#include "proposals.hpp"
#include "register.hpp"
#include "set_back.hpp"
#include "urn.hpp"

namespace caveat::committee {
namespace {

using conduct::Rule;

void journal(storage::Store& store, const community::Actor& by, std::string_view act, const std::string& id, const Detail& detail,
             Instant now) {
    auto whole = detail;
    community::add_maker(whole, by);
    store.journal().append(now, by.name, act, id, whole.text());
}

// The entry of a proposal is not of the instant at which its ballot opens.
std::string proposer_on_record(storage::Store& store, const Decision& d) {
    auto who = d.proposed_by;
    store.journal().each({.from = 1, .limit = 1, .act = "decision.proposed", .subject = d.id}, [&](const storage::Entry& entry) {
        const auto proposed = what_changed(entry);
        if (!proposed.in_name.empty()) who = proposed.actor + std::string(community::in_the_name_of) + d.proposed_by;
    });
    return who;
}

// To be shown, and no more to be counted: with a token that somebody else made, each is their doing.
Decision on_record(storage::Store& store, Decision d) {
    d.proposed_by = proposer_on_record(store, d);
    const Doers doers(store, d.id);
    for (std::size_t i = 0; i < d.recorders.size(); ++i) d.recorders[i] = doers.on_record(d.recorders[i], d.votes.at(i).at);
    for (std::size_t i = 0; i < d.signers.size(); ++i) d.signers[i] = doers.on_record(d.signers[i], d.signatures.at(i).at);
    return d;
}

Result<Decision> finished(storage::Store& store, const policy::Rulebook& rules, const vault::Vault& vault,
                          storage::Store::Transaction& transaction, const std::string& id, Instant now) {
    auto d = read_decision(store, rules, vault, id, now);
    if (!d) return d;
    *d = on_record(store, std::move(*d));
    transaction.commit();
    return d;
}

Decision unreadable(const storage::Motion& motion, const std::string& why) {
    Decision d;
    d.id = motion.id;
    d.kind = motion.kind;
    d.question = motion.question;
    d.subject = motion.subject;
    d.proposed_by = motion.proposed_by;
    d.ballot.rule = conduct::rule_from(motion.rule).value_or(Rule::approval);  // the narrowest: nobody sees more than before
    d.ballot.open = {motion.opens, motion.closes};
    d.closed = motion.closed;
    d.outcome = motion.outcome;
    d.used_by = motion.used_by;
    d.tally.verdict = conduct::BallotResult::failed;
    d.tally.why = why;
    d.unreadable = true;
    return d;
}

// Whoever is of the team it is about is its party, and reaches no further than a representative does (item 27).
bool may_see(storage::Store& store, const policy::Rulebook& rules, const Viewer& viewer, const Decision& d) try {
    const auto party = party_of(store, d.ballot.rule, d.kind, d.subject);
    switch (party ? viewer.reach_towards(*party) : viewer.reach) {
        case Viewer::Reach::everything:
            return true;
        case Viewer::Reach::own: {
            // Who was a member at the opening and is none now reads nothing of it any more.
            const auto& voters = d.ballot.electorate;
            return !viewer.team.empty() && party != viewer.team && member(store, rules, viewer.team) &&
                   std::find(voters.begin(), voters.end(), viewer.team) != voters.end();
        }
        case Viewer::Reach::nothing:
            return false;
    }
    return false;
} catch (const storage::Broken&) {
    // Whose it is cannot be read, so a person may be its party.
    return viewer.reach == Viewer::Reach::everything && !viewer.actor.person;
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

namespace {

// What passes with reduced quorum waits 28 days for a petition; a book may say otherwise, so with room to spare.
constexpr auto petition_time = std::chrono::hours{24} * 100;

bool is_rolled(storage::Store& store, const storage::Motion& motion, Instant now) {
    const auto said = said_by(store, motion, now);
    return std::any_of(said.begin(), said.end(), [](const auto& r) { return r.what == "enrolled" || r.what == "elector"; });
}

bool is_noted(const std::vector<storage::Remark>& said, const TeamId& team) {
    return std::any_of(said.begin(), said.end(), [&](const auto& r) { return r.what == "gone" && r.team == team; });
}

// Of the departures that a count or a petition can still lose something by, those not on record.
std::vector<conduct::Departure> unnoted(storage::Store& store, const policy::Rulebook& rules, const Decision& d, Instant now) {
    auto gone = d.departures;
    if (d.petition && d.petition->fate == conduct::Fate::waiting && d.enrolled) {
        std::set<TeamId> still;
        for (const auto& member : members(store, rules)) still.insert(member.team);
        for (const auto* roll : {&d.electors, &d.others}) {
            for (const auto& one : *roll) {
                if (!still.contains(one.team)) gone.push_back({one.team, now - tick});
            }
        }
    }
    const auto motion = store.minutes().motion(d.id);
    const auto said = motion ? said_by(store, *motion, now) : std::vector<storage::Remark>{};
    std::set<TeamId> seen;
    std::erase_if(gone, [&](const auto& g) { return is_noted(said, g.team) || !seen.insert(g.team).second; });
    return gone;
}

}  // namespace

void record_departures(storage::Store& store, const policy::Rulebook& rules, const Decision& d, Instant now) {
    for (const auto& gone : unnoted(store, rules, d, now)) {
        store.minutes().say(d.id, {std::min(gone.at, now), "system", "gone", gone.team, ""});
    }
}

void open_roll(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, const std::string& id, Instant now) {
    const auto motion = store.minutes().motion(id);
    if (!motion || now < motion->opens) return;
    if (is_rolled(store, *motion, now)) return;
    const auto voters = enrol(store, rules, *motion, by, now);
    journal(store, by, "decision.opened", id, Detail().add("electorate", voters), now);
}

bool keep_rolls(storage::Store& store, const policy::Rulebook& rules, const vault::Vault& vault, Instant now, bool only_look) {
    const community::Actor the_program{"system", std::nullopt};
    bool written = false;
    for (const auto& motion : store.minutes().motions()) {
        const bool of_members = motion.rule == name(Rule::two_thirds) || motion.rule == name(Rule::majority);
        const bool open = motion.opens <= now && now < motion.closes && !motion.closed;
        if (!open && !(of_members && now < motion.closes + petition_time)) continue;
        const auto d = assemble_decision(store, rules, vault, motion, now);
        if (!d || now < motion.opens) continue;
        const auto gone = unnoted(store, rules, *d, now);
        const bool unrolled = open && !d->enrolled && !is_rolled(store, motion, now);
        if (gone.empty() && !unrolled) continue;
        written = true;
        if (only_look) return true;
        if (unrolled) open_roll(store, rules, the_program, motion.id, now);
        for (const auto& g : gone) store.minutes().say(motion.id, {std::min(g.at, now), "system", "gone", g.team, ""});
        if (gone.empty()) continue;
        std::vector<std::string> names;
        for (const auto& g : gone) names.push_back(g.team.value);
        journal(store, the_program, "decision.departures", motion.id, Detail().add("gone", names), now);
    }
    return written;
}

namespace {

// "7 votes by operator root": those that somebody else than the team itself recorded.
std::string recorded_for_them(storage::Store& store, const Decision& d) {
    std::map<std::string, int> counts;
    for (std::size_t i = 0; i < d.votes.size(); ++i) {
        if (!is_own_act(store, d.recorders.at(i), d.votes[i].team, d.votes[i].at)) ++counts[d.recorders[i]];
    }
    std::string text;
    for (const auto& [who, count] : counts)
        text += fmt::format("{}{} {} by {}", text.empty() ? "" : ", ", count, count == 1 ? "vote" : "votes", who);
    return text;
}

}  // namespace

PersonId person_named(storage::Store& store, const PersonId& written) {
    if (written.value.find('@') == std::string::npos) return written;
    return store.directory().person_of(written.value, mail::normalise_address).value_or(written);
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
    const auto drafted = draft(store_, rules_, by, p, now);
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
    journal(store_, by, "decision.proposed", m.id, detail, now);
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
    if (auto ok = strikes_off_no_voter(store_, rules_, by, *d, present, now); !ok) return tl::unexpected(ok.error());
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
    journal(store_, by, "decision.attended", id, detail, now);
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
    journal(store_, by, "decision.recused", id, Detail().add("team", team.value), now);
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
        journal(store_, by, "decision.voted", id, Detail().add("team", team.value).add("choice", name(choice)), now);
        return finished(store_, rules_, vault_, transaction, id, now);
    }
    const auto slip = new_slip(choice);
    store_.minutes().say(id, {now, by.name, "vote", team, "", seal_slip(vault_, id, team, slip)});
    journal(store_, by, "decision.voted", id, Detail().add("team", team.value), now);
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
    journal(store_, by, "decision.proxied", id, Detail().add("giver", proxy.giver.value).add("holder", proxy.holder.value), now);
    return finished(store_, rules_, vault_, transaction, id, now);
}

Result<Decision> Committee::petition(const community::Actor& by, const std::string& id, const TeamId& team) {
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    if (auto ok = may_speak_for(store_, rules_, by, team, now); !ok) return tl::unexpected(ok.error());
    const auto d = decision_for(store_, rules_, vault_, by, id, now);
    if (!d) return d;
    if (!d->petition)
        return fail(errc::denied, "item 47: a petition is against what passed with reduced quorum; this is: {}", d->tally.why);
    if (*d->tally.effective <= now) {
        return fail(errc::denied, "item 47: decision {} is in effect since {}; too late", id, to_string(*d->tally.effective));
    }
    const auto& names = d->signatures;
    if (std::any_of(names.begin(), names.end(), [&](const auto& s) { return s.team == team; })) {
        return fail(errc::conflict, "{} has signed already", team);
    }
    const auto all = members(store_, rules_);
    if (std::none_of(all.begin(), all.end(), [&](const auto& m) { return m.team == team && m.member_at(now); })) {
        return fail(errc::denied, "item 47: {} is not an Operational Member; only members sign", team);
    }
    const auto is_team = [&](const Elector& one) { return one.team == team; };
    const bool was_there =
        std::any_of(d->electors.begin(), d->electors.end(), is_team) || std::any_of(d->others.begin(), d->others.end(), is_team);
    if (d->enrolled && !was_there) {
        return fail(errc::denied, "ruling (tt): {} was no member at the vote; only who was one then signs against it", team);
    }
    if (auto ok = leaves_its_word(store_, rules_, by, id, team, its_signature, now); !ok) return tl::unexpected(ok.error());
    record_departures(store_, rules_, *d, now);
    store_.minutes().say(id, {now, by.name, "signed", team, ""});
    journal(store_, by, "decision.petitioned", id, Detail().add("team", team.value), now);
    return finished(store_, rules_, vault_, transaction, id, now);
}

// One that it never gave was none, so that it takes it back also where the petition was complete with it. Its own stays (item 47).
Result<Decision> Committee::take_back(const community::Actor& by, const std::string& id, const TeamId& team) {
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    if (auto ok = may_speak_for(store_, rules_, by, team, now); !ok) return tl::unexpected(ok.error());
    const auto d = decision_for(store_, rules_, vault_, by, id, now);
    if (!d) return d;
    const auto& names = d->signatures;
    if (std::none_of(names.begin(), names.end(), [&](const auto& s) { return s.team == team; }))
        return fail(errc::not_found, "{} has not signed a petition against decision {}", team, id);
    if (!is_own_hand(store_, rules_, by, team, now)) {
        return fail(errc::denied, "item 54: a signature that was recorded for {} is taken back by {} itself", team, team);
    }
    if (std::find(d->signed_for_them.begin(), d->signed_for_them.end(), team) == d->signed_for_them.end()) {
        return fail(errc::denied, "item 47: {} has signed itself, and that stays; only what others recorded for it is taken back", team);
    }
    if (!d->tally.effective || *d->tally.effective <= now) {
        return fail(errc::denied, "item 47: the time to petition against decision {} is over; too late", id);
    }
    record_departures(store_, rules_, *d, now);
    store_.minutes().say(id, {now, by.name, "unsigned", team, ""});
    journal(store_, by, "decision.petition_taken_back", id, Detail().add("team", team.value), now);
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
    const Instant close = conduct::close_of(d->ballot, numbers_of(motion));
    if (now < close && !d->tally.complete && d->tally.verdict != conduct::BallotResult::no_quorum) {
        return fail(errc::denied, "{} votes are still out; earliest {}, or when all are in", d->tally.silent, to_string(close));
    }
    const bool no_quorum = d->tally.verdict == conduct::BallotResult::no_quorum;
    if (now < close && no_quorum && became_a_meeting(motion, store_.minutes().remarks(id))) {
        return fail(errc::denied,
                    "item 51: votes were in when the attendance was recorded, so it is not closed for want of quorum before its time; "
                    "earliest {}",
                    to_string(close));
    }
    // What one pair of hands puts down of a sitting ends nobody's vote before its time, unless that meeting was called and has begun.
    const bool sat = !d->ballot.attendance || met_when_called(motion, store_.minutes().remarks(id));
    if (now < close && by.person && !sat && !is_settled(*d)) {
        return fail(errc::denied,
                    "ruling (tt): a ballot is closed early when every elector has voted, and those who are not on record as present may "
                    "still vote; earliest {}",
                    to_string(close));
    }
    if (now < motion.opens) return fail(errc::denied, "decision {} opens at {}; it cannot be closed before", id, to_string(motion.opens));
    // Half open: a vote of the very instant of the close would not count.
    const bool too_soon = std::any_of(d->votes.begin(), d->votes.end(), [&](const auto& v) { return v.at >= now; });
    if (now <= motion.opens || too_soon) return fail(errc::temporary, "a vote came in at this very instant; close it again");
    record_departures(store_, rules_, *d, now);
    motion.closed = std::min(now, close);
    store_.minutes().update(motion);
    const auto closed = assemble_decision(store_, rules_, vault_, motion, now);
    if (!closed) return closed;
    motion.outcome = closed->tally.why;
    store_.minutes().update(motion);
    Detail detail;
    detail.add("outcome", motion.outcome);
    if (const auto others = recorded_for_them(store_, *closed); !others.empty()) detail.add("recorded", others);
    journal(store_, by, "decision.closed", id, detail, now);
    return finished(store_, rules_, vault_, transaction, id, now);
}

Result<Decision> Committee::decision(const Viewer& viewer, const std::string& id) {
    storage::Store::Reading reading(store_);
    auto d = read_decision(store_, rules_, vault_, id, clock_.now());
    if (d && !may_see(store_, rules_, viewer, *d)) return no_such_decision(id);
    if (d) *d = on_record(store_, std::move(*d));
    return d;
}

std::vector<Decision> Committee::decisions(const Viewer& viewer) {
    storage::Store::Reading reading(store_);
    const Instant now = clock_.now();
    std::vector<Decision> all;
    for (const auto& motion : store_.minutes().motions()) {
        auto read = assemble_decision(store_, rules_, vault_, motion, now);
        auto d = read ? std::move(*read) : unreadable(motion, read.error().detail);
        if (may_see(store_, rules_, viewer, d)) all.push_back(on_record(store_, std::move(d)));
    }
    return all;
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
