// Offices and list roles as terms in the register: begun by an election, ended by their own clock or earlier.
#include <fmt/format.h>

#include <algorithm>

#include "bindings.hpp"
#include "caveat/community/hands.hpp"
#include "caveat/community/panel_list.hpp"
#include "caveat/community/term_rules.hpp"
#include "caveat/detail.hpp"
#include "caveat/policy/prospect.hpp"
#include "caveat/storage/voices.hpp"
#include "electors.hpp"
#include "register.hpp"

namespace caveat::committee {
namespace {

using community::Office;
using community::span;
using community::Term;

void journal(storage::Store& store, const community::Actor& by, std::string_view act, const Term& term, Detail detail, Instant now) {
    community::add_term(detail, term);
    community::add_maker(detail, by);
    store.journal().append(now, by.name, act, term.person.value, detail.text());
}

Result<community::Person> holder(storage::Store& store, const PersonId& id) {
    auto person = store.directory().person(id);
    if (!person) return fail(errc::not_found, "person {} is not there; see: caveat person list", id.value.substr(0, 64));
    return std::move(*person);
}

// Whoever runs a list sees its roster and what waits there, so they are of a team that a column could let read it (ruling ll).
Result<void> could_read(storage::Store& store, const policy::Rulebook& rules, const Term& term, const community::List& list, Instant now) {
    const auto standing = store.standing(term.person, list.id, now);
    if (!standing) return fail(errc::denied, "{} is not known", term.person);
    return policy::may_run(rules, *standing, list, term.role);
}

// Owners and moderators of a list: no election, only that they could read it, and that list and interval make sense.
Result<void> on_list(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, const Term& term,
                     const std::string& decision, Instant now) {
    if (!decision.empty()) return fail(errc::invalid, "{} of a list is not the committee's to decide; leave the decision out", term.role);
    const auto list = list_for(store, by, term.list);
    if (!list) return fail(errc::not_found, "list {} is not there; {} is of a list", term.list, term.role);
    if (community::is_room(*list)) {
        return fail(errc::denied, "ruling (l): {} is the list of an Appeal Panel; its five are on it, and it has no {}", term.list,
                    term.role);
    }
    if (auto ok = could_read(store, rules, term, *list, now); !ok) return ok;
    if (term.during.until && *term.during.until <= term.during.from) return fail(errc::invalid, "a term ends after its beginning");
    for (const Term& other : store.powers().terms()) {
        if (community::are_at_once(other, term))
            return fail(errc::conflict, "{} is {} of {} already, from {}", term.person, term.role, term.list, span(other.during));
    }
    return {};
}

// The day on which the election takes effect.
Instant day_of(const Decision& elected, Instant now) { return start_of(date_of(elected.tally.effective.value_or(now))); }

// Nobody held the office while it was still voted on.
Result<void> not_before_election(const Decision& elected, const Term& term, Instant now) {
    const Instant day = day_of(elected, now);
    if (day <= term.during.from) return {};
    return fail(errc::denied, "decision {} is in effect from {}; the term cannot begin before that day", elected.id, to_string(day));
}

// Nor does it come back when the whole term that it gave would be over.
Result<void> is_not_long_over(const conduct::Tenure& next, const Decision& elected, const conduct::Numbers& numbers, Instant now) {
    const auto* from = community::value_of(elected.set, "from");
    const auto stated = from == nullptr ? std::nullopt : std::optional(parse_instant(*from));
    const Instant day = std::max(day_of(elected, now), stated && *stated ? **stated : Instant{});
    const Instant over = conduct::longest_term(next.office, numbers).after(day, Rounding::later);
    if (std::max(next.during.from, now) < over) return {};
    return fail(errc::denied,
                "items 49 and 53: decision {} elected {} as {} from {} on, and the whole of that term would be over since {}; needs an "
                "election of now",
                elected.id, next.team, next.role, to_string(date_of(day)), to_string(date_of(over)));
}

// An election of a single office falls with the next one of that office: a team that did not take it up does not come back with it when
// another has been elected and had the office since. One whose ballot says from when it is waits for its day.
Result<void> was_not_passed_by(const conduct::Tenure& next, const Decision& elected, std::span<const conduct::Tenure> held,
                               const conduct::Numbers& numbers, Instant now) {
    if (next.office == Office::seat || community::value_of(elected.set, "from") != nullptr) return {};
    const Instant day = day_of(elected, now);
    const auto since = std::find_if(held.begin(), held.end(), [&](const conduct::Tenure& other) {
        const auto& during = other.during;
        const bool whole = !during.until || numbers.counted_term.after(during.from, Rounding::later) <= *during.until;
        return other.office == next.office && other.team != next.team && whole && day <= during.from && during.from < next.during.from;
    });
    if (since == held.end()) return {};
    return fail(errc::denied,
                "items 49 and 53: decision {} elected {} as {} from {} on, and {} has held it from {} since; needs an election of now",
                elected.id, next.team, next.role, to_string(date_of(day)), since->team, to_string(date_of(since->during.from)));
}

// Whoever speaks for the team, stands in for who does, or has its seat: whom an election of the team means where it names nobody.
bool is_meant(storage::Store& store, const policy::Rulebook& rules, const community::Person& person, Instant now) {
    if ((person.representative || person.alternate) && !storage::was_put_there(store, person, now)) return true;
    const auto held = rules.in_force(store.powers().held_terms(person.id, now));
    return std::any_of(held.begin(), held.end(), [&](const Term& t) { return rules.office_of(t.role) == Office::seat; });
}

// In which this term is less than was elected: shorter than the rule book has it, put off, or another person's than who would be meant,
// where the ballot says none of that and the rules do not ask for it (seats end in halves, another holds the office until then). Empty: in
// nothing.
std::string less_than_elected(storage::Store& store, const policy::Rulebook& rules, const community::Person& person,
                              const conduct::Tenure& next, const Decision& elected, Instant now) {
    const auto numbers = numbers_of(rules).value();
    const auto standing = member(store, rules, next.team).value();
    const auto held = tenures(store, rules);
    const auto could_be = [&](Instant from) -> std::optional<Instant> {
        auto whole = next;
        whole.during = {from, conduct::longest_term(next.office, numbers).after(from, Rounding::earlier)};
        return conduct::may_begin(whole, standing, held, numbers) ? whole.during.until : std::nullopt;
    };
    const auto named = [&](std::string_view name) { return community::value_of(elected.set, name) != nullptr; };
    const auto& slack = numbers.consecutive_gap;
    const Instant day = std::max(day_of(elected, now), start_of(date_of(now)));
    std::string less;
    const auto add = [&](const std::string& what) { less += (less.empty() ? "" : ", and ") + what; };
    if (const auto end = could_be(next.during.from); !named("until") && end && slack.after(*next.during.until, Rounding::earlier) < *end)
        add(fmt::format("it ends on {}, and could last until {}", to_string(date_of(*next.during.until)), to_string(date_of(*end))));
    if (!named("from") && slack.after(day, Rounding::later) < next.during.from && could_be(day))
        add(fmt::format("it begins on {}, and could begin on {}", to_string(date_of(next.during.from)), to_string(date_of(day))));
    if (!named("person") && !is_meant(store, rules, person, now))
        add(
            fmt::format("{} neither speaks for {} nor has its seat, or was entered for that by others less than a week ago, or in a name "
                        "that came under a security hold since",
                        person.id, person.team));
    return less;
}

// An election is worth what it says: whoever records it does not make it less by the term that is put down. Its team may, and what the
// operator puts down the committee is told.
Result<void> leaves_it_whole(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, const TeamId& team,
                             const std::string& less, const Decision& elected, Instant now) {
    if (less.empty() || !by.person) return {};
    if (is_own_hand(store, rules, by, team, now)) return is_its_own_voice(store, rules, by, team, now);
    return fail(errc::denied,
                "items 49, 53 and 54: decision {} elected {}, and this term is less: {}; needs the hand of who speaks for {}, or a ballot "
                "that says so (--set until=..., from=... or person=...)",
                elected.id, team, less, team);
}

// An election is carried out by who keeps the record, or by the team that was elected: by its own hand, as what it makes of it is its own.
Result<void> may_put_down(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, const Term& term, Instant now) {
    const auto person = rules.role_of_list(term.role) ? std::nullopt : store.directory().person(term.person);
    if (person && is_own_hand(store, rules, by, person->team, now)) return may_speak_for(store, rules, by, person->team, now);
    return may_record(store, rules, by, now);
}

// The members and the seats give the offices, and nobody's majority is made by who records: an office ends by the word of who holds it, or
// of who speaks for their team (items 49, 53 and 54). A list's owner or moderator is the secretariat's to record. `given`: the term is of
// days that the chair gave, which the chair takes back.
Result<void> may_lay_down(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, const community::Person& person,
                          const std::string& role, bool given, Instant now) {
    if (given && by.person && is_chair(store, rules, *by.person, now)) return is_own_word(by);
    if (auto ok = may_speak_for(store, rules, by, person.team, now); !ok) return ok;
    if (!by.person || by.person == person.id || rules.role_of_list(role)) return {};
    if (is_own_hand(store, rules, by, person.team, now)) return is_its_own_voice(store, rules, by, person.team, now);
    return fail(
        errc::denied,
        "items 49 and 54: an office ends early by the word of who holds it, or of who speaks for their team; {} as {} is of {}, and "
        "{} decides nothing about it",
        person.id, role, person.team, by.name);
}

// Item 53: only a seat presides, so with the last of a team's its chair ends, and its deputy, also those to come.
void leaves_the_committee(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, const TeamId& team, Instant at,
                          Instant now) {
    for (const auto& term : store.powers().terms()) {
        const auto office = rules.office_of(term.role);
        if ((office != Office::chair && office != Office::deputy) || term.during.over_at(at)) continue;
        const auto person = store.directory().person(term.person);
        if (!person || person->team != team) continue;
        const auto until = seated_until(store, rules, team, std::max(at, term.during.from));
        if (!until || term.during.over_at(*until)) continue;
        end_term(store, by, term, *until, "the seat of their team in the committee ends", now);
    }
}

// Of what came by a load: where the Deputy of its first day presides.
bool is_of_given_days(storage::Store& store, const policy::Rulebook& rules, const Term& term) {
    if (rules.office_of(term.role) != Office::chair) return false;
    if (const auto told = was_delegated(store, term)) return *told;
    const auto held = store.powers().terms();
    return std::any_of(held.begin(), held.end(), [&](const Term& other) {
        return other.person == term.person && rules.office_of(other.role) == Office::deputy && other.during.contains(term.during.from);
    });
}

// Item 53: the days on which a Deputy presides rest on the deputy's office, and end with it; so before that does.
void presides_no_more(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, const PersonId& deputy, Instant at,
                      Instant now) {
    for (const auto& term : store.powers().terms()) {
        if (term.person != deputy || term.during.over_at(at) || !is_of_given_days(store, rules, term)) continue;
        end_term(store, by, term, std::max(at, term.during.from), "the deputy's office, by which they presided, ends", now);
    }
}

}  // namespace

void end_term(storage::Store& store, const community::Actor& by, const Term& term, Instant at, const std::string& reason, Instant now) {
    store.powers_writer().end(term, at);
    journal(store, by, "term.ended", community::ended(term, at), Detail().add("reason", reason), now);
}

Result<Term> Committee::begin(const community::Actor& by, const Term& term, const std::string& decision) {
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    if (auto ok = may_put_down(store_, rules_, by, term, now); !ok) return tl::unexpected(ok.error());
    const auto person = holder(store_, term.person);
    if (!person) return tl::unexpected(person.error());
    Detail detail;
    if (rules_.role_of_list(term.role)) {
        if (auto ok = may_administer(store_, rules_, by, now); !ok) return tl::unexpected(ok.error());
        if (auto ok = on_list(store_, rules_, by, term, decision, now); !ok) return tl::unexpected(ok.error());
    } else {
        const auto office = rules_.office_of(term.role);
        if (office == Office::none)
            return fail(errc::invalid, "'{}' is not a role of an office or a list; the roles are {}", term.role,
                        fmt::join(rules_.roles(), ", "));
        if (!term.list.empty()) return fail(errc::invalid, "{} is an office of the community, not of a list", term.role);
        const auto standing = member(store_, rules_, person->team);
        if (!standing) return tl::unexpected(standing.error());
        const auto numbers = numbers_of(rules_);
        if (!numbers) return tl::unexpected(numbers.error());
        const conduct::Tenure next{term.role, person->team, term.during, office};
        if (auto ok = conduct::may_begin(next, *standing, tenures(store_, rules_), *numbers); !ok) return tl::unexpected(ok.error());
        const auto deed = deed_of(term, person->team);
        if (auto ok = cite(store_, rules_, vault_, by, decision, deed, now); !ok) return tl::unexpected(ok.error());
        const auto elected = read_decision(store_, rules_, vault_, decision, now);
        if (!elected) return tl::unexpected(elected.error());
        if (auto ok = not_before_election(*elected, term, now); !ok) return tl::unexpected(ok.error());
        if (auto ok = was_not_passed_by(next, *elected, tenures(store_, rules_), *numbers, now); !ok) return tl::unexpected(ok.error());
        if (auto ok = is_not_long_over(next, *elected, *numbers, now); !ok) return tl::unexpected(ok.error());
        const auto less = less_than_elected(store_, rules_, *person, next, *elected, now);
        if (auto ok = leaves_it_whole(store_, rules_, by, person->team, less, *elected, now); !ok) return tl::unexpected(ok.error());
        spend(store_, decision, "election", deed.subject);
        detail.add("decision", decision);
        if (!less.empty()) detail.add("less", less);
    }
    store_.powers_writer().put(term);
    journal(store_, by, "term.begun", term, detail, now);
    transaction.commit();
    return term;
}

Result<Term> Committee::deputise(const community::Actor& by, const PersonId& id, const Interval& days) {
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    if (auto ok = may_record(store_, rules_, by, now); !ok) return tl::unexpected(ok.error());
    const auto person = holder(store_, id);
    if (!person) return tl::unexpected(person.error());
    if (auto ok = may_delegate(store_, rules_, by, *person, now); !ok) return tl::unexpected(ok.error());
    if (auto of_member = member(store_, rules_, person->team); !of_member) return tl::unexpected(of_member.error());
    const auto numbers = numbers_of(rules_);
    if (!numbers) return tl::unexpected(numbers.error());
    const auto held = store_.powers().terms();
    const bool deputy = std::any_of(held.begin(), held.end(), [&](const Term& t) {
        return rules_.office_of(t.role) == Office::deputy && t.person == id && t.during.contains(days.from);
    });
    if (!deputy) return fail(errc::denied, "item 53: {} is not Deputy Chair at {}; needs the person who is", id, to_string(days.from));
    // Deputising cannot be recorded for the past: what was done before was not done by a Chair.
    if (days.from < start_of(date_of(now))) return fail(errc::denied, "item 53: deputising is put down before its days, not after them");
    const auto role = rules_.role_of(Office::chair);
    const conduct::Tenure next{role, person->team, days, Office::chair};
    if (auto ok = conduct::may_deputise(next, tenures(store_, rules_), *numbers); !ok) return tl::unexpected(ok.error());
    const Term term{role, id, {}, days};
    for (const Term& other : held) {
        const bool apart = other.during.over_at(days.from) || days.over_at(other.during.from);
        if (other.role == role && other.person == id && !apart)
            return fail(errc::conflict, "{} presides {} already", id, span(other.during));
    }
    store_.powers_writer().put(term);
    journal(store_, by, "term.deputised", term, {}, now);
    transaction.commit();
    return term;
}

Result<Term> Committee::end(const community::Actor& by, const Term& named, const std::string& reason) {
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    const auto person = holder(store_, named.person);
    if (!person) return tl::unexpected(person.error());
    const auto held = store_.powers().terms();
    const auto same = [&](const Term& t) {
        return t.role == named.role && t.person == named.person && t.list == named.list && !t.during.over_at(now);
    };
    auto term = std::find_if(held.begin(), held.end(), [&](const Term& t) { return same(t) && t.during.contains(now); });
    if (term == held.end()) term = std::find_if(held.begin(), held.end(), same);
    const bool given = term != held.end() && is_of_given_days(store_, rules_, *term);
    if (auto ok = may_lay_down(store_, rules_, by, *person, named.role, given, now); !ok) return tl::unexpected(ok.error());
    if (reason.empty()) return fail(errc::invalid, "why does it end early? A sentence for the record");
    const Instant at = named.during.until.value_or(now);
    if (auto ok = community::ends_now_or_later(at, now); !ok) return tl::unexpected(ok.error());
    if (term == held.end())
        return fail(errc::not_found, "{} holds no term as {} now or later; see: caveat term list", named.person, named.role);
    if (term->during.over_at(at))
        return fail(errc::denied, "it ends at {} already; this would make it longer", to_string(*term->during.until));
    if (rules_.office_of(term->role) == Office::deputy) presides_no_more(store_, rules_, by, person->id, at, now);
    end_term(store_, by, *term, at, reason, now);
    if (rules_.office_of(term->role) == Office::seat) leaves_the_committee(store_, rules_, by, person->team, at, now);
    transaction.commit();
    return community::ended(*term, at);
}

std::vector<Term> Committee::terms() {
    storage::Store::Reading reading(store_);
    return store_.powers().terms();
}

}  // namespace caveat::committee
