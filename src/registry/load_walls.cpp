#include "load_walls.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "acts.hpp"
#include "caveat/community/subject.hpp"
#include "caveat/community/term_rules.hpp"
#include "caveat/openpgp/look.hpp"
#include "caveat/policy/prospect.hpp"
#include "known_again.hpp"

namespace caveat::registry {
namespace {

template <class Row>
std::unordered_map<std::string_view, const Row*> by_id(const std::vector<Row>& rows) {
    std::unordered_map<std::string_view, const Row*> found;
    found.reserve(rows.size());
    for (const Row& row : rows) found.emplace(row.id.value, &row);
    return found;
}

// Ruling (kk).
void look_at_people(const Plan& plan, const Census& current, storage::Register& rows, Problems& problems) {
    if (plan.people.put.empty()) return;
    const auto there = by_id(current.people);
    for (const auto* person : plan.people.put) {
        const auto before = there.find(person->id.value);
        if (before != there.end() && before->second->team != person->team) {
            problems.add("person", person->id.value,
                         "is of {}, and nobody is moved between teams: remove the person; then the representative of {} enters them, or a "
                         "decision of kind person does (ruling kk)",
                         before->second->team, person->team);
        }
        if (before != there.end()) continue;
        const auto former = rows.former_team(person->id);
        if (!former || former->empty() || *former == person->team) continue;
        problems.add("person", person->id.value,
                     "was of {}, and comes into another team by its representative, or by: caveat person add {} --team {} ... --decision, "
                     "with one of kind person (ruling kk)",
                     *former, person->id, person->team);
    }
}

// Of each key that the load brings to somebody: the teams whose people have it on record.
std::unordered_map<std::string, std::set<std::string_view>> teams_with_keys_brought(const Plan& plan, const Census& current) {
    std::unordered_map<std::string, std::set<std::string_view>> teams;
    const bool any = std::any_of(plan.people.put.begin(), plan.people.put.end(), [](const auto* person) { return !person->key.empty(); });
    if (!any) return teams;
    for (const auto& person : current.people) {
        if (const auto fingerprint = openpgp::fingerprint_in(person.key); !fingerprint.empty())
            teams[storage::mark_of_key(fingerprint)].insert(person.team.value);
    }
    return teams;
}

// The same of somebody who comes, or whose data changes, with an address or a key of another team's, also if that goes by this very load.
void look_at_marks(const Plan& plan, const Census& current, const policy::Rulebook& rules, storage::Register& rows, Instant now,
                   Problems& problems) {
    const auto of_others = teams_with_keys_brought(plan, current);
    std::unordered_multimap<std::string, std::string_view> going;  // with the team
    std::unordered_map<std::string_view, const community::Person*> before;
    for (const auto& [was, is] : plan.changing) {
        before.emplace(was->id.value, was);
        for (auto& mark : marks_beyond(*was, is)) going.emplace(std::move(mark), was->team.value);
    }
    const auto moves = [&](const community::Person& person, const community::Person* was) {
        for (const auto& mark : marks_beyond(person, was)) {
            const auto [first, last] = going.equal_range(mark);
            if (std::any_of(first, last, [&](const auto& one) { return one.second != person.team.value; })) return true;
            const auto holders = of_others.find(mark);
            if (holders != of_others.end() && !holders->second.contains(person.team.value)) return true;
        }
        return is_known_elsewhere(rules, rows, was, person, now);
    };
    for (const auto* person : plan.people.put) {
        const auto found = before.find(person->id.value);
        const auto* was = found == before.end() ? nullptr : found->second;
        if (const auto free = is_under_no_hold(rows, was, *person, now); !free)
            problems.add("person", person->id.value, "{}", free.error().detail);
        if (!moves(*person, was)) continue;
        problems.add(
            "person", person->id.value,
            "has an address or a key of somebody who was of another team, and nobody is moved between teams: the representative of "
            "{} enters them, or: caveat person add {} --team {} ... --decision, with one of kind person (ruling kk)",
            person->team, person->id, person->team);
    }
}

void name_walls(const policy::Rulebook& rules, const community::List* before, const community::List* after, std::string_view act,
                Instant now, Problems& problems) {
    const auto& id = (before != nullptr ? before : after)->id.value;
    for (const Need& need : needs(rules, before, after, now)) {
        problems.add("list", id, "{} is the committee's to decide; write: caveat list {} {} ... --decision, with one of kind list",
                     need.what, act, id);
    }
}

// Ruling (jj).
void look_at_lists(const Plan& plan, const Census& current, const policy::Rulebook& rules, Instant now, Problems& problems) {
    const auto there = by_id(current.lists);
    for (const auto* list : plan.lists.put) {
        const auto before = there.find(list->id.value);
        const bool is_new = before == there.end();
        name_walls(rules, is_new ? nullptr : before->second, list, is_new ? "add" : "change", now, problems);
    }
    for (const auto* list : plan.lists.remove) name_walls(rules, list, nullptr, "remove", now, problems);
}

// What policy asks of a place on a roster: the team, and whether the committee cleared it for the list.
community::Standing party_on(const community::Person& person, const community::Team& team, const ListId& list) {
    community::Standing who;
    who.person = person.id;
    who.team = team.id;
    who.category = team.category;
    who.subtype = team.subtype;
    for (const auto& clearance : team.clearances) {
        if (clearance.list == list) who.clearance = clearance.label;
    }
    return who;
}

// Ruling (ll), of places that are new: what is on record already stays as it is. A crowd is of few teams, so each team and list is asked
// about once.
void look_at_rosters(const Plan& plan, const Census& whole, const Census& current, const policy::Rulebook& rules, bool set_up, Instant now,
                     Problems& problems) {
    if (plan.subscriptions.put.empty()) return;
    const auto lists = by_id(whole.lists);
    const auto people = by_id(whole.people);
    const auto teams = by_id(whole.teams);
    std::unordered_set<std::string> there;
    there.reserve(current.subscriptions.size());
    for (const auto& subscription : current.subscriptions) there.insert(subject_of(subscription));
    std::map<std::pair<const community::Team*, const community::List*>, policy::Prospect> known;
    for (const auto* subscription : plan.subscriptions.put) {
        if (!there.empty() && there.contains(subject_of(*subscription))) continue;
        const auto& list = *lists.at(subscription->list.value);
        const auto& person = *people.at(subscription->person.value);
        const auto& team = *teams.at(person.team.value);
        if (const auto ok = is_open(list, now); set_up && !ok)
            problems.add("subscription", subject_of(*subscription), "{}", ok.error().detail);
        const auto [found, fresh] = known.try_emplace({&team, &list}, policy::Prospect::some);
        if (fresh) found->second = policy::prospect(rules, party_on(person, team, list.id), list);
        if (found->second == policy::Prospect::some) continue;
        problems.add("subscription", subject_of(*subscription), "{}",
                     policy::explain(found->second, rules, party_on(person, team, list.id), list));
    }
}

// It is on record, as long as it is now or longer. What is not is given: another term, or more of one.
bool was_given(const community::Term& term, const Census& current) {
    return std::any_of(current.terms.begin(), current.terms.end(), [&](const community::Term& other) {
        const bool same = other.role == term.role && other.person == term.person && other.list == term.list;
        const bool longer = other.during.until && (!term.during.until || *other.during.until < *term.during.until);
        return same && other.during.from == term.during.from && !longer;
    });
}

// Of roles on lists that are given, as committee/terms.cpp has it.
void look_at_terms(const Plan& plan, const Census& whole, const Census& current, const policy::Rulebook& rules, Problems& problems) {
    const auto people = by_id(whole.people);
    const auto teams = by_id(whole.teams);
    const auto lists = by_id(whole.lists);
    for (const auto* term : plan.terms.put) {
        if (!rules.role_of_list(term->role) || was_given(*term, current)) continue;
        const auto& list = *lists.at(term->list.value);
        const auto& person = *people.at(term->person.value);
        const auto who = party_on(person, *teams.at(person.team.value), list.id);
        if (const auto ok = policy::may_run(rules, who, list, term->role); !ok)
            problems.add("term", subject_of(*term), "{}", ok.error().detail);
    }
}

// What of a team no act on its row records.
void look_at_teams(const Plan& plan, const Census& current, const policy::Rulebook& rules, Problems& problems) {
    const auto there = by_id(current.teams);
    const auto look = [&](const community::Team* before, const community::Team* after) {
        const auto ok = keeps_status(rules, before, after);
        if (!ok) problems.add("team", (after != nullptr ? after : before)->id.value, "{}", ok.error().detail);
    };
    for (const auto* team : plan.teams.put) {
        const auto before = there.find(team->id.value);
        look(before == there.end() ? nullptr : before->second, team);
    }
    for (const auto* team : plan.teams.remove) look(team, nullptr);
}

void look_at_ends(const community::Actor& by, const Plan& plan, const Census& current, const policy::Rulebook& rules, Instant now,
                  Problems& problems) {
    const auto look = [&](const community::Term& term, const Result<void>& ok) {
        if (!ok) problems.add("term", subject_of(term), "{}", ok.error().detail);
    };
    for (const auto* term : plan.terms.remove) look(*term, community::is_own_word(by));
    for (const auto* term : plan.terms.put) {
        if (!rules.role_of_list(term->role) || !was_given(*term, current)) continue;
        look(*term, community::is_own_word(by));
        look(*term, community::ends_now_or_later(*term->during.until, now));
    }
}

// What was of a role is no more to be changed, and nobody has one twice.
void look_at_beginnings(const Plan& plan, const Census& whole, const Census& current, const policy::Rulebook& rules, Instant now,
                        Problems& problems) {
    for (const auto* term : plan.terms.put) {
        if (!rules.role_of_list(term->role)) continue;
        for (const auto& other : current.terms) {
            const bool over = other.during.from == term->during.from && other.during.over_at(now) && community::are_at_once(other, *term);
            if (over) problems.add("term", subject_of(*term), "is over since {}: begin another", to_string(*other.during.until));
        }
        for (const auto& other : whole.terms) {
            if (&other != term && community::are_at_once(other, *term))
                problems.add("term", subject_of(*term), "is on record already, from {}", community::span(other.during));
        }
    }
}

Result<void> refusal_of(const Problems& problems) {
    if (problems.none()) return {};
    return fail(errc::denied, "{}", problems.error().detail);
}

// As the register has them, were it so.
std::vector<community::HeldTerm> roles_of_lists(const Census& census, const policy::Rulebook& rules, Instant now) {
    const auto people = by_id(census.people);
    const auto teams = by_id(census.teams);
    const auto lists = by_id(census.lists);
    std::vector<community::HeldTerm> all;
    for (const auto& term : census.terms) {
        if (!rules.role_of_list(term.role) || term.during.over_at(now)) continue;
        const auto who = party_on(*people.at(term.person.value), *teams.at(people.at(term.person.value)->team.value), term.list);
        all.push_back({term, who.category, {}, who.team, who.subtype, lists.at(term.list.value)->klass, who.clearance.has_value()});
    }
    return all;
}

// And of those that go on: they end first, so that whose they are hears of it.
void look_at_terms_of_changed(const Plan& plan, const Census& whole, const Census& current, const policy::Rulebook& rules, Instant now,
                              Problems& problems) {
    if (current.terms.empty() || (plan.teams.put.empty() && plan.lists.put.empty())) return;
    for (const auto& lost : roles_lost(rules, roles_of_lists(current, rules, now), roles_of_lists(whole, rules, now)))
        problems.add("term", subject_of(lost.term), "{}", lost.why);
}

}  // namespace

Result<void> walls_stand(const Plan& plan, const Census& whole, const Census& current, const policy::Rulebook& rules,
                         storage::Register& rows, Instant now) {
    Problems problems;
    const bool set_up = rows.ever_had_a_list();
    if (set_up) look_at_lists(plan, current, rules, now, problems);
    look_at_people(plan, current, rows, problems);
    look_at_marks(plan, current, rules, rows, now, problems);
    look_at_rosters(plan, whole, current, rules, set_up, now, problems);
    look_at_terms(plan, whole, current, rules, problems);
    look_at_terms_of_changed(plan, whole, current, rules, now, problems);
    return refusal_of(problems);
}

Result<void> as_by_single_acts(const community::Actor& by, const Plan& plan, const Census& whole, const Census& current,
                               const policy::Rulebook& rules, Instant now) {
    Problems problems;
    look_at_teams(plan, current, rules, problems);
    look_at_ends(by, plan, current, rules, now, problems);
    look_at_beginnings(plan, whole, current, rules, now, problems);
    return refusal_of(problems);
}

}  // namespace caveat::registry
