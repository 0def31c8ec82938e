// The register of decisions: proposing, voting, closing. The tally is never stored as the truth; what was said is.
#include <algorithm>

#include "application_docket.hpp"
#include "book_numbers.hpp"
#include "caveat/detail.hpp"
#include "electors.hpp"
#include "register.hpp"

namespace caveat::committee {
namespace {

using conduct::Rule;

bool of_committee(Rule rule) { return rule == Rule::approval || rule == Rule::unanimity; }

Result<Rule> rule_of(storage::Store& store, const Proposal& p, const Kind& kind) {
    const auto fixed = rule_for(store, kind, p.subject);
    if (!p.rule && !fixed) return fail(errc::invalid, "the rule of '{}' is not fixed; write which one decides it", p.kind);
    const Rule rule = p.rule.value_or(fixed.value_or(Rule::approval));
    if (fixed && *fixed != rule) {
        return fail(errc::denied, "items 25, 51 and 52: {} of {} is decided by {}, not by {}", p.kind, p.subject, name(*fixed), name(rule));
    }
    const bool of_members = p.kind == "framework" || (p.kind == "election" && !fixed && p.subject.starts_with("sc "));
    if (p.kind == "election" && rule == Rule::unanimity) return fail(errc::denied, "item 49: nobody is elected by unanimity");
    if (p.kind == "election" && of_members && of_committee(rule)) {
        return fail(errc::denied, "item 49: seats are given by the members: two_thirds at a General Meeting, or majority by e-mail");
    }
    if (of_members && of_committee(rule)) {
        return fail(errc::denied,
                    "item 48: the framework is changed by the members: two_thirds at a General Meeting, or majority by e-mail");
    }
    return rule;
}

// On the day of the nomination (items 7 and 53). The term itself is judged when it begins, on the facts of then.
Result<void> may_be_nominated(storage::Store& store, const std::string& subject, Instant opens, const conduct::Numbers& numbers) {
    const auto named = candidacy(subject);
    if (!named) return fail(errc::invalid, "an election is of 'ROLE TEAM'; write sc, chair, deputy_chair or secretariat, and the team");
    const auto standing = member(store, named->team);
    if (!standing) return tl::unexpected(standing.error());
    if (!conduct::may_stand_on(date_of(opens), standing->since, numbers))
        return fail(errc::denied, "item 7: {} is a member since {} and stands for office after a year", named->team,
                    to_string(standing->since));
    const int most = named->role == "chair" ? numbers.chair_consecutive : numbers.deputy_consecutive;
    if (named->role != "chair" && named->role != "deputy_chair") return {};
    const int row = conduct::terms_in_a_row(named->role, named->team, opens, tenures(store), numbers);
    if (row < most) return {};
    return fail(errc::denied, "item 53: {} was {} for {} terms in a row and {} is the most; another must hold it first", named->team,
                named->role, row, most);
}

// Whose case it is takes no part in deciding it (item 27), nor does who is to be admitted or judged.
std::optional<TeamId> accused(storage::Store& store, const storage::Motion& m) {
    if (m.kind == "case.open" || m.kind == "admission" || m.kind == "category" || m.kind == "revocation") return TeamId{m.subject};
    if (m.kind.starts_with("case.")) {
        const auto row = store.minutes().find_case(m.subject);
        return row ? std::optional{row->team} : std::nullopt;
    }
    if (!m.kind.starts_with("hold.")) return std::nullopt;
    const auto person = store.people().person(PersonId{m.subject});
    return person ? std::optional{person->team} : std::nullopt;
}

// What the subject names must be there now: a typing error would make a decision nothing can cite. Only who is admitted may be new.
Result<void> subject_exists(storage::Store& store, const Kind& kind, const std::string& subject) {
    if (subject.empty() && kind.subject != "anything") return fail(errc::invalid, "a decision on {} names its {}", kind.name, kind.subject);
    if (kind.name == "admission" && is_short_name(subject)) return {};
    const bool there = kind.subject == "team"     ? store.people().team(TeamId{subject}).has_value()
                       : kind.subject == "person" ? store.people().person(PersonId{subject}).has_value()
                       : kind.subject == "list"   ? store.people().list(ListId{subject}).has_value()
                       : kind.subject == "case"   ? store.minutes().find_case(subject).has_value()
                                                  : true;
    if (there) return {};
    return fail(errc::not_found, "{} {} is not there", kind.subject, subject.substr(0, 64));
}

std::vector<TeamId> electorate_of(storage::Store& store, const storage::Motion& m, Rule rule, const conduct::Numbers& numbers) {
    if (of_committee(rule)) return seats_at(store, m.opens);
    const Date day = m.meeting ? date_of(*m.meeting) : conduct::closing_day(m.closes);
    return conduct::electorate(members(store), m.opens, day, numbers);
}

void journal(storage::Store& store, const community::Actor& by, std::string_view act, const std::string& id, const Detail& detail,
             Instant now) {
    store.journal().append(now, by.name, act, id, detail.text());
}

Result<Decision> finished(storage::Store& store, storage::Store::Transaction& transaction, const std::string& id, Instant now) {
    auto d = read_decision(store, id, now);
    if (d) transaction.commit();
    return d;
}

}  // namespace

Result<Decision> still_open(storage::Store& store, const std::string& id, Instant now) {
    auto d = read_decision(store, id, now);
    if (!d) return d;
    if (d->closed) return fail(errc::denied, "decision {} was closed at {}", id, to_string(*d->closed));
    const Instant close = conduct::close_of(d->ballot, numbers_of(*store.minutes().motion(id)));
    if (close <= now) return fail(errc::denied, "decision {} closed at {}", id, to_string(close));
    return d;
}

void record_departures(storage::Store& store, const Decision& d, Instant now) {
    const auto said = store.minutes().remarks(d.id);
    for (const auto& gone : d.departures) {
        const bool known = std::any_of(said.begin(), said.end(), [&](const auto& r) { return r.what == "gone" && r.team == gone.team; });
        if (!known) store.minutes().say(d.id, {std::min(gone.at, now), "system", "gone", gone.team, ""});
    }
}

Result<Decision> Committee::propose(const community::Actor& by, const Proposal& p) {
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    if (auto ok = may_record(store_, by, now); !ok) return tl::unexpected(ok.error());
    const Kind* kind = kind_named(p.kind);
    if (kind == nullptr)
        return fail(errc::invalid, "no kind of decision '{}'; write case.notice, admission, ... or other", p.kind.substr(0, 64));
    if (p.question.empty()) return fail(errc::invalid, "a decision needs a question that yes or no answers");
    if (auto ok = subject_exists(store_, *kind, p.subject); !ok) return tl::unexpected(ok.error());
    const auto rule = rule_of(store_, p, *kind);
    if (!rule) return tl::unexpected(rule.error());
    const auto numbers = numbers_of(rules_);
    if (!numbers) return tl::unexpected(numbers.error());

    storage::Motion m;
    m.id = p.id;
    if (m.id.empty()) {
        m.id =
            next_id("D", now, store_.minutes().motions().size(), [&](const auto& id) { return store_.minutes().motion(id).has_value(); });
    }
    if (!is_short_name(m.id)) return fail(errc::invalid, "decision id '{}': letters, digits, '.', '_' and '-'", m.id.substr(0, 64));
    if (store_.minutes().motion(m.id)) return fail(errc::conflict, "decision {} exists; choose another id", m.id);
    m.kind = p.kind;
    m.rule = name(*rule);
    m.question = p.question;
    m.subject = p.subject;
    m.proposed_by = by.name;
    m.meeting = p.meeting;
    m.opens = p.opens.value_or(std::max(now, p.meeting.value_or(now)));
    m.closes = p.closes.value_or(numbers->electronic_votes.after(p.meeting.value_or(m.opens), Rounding::later));
    m.numbers = kept_numbers(rules_);
    // Votes on what nobody could know of would be votes of nobody; a meeting may be written down afterwards.
    if (m.closes <= now) return fail(errc::invalid, "the ballot would be over already: it closes at {}", to_string(m.closes));

    if (m.kind == "election") {
        if (auto ok = may_be_nominated(store_, m.subject, m.opens, *numbers); !ok) return tl::unexpected(ok.error());
    }

    store_.minutes().add(m);
    const auto party = of_committee(*rule) ? accused(store_, m) : std::nullopt;
    const auto electorate = electorate_of(store_, m, *rule, *numbers);
    for (const auto& team : electorate) store_.minutes().say(m.id, {now, by.name, "elector", team, ""});
    if (party && std::find(electorate.begin(), electorate.end(), *party) != electorate.end())
        store_.minutes().say(m.id, {now, by.name, "recused", *party, "item 27"});
    if (auto ok = open_choice(store_, p, m, by, now); !ok) return tl::unexpected(ok.error());
    const auto d = put_together(store_, m, now);
    if (d.host) {
        if (auto ok = conduct::sound(d.host->ballot, *numbers); !ok) return tl::unexpected(ok.error());
    }
    if (auto ok = conduct::sound(d.ballot, *numbers); !ok) return tl::unexpected(ok.error());
    journal(store_, by, "decision.proposed", m.id,
            Detail()
                .add("kind", m.kind)
                .add("rule", m.rule)
                .add("subject", m.subject)
                .add("closes", to_string(m.closes))
                .add("electorate", static_cast<std::int64_t>(d.ballot.electorate.size())),
            now);
    if (auto ok = fits_application(store_, by, m, now); !ok) return tl::unexpected(ok.error());
    transaction.commit();
    return d;
}

Result<Decision> Committee::attend(const community::Actor& by, const std::string& id, const std::vector<TeamId>& present) {
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    if (auto ok = may_record(store_, by, now); !ok) return tl::unexpected(ok.error());
    const auto d = still_open(store_, id, now);
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
    record_departures(store_, *d, now);
    store_.minutes().say(id, {sitting.attendance->at, by.name, "sitting", TeamId{}, ""});
    std::vector<std::string> names;
    for (const auto& team : present) {
        store_.minutes().say(id, {now, by.name, "present", team, ""});
        names.push_back(team.value);
    }
    journal(store_, by, "decision.attended", id, Detail().add("present", names), now);
    return finished(store_, transaction, id, now);
}

Result<Decision> Committee::recuse(const community::Actor& by, const std::string& id, const TeamId& team) {
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    if (auto ok = may_speak_for(store_, by, team, now); !ok) return tl::unexpected(ok.error());
    const auto d = still_open(store_, id, now);
    if (!d) return d;
    auto without = d->ballot;
    without.recused.push_back(team);
    if (auto ok = conduct::sound(without, numbers_of(*store_.minutes().motion(id))); !ok) return tl::unexpected(ok.error());
    record_departures(store_, *d, now);
    store_.minutes().say(id, {now, by.name, "recused", team, ""});
    journal(store_, by, "decision.recused", id, Detail().add("team", team.value), now);
    return finished(store_, transaction, id, now);
}

Result<Decision> Committee::vote(const community::Actor& by, const std::string& id, const TeamId& team, conduct::Choice choice) {
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    if (auto ok = may_speak_for(store_, by, team, now); !ok) return tl::unexpected(ok.error());
    const auto d = still_open(store_, id, now);
    if (!d) return d;
    if (d->host) return fail(errc::invalid, "this is the choice of a host: name a candidate, or abstain");
    const conduct::Vote vote{team, choice, now};
    if (auto ok = conduct::may_cast(d->ballot, vote, d->departures, numbers_of(*store_.minutes().motion(id))); !ok) {
        return tl::unexpected(ok.error());
    }
    record_departures(store_, *d, now);
    store_.minutes().say(id, {now, by.name, "vote", team, std::string(name(choice))});
    journal(store_, by, "decision.voted", id, Detail().add("team", team.value).add("choice", name(choice)), now);
    return finished(store_, transaction, id, now);
}

Result<Decision> Committee::proxy(const community::Actor& by, const std::string& id, const conduct::Proxy& proxy) {
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    if (auto ok = may_speak_for(store_, by, proxy.giver, now); !ok) return tl::unexpected(ok.error());
    const auto d = still_open(store_, id, now);
    if (!d) return d;
    if (d->ballot.rule != Rule::two_thirds)
        return fail(errc::denied, "item 45: proxies are of the General Meeting; here each votes for itself");
    const auto& voters = d->ballot.electorate;
    if (std::find(voters.begin(), voters.end(), proxy.giver) == voters.end())
        return fail(errc::denied, "{} has no vote to lend", proxy.giver);
    if (proxy.giver == proxy.holder) return fail(errc::invalid, "{} cannot lend its vote to itself", proxy.giver);
    if (!proxy.holder.empty() && !store_.people().team(proxy.holder)) return fail(errc::not_found, "team {} is not there", proxy.holder);
    record_departures(store_, *d, now);
    store_.minutes().say(id, {now, by.name, "proxy", proxy.giver, proxy.holder.value});
    journal(store_, by, "decision.proxied", id, Detail().add("giver", proxy.giver.value).add("holder", proxy.holder.value), now);
    return finished(store_, transaction, id, now);
}

Result<Decision> Committee::petition(const community::Actor& by, const std::string& id, const TeamId& team) {
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    if (auto ok = may_speak_for(store_, by, team, now); !ok) return tl::unexpected(ok.error());
    const auto d = read_decision(store_, id, now);
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
    const auto all = members(store_);
    if (std::none_of(all.begin(), all.end(), [&](const auto& m) { return m.team == team && m.member_at(now); })) {
        return fail(errc::denied, "item 47: {} is no Operational Member; only members sign", team);
    }
    store_.minutes().say(id, {now, by.name, "signed", team, ""});
    journal(store_, by, "decision.petitioned", id, Detail().add("team", team.value), now);
    return finished(store_, transaction, id, now);
}

Result<Decision> Committee::close(const community::Actor& by, const std::string& id) {
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    if (auto ok = may_record(store_, by, now); !ok) return tl::unexpected(ok.error());
    const auto d = read_decision(store_, id, now);
    if (!d) return d;
    if (d->closed) return fail(errc::conflict, "decision {} was closed at {}", id, to_string(*d->closed));
    auto motion = *store_.minutes().motion(id);
    const Instant close = conduct::close_of(d->ballot, numbers_of(motion));
    if (now < close && !d->tally.complete && d->tally.verdict != conduct::Verdict::no_quorum) {
        return fail(errc::denied, "{} votes are still out; earliest {}, or when all are in", d->tally.silent, to_string(close));
    }
    // Half open: a vote of the very instant of the close would not count.
    const bool too_soon = std::any_of(d->votes.begin(), d->votes.end(), [&](const auto& v) { return v.at >= now; });
    if (now <= motion.opens || too_soon) return fail(errc::temporary, "a vote came in at this very instant; close it again");
    record_departures(store_, *d, now);
    motion.closed = std::min(now, close);
    store_.minutes().update(motion);
    motion.outcome = put_together(store_, motion, now).tally.why;
    store_.minutes().update(motion);
    journal(store_, by, "decision.closed", id, Detail().add("outcome", motion.outcome), now);
    return finished(store_, transaction, id, now);
}

Result<Decision> Committee::decision(const std::string& id) {
    storage::Store::Reading reading(store_);
    return read_decision(store_, id, clock_.now());
}

std::vector<Decision> Committee::decisions() {
    storage::Store::Reading reading(store_);
    const Instant now = clock_.now();
    std::vector<Decision> all;
    for (const auto& motion : store_.minutes().motions()) all.push_back(put_together(store_, motion, now));
    return all;
}

Result<void> Committee::covers(const std::string& id, std::string_view kind, std::string_view subject) {
    storage::Store::Reading reading(store_);
    return cite(store_, id, kind, subject, clock_.now());
}

Result<void> Committee::carry(const std::string& id, std::string_view kind, std::string_view subject) {
    if (auto ok = cite(store_, id, kind, subject, clock_.now()); !ok) return ok;
    spend(store_, id, kind, subject);
    return {};
}

Committee::Committee(storage::Store& store, const policy::Rulebook& rules, const Clock& clock)
    : store_(store), rules_(rules), clock_(clock) {}

}  // namespace caveat::committee
