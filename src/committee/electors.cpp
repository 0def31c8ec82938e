#include "electors.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "caveat/community/hands.hpp"
#include "caveat/community/representation.hpp"
#include "caveat/community/term_rules.hpp"
#include "caveat/detail.hpp"
#include "caveat/storage/goes_forward.hpp"
#include "caveat/storage/room_party.hpp"
#include "caveat/storage/voices.hpp"

namespace caveat::committee {
namespace {

using community::Office;
using policy::Trait;

// A term of this person now of which `wanted` says yes to the role.
template <class Wanted>
bool holds(storage::Store& store, const policy::Rulebook& rules, const PersonId& person, Instant now, Wanted wanted) {
    const auto terms = rules.in_force(store.powers().held_terms(person, now));
    return std::any_of(terms.begin(), terms.end(), [&](const community::Term& term) { return wanted(term.role); });
}

auto is_seat(const policy::Rulebook& rules) {
    return [&rules](const auto& role) { return rules.office_of(role) == Office::seat; };
}

// An office is the team's (ruling q), and stays it when the person goes on to another: of which team they were when the term ended, or are.
// `otherwise`: where that was not written down.
TeamId team_of_term(storage::Store& store, const community::Term& term, const TeamId& otherwise) {
    const auto then = term.during.until ? store.directory().team_at(term.person, *term.during.until) : std::nullopt;
    return then.value_or(otherwise);
}

std::map<TeamId, std::vector<Interval>> seats(storage::Store& store, const policy::Rulebook& rules) {
    std::set<TeamId> of_members;
    for (const auto& team : store.directory().teams()) {
        if (rules.is_member(team.category)) of_members.insert(team.id);
    }
    std::map<PersonId, TeamId> now;
    for (const auto& person : store.directory().people()) now.emplace(person.id, person.team);
    std::map<TeamId, std::vector<Interval>> all;
    for (const auto& term : store.powers().terms()) {
        if (rules.office_of(term.role) != Office::seat || !now.contains(term.person)) continue;
        const auto team = team_of_term(store, term, now.at(term.person));
        if (of_members.contains(team)) all[team].push_back(term.during);
    }
    return all;
}

// Until when the seat is held without a gap from `from` on; none: without an end. A team whose term is renewed in time never left.
std::optional<Instant> held_until(const std::vector<Interval>& terms, Instant from) {
    Instant held = from;
    for (;;) {
        auto further = held;
        for (const auto& term : terms) {
            if (!term.contains(held)) continue;
            if (!term.until) return std::nullopt;
            further = std::max(further, *term.until);
        }
        if (further == held) return held;
        held = further;
    }
}

}  // namespace

std::vector<TeamId> seats_at(storage::Store& store, const policy::Rulebook& rules, Instant at) {
    std::vector<TeamId> held;
    for (const auto& [team, terms] : seats(store, rules)) {
        if (std::any_of(terms.begin(), terms.end(), [&](const Interval& term) { return term.contains(at); })) held.push_back(team);
    }
    return held;
}

std::optional<Instant> seated_until(storage::Store& store, const policy::Rulebook& rules, const TeamId& team, Instant from) {
    const auto all = seats(store, rules);
    const auto terms = all.find(team);
    return terms == all.end() ? std::optional{from} : held_until(terms->second, from);
}

std::vector<Elector> seated_at(storage::Store& store, const policy::Rulebook& rules, Instant at) {
    std::map<TeamId, std::string> held;
    for (const auto& term : rules.in_force(store.powers().held_terms(at))) {
        const auto person = rules.office_of(term.role) == Office::seat ? store.directory().person(term.person) : std::nullopt;
        if (!person) continue;
        const auto until = term.during.until ? to_string(*term.during.until) : std::string("no end");
        held.try_emplace(person->team, fmt::format("{} ({}), seat {} - {}", person->name, person->id, to_string(term.during.from), until));
    }
    std::vector<Elector> all;
    for (const auto& [team, right] : held) all.push_back({team, right});
    return all;
}

std::vector<conduct::Member> members(storage::Store& store, const policy::Rulebook& rules) {
    std::vector<conduct::Member> all;
    for (const auto& team : store.directory().teams()) {
        if (rules.is_member(team.category) && team.since) all.push_back({team.id, *team.since, std::nullopt});
    }
    return all;
}

std::vector<conduct::Tenure> tenures(storage::Store& store, const policy::Rulebook& rules) {
    std::map<PersonId, TeamId> now;
    for (const auto& person : store.directory().people()) now.emplace(person.id, person.team);
    std::vector<conduct::Tenure> all;
    const auto add = [&](const community::Term& term, const TeamId& otherwise) {
        const auto office = rules.office_of(term.role);
        if (office != Office::none) all.push_back({term.role, team_of_term(store, term, otherwise), term.during, office});
    };
    for (const auto& term : store.powers().terms()) {
        if (const auto team = now.find(term.person); team != now.end()) add(term, team->second);
    }
    for (const auto& [term, team] : store.powers().terms_of_departed()) add(term, team);
    return all;
}

Result<conduct::Member> member(storage::Store& store, const policy::Rulebook& rules, const TeamId& id) {
    const auto team = store.directory().team(id);
    if (!team) return fail(errc::not_found, "team {} is not there; see: caveat team list", id.value.substr(0, 64));
    if (rules.is_member(team->category) && team->since) return conduct::Member{id, *team->since, std::nullopt};
    return fail(errc::denied, "items 7 and 12: {} is not an Operational Member; only members hold an office", id);
}

std::vector<conduct::Departure> departures(storage::Store& store, const policy::Rulebook& rules, const conduct::Ballot& ballot,
                                           Instant now) {
    std::vector<conduct::Departure> gone;
    if (ballot.rule == conduct::Rule::approval || ballot.rule == conduct::Rule::unanimity) {
        const auto held = seats(store, rules);
        for (const auto& team : ballot.electorate) {
            const auto terms = held.find(team);
            // If the holder has left the register, or the team is a member no more, no term remains that says when the seat ended.
            const auto until = terms == held.end() ? std::optional{now - tick} : held_until(terms->second, ballot.open.from);
            if (until && *until <= now) gone.push_back({team, *until});
        }
        return gone;
    }
    std::set<TeamId> still;
    for (const auto& member : members(store, rules)) still.insert(member.team);
    for (const auto& team : ballot.electorate) {
        if (!still.contains(team)) gone.push_back({team, now - tick});
    }
    return gone;
}

bool records(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, Instant now) {
    return !by.person || holds(store, rules, *by.person, now, [&](const auto& role) { return rules.role_has(role, Trait::records); });
}

Result<void> may_record_at_any_clock(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, Instant now) {
    if (records(store, rules, by, now)) return {};
    return fail(errc::denied, "item 54: {} holds no term of the committee or the secretariat; needs one of them to record it", by.name);
}

Result<void> may_record(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, Instant now) {
    if (auto ok = may_record_at_any_clock(store, rules, by, now); !ok) return ok;
    return storage::goes_forward(store, now);
}

namespace {

bool is_secretariat(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, Instant now) {
    return !by.person || holds(store, rules, *by.person, now, [&](const auto& role) { return rules.role_has(role, Trait::administers); });
}

}  // namespace

Result<void> may_hold(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, Instant now) {
    if (auto ok = may_record_at_any_clock(store, rules, by, now); !ok) return ok;
    const auto presides = [&](const auto& role) { return rules.office_of(role) == Office::chair; };
    if (is_secretariat(store, rules, by, now) || holds(store, rules, *by.person, now, presides)) return {};
    return fail(errc::denied, "item 42: a security hold is the secretariat's or the Chair's to place and to lift; {} is neither", by.name);
}

std::optional<bool> was_delegated(storage::Store& store, const community::Term& term) {
    std::optional<bool> found;
    store.journal().each({.from = 1, .limit = -1, .act = "term.", .subject = term.person.value}, [&](const storage::Entry& entry) {
        if (entry.act != "term.deputised" && entry.act != "term.begun") return;
        const auto days = community::span_in(text_in(entry.detail, "during"));
        if (days && days->from == term.during.from && text_in(entry.detail, "role") == term.role) found = entry.act == "term.deputised";
    });
    return found;
}

bool is_chair(storage::Store& store, const policy::Rulebook& rules, const PersonId& person, Instant now) {
    const auto held = rules.in_force(store.powers().held_terms(person, now));
    const auto is = [&](Office office) {
        return [&rules, office](const community::Term& term) { return rules.office_of(term.role) == office; };
    };
    if (std::any_of(held.begin(), held.end(), is(Office::deputy))) return false;
    return std::any_of(held.begin(), held.end(),
                       [&](const auto& term) { return is(Office::chair)(term) && !was_delegated(store, term).value_or(false); });
}

Result<void> leaves_the_chair(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, const PersonId& person,
                              Instant now) {
    if (is_secretariat(store, rules, by, now) || *by.person == person || !is_chair(store, rules, person, now)) return {};
    return fail(errc::denied, "item 53: {} is in the chair, and {} presides in their place; a hold on them is the secretariat's to place",
                person, by.name);
}

Result<void> may_delegate(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, const community::Person& deputy,
                          Instant now) {
    if (auto ok = may_record(store, rules, by, now); !ok) return ok;
    if (auto ok = is_own_word(by); !ok) return ok;
    if (!by.person || is_chair(store, rules, *by.person, now)) return {};
    if (is_secretariat(store, rules, by, now) && !is_of(store, by, deputy.team)) return {};
    return fail(errc::denied,
                "item 53: the days on which the Deputy presides are the Chair's to give, or the secretariat records them for the Chair; "
                "not {} for {}",
                by.name, deputy.id);
}

Result<void> may_administer(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, Instant now) {
    if (auto ok = may_record(store, rules, by, now); !ok) return ok;
    if (is_secretariat(store, rules, by, now)) return {};
    return fail(errc::denied, "item 4: who owns or moderates a list is recorded by the secretariat; {} is not of it", by.name);
}

bool was_of(storage::Store& store, std::string_view actor, const TeamId& team, Instant at) {
    const auto id = community::person_named_by(actor);
    if (!id) return false;
    if (const auto theirs = store.directory().team_at(*id, at)) return *theirs == team;
    // Who left the register before it was written down of which team: without a term they could speak for nobody but their own team.
    const auto left = store.powers().terms_of_departed();
    const auto term = std::find_if(left.begin(), left.end(), [&](const auto& past) { return past.term.person == *id; });
    return term == left.end() || term->team == team;
}

namespace {

std::vector<std::string> roles_held(storage::Store& store, const PersonId& id, Instant at) {
    std::vector<std::string> roles;
    for (const auto& held : store.powers().held_terms(id, at)) roles.push_back(held.term.role);
    if (store.directory().person(id)) return roles;
    for (const auto& past : store.powers().terms_of_departed()) {
        if (past.term.person == id && past.term.during.contains(at)) roles.push_back(past.term.role);
    }
    return roles;
}

}  // namespace

bool is_own_act(storage::Store& store, const policy::Rulebook& rules, std::string_view actor, const TeamId& team, Instant at) {
    if (!was_of(store, actor, team, at)) return false;
    const auto id = *community::person_named_by(actor);
    const auto roles = roles_held(store, id, at);
    if (std::any_of(roles.begin(), roles.end(), is_seat(rules))) return true;
    const auto for_others = [&](const auto& role) {
        return rules.role_has(role, Trait::records) || rules.role_has(role, Trait::administers);
    };
    // Without an office that records for others nobody else than its voice could have done it.
    if (std::none_of(roles.begin(), roles.end(), for_others)) return true;
    const auto people = storage::people_of(store, team, at);
    const auto then = std::find_if(people.begin(), people.end(), [&](const auto& person) { return person.id == id; });
    // Of whom the journal does not tell nobody can: nobody takes a team's word from it by that.
    return then == people.end() || community::speaks_for_team(*then, people, store.powers().denials(), at);
}

namespace {

// Somebody of this team made the token that is used.
bool is_lent_by(storage::Store& store, const community::Actor& by, const TeamId& team) {
    const auto maker = community::person_named_by(by.lent_by);
    const auto lender = maker ? store.directory().person(*maker) : std::nullopt;
    return lender && lender->team == team;
}

}  // namespace

bool is_of(storage::Store& store, const community::Actor& by, const TeamId& team) {
    if (!by.person) return false;
    if (is_lent_by(store, by, team)) return true;
    const auto person = store.directory().person(*by.person);
    return person && person->team == team;
}

std::optional<community::List> list_for(storage::Store& store, const community::Actor& by, const ListId& id) {
    auto list = store.rosters().list(id);
    const auto party = list ? storage::party_of_room(store, *list) : std::nullopt;
    if (party && is_of(store, by, *party)) list.reset();
    return list;
}

bool sits_for(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, const TeamId& team, Instant now) {
    const auto of_committee = [&](const auto& role) { return rules.role_has(role, Trait::committee); };
    if (!by.person || !holds(store, rules, *by.person, now, of_committee)) return false;
    if (is_lent_by(store, by, team)) return true;
    const auto person = store.directory().person(*by.person);
    return person && person->team == team;
}

bool speaks(storage::Store& store, const community::Person& person, Instant now) {
    if (!person.representative && !person.alternate) return false;
    return community::speaks_for_team(person, store.directory().people(), store.powers().denials(), now);
}

bool is_own_hand(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, const TeamId& team, Instant now) {
    if (!is_of(store, by, team) || !is_own_word(by)) return false;
    return speaks(store, *store.directory().person(*by.person), now) || holds(store, rules, *by.person, now, is_seat(rules));
}

Result<void> is_its_own_voice(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, const TeamId& team,
                              Instant now) {
    if (!is_own_hand(store, rules, by, team, now) || holds(store, rules, *by.person, now, is_seat(rules))) return {};
    if (!storage::was_put_there(store, *store.directory().person(*by.person), now)) return {};
    return fail(errc::denied,
                "item 15: others than {} put on record less than a week ago that {} speaks for it, or that was done in a name that came "
                "under a security hold since, so that they take nothing from it yet; needs somebody else who spoke for it before, its "
                "seat, or the operator for it",
                team, by.name);
}

std::optional<PersonId> who_holds(storage::Store& store, const policy::Rulebook& rules, Office office, const TeamId& team, Instant at) {
    std::optional<community::Term> found;
    const auto look_at = [&](const community::Term& term, const TeamId& otherwise) {
        if (rules.office_of(term.role) != office || !term.during.contains(at)) return;
        const auto then = store.directory().team_at(term.person, at).value_or(otherwise);
        if (then == team && (!found || found->during.from < term.during.from)) found = term;
    };
    for (const auto& term : store.powers().terms()) look_at(term, {});
    for (const auto& past : store.powers().terms_of_departed()) look_at(past.term, past.team);
    return found ? std::optional(found->person) : std::nullopt;
}

bool is_act_of_office(storage::Store& store, const policy::Rulebook& rules, Office office, std::string_view actor, const TeamId& team,
                      Instant held, Instant at) {
    const auto holder = who_holds(store, rules, office, team, held);
    return holder ? actor == "person " + holder->value : is_own_act(store, rules, actor, team, at);
}

std::optional<TeamId> team_of_whom(storage::Store& store, const PersonId& id) {
    if (const auto person = store.directory().person(id)) return person->team;
    auto former = store.directory().former_team(id);
    return former && !former->empty() ? former : std::nullopt;
}

Result<void> may_speak_for(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, const TeamId& team,
                           Instant now) {
    if (auto ok = storage::goes_forward(store, now); !ok) return ok;
    if (auto ok = is_own_word(by); !ok) return ok;
    if (is_secretariat(store, rules, by, now) || is_own_hand(store, rules, by, team, now)) return {};
    const auto person = store.directory().person(*by.person);
    if (person && person->team == team && person->alternate) {
        return fail(
            errc::denied,
            "item 15: {} is an alternate, and speaks for {} while its representative is under a security hold or there is none; needs "
            "its representative or its seat, or the secretariat to record it",
            by.name, team);
    }
    return fail(errc::denied, "{} does not speak for {}; needs its representative or its seat, or the secretariat to record it", by.name,
                team);
}

}  // namespace caveat::committee
