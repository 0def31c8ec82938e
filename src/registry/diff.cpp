#include "diff.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "check.hpp"

namespace caveat::registry {

std::string key_of(const community::Team& team) { return team.id.value; }
std::string key_of(const community::Person& person) { return person.id.value; }
std::string key_of(const community::List& list) { return list.id.value; }
std::string key_of(const community::Subscription& subscription) { return subject_of(subscription); }
std::string key_of(const community::Term& term) { return fmt::format("{} {}", subject_of(term), to_string(term.during.from)); }

namespace {

// Identifies a denial without its id, which only the register knows. The end and the verbs may change; a difference in anything else makes
// it another denial.
std::string key_of_denial(const community::Denial& denial) {
    return fmt::format("{}|{}|{}|{}|{}|{}", denial.whole_team, denial.whom, denial.resource, to_string(denial.during.from), denial.source,
                       denial.decision);
}

std::string id_shown(const community::Term& term) { return subject_of(term); }
std::string id_shown(const community::Subscription& subscription) { return subject_of(subscription); }
template <class Row>
std::string id_shown(const Row& row) {
    return row.id.value;
}

template <class Row>
std::unordered_map<std::string, const Row*> by_key(const std::vector<Row>& rows) {
    std::unordered_map<std::string, const Row*> map;
    map.reserve(rows.size());
    for (const Row& row : rows) map.emplace(key_of(row), &row);
    return map;
}

// What is past stays, named or not: it says who held which office, and who does not any more.
bool is_past(const community::Term& term, Instant now) { return term.during.over_at(now); }
template <class Row>
bool is_past(const Row&, Instant) {
    return false;
}

template <class Row>
Difference<Row> compare_rows(std::string_view what, const std::vector<Row>& wanted, const std::vector<Row>& current, Instant now,
                             std::vector<Change>& changes) {
    Difference<Row> found;
    auto left = by_key(current);
    for (const Row& row : wanted) {
        const auto before = left.find(key_of(row));
        if (before == left.end()) {
            found.put.push_back(&row);
            changes.push_back({Change::Kind::add, std::string(what), id_shown(row), summary(row), facts_of_entry(row)});
            continue;
        }
        if (!(*before->second == row)) {
            found.put.push_back(&row);
            changes.push_back(
                {Change::Kind::change, std::string(what), id_shown(row), difference(*before->second, row), facts_of(*before->second, row)});
        }
        left.erase(before);
    }
    for (const Row& row : current) {
        if (left.empty()) break;
        if (!left.contains(key_of(row)) || is_past(row, now)) continue;
        found.remove.push_back(&row);
        changes.push_back({Change::Kind::remove, std::string(what), id_shown(row), summary(row), facts_of_leaving(row, now)});
    }
    return found;
}

// Denials are added and changed, never removed by leaving them out: a file from before the sanction must not lift it (C4), and what was
// posted while one was in force stays out of reach after it (ruling j). To end one early, write an earlier `until`.
void compare_denials(const Census& wanted, const Census& current, Instant now, Plan& plan) {
    // Two that a case made at one instant may differ in their end alone.
    std::unordered_multimap<std::string, const community::Denial*> left;
    for (const auto& denial : current.denials) left.emplace(key_of_denial(denial), &denial);
    for (auto denial : wanted.denials) {
        const auto [begin, end] = left.equal_range(key_of_denial(denial));
        auto before = begin == end ? left.end() : begin;
        for (auto one = begin; one != end; ++one) {
            denial.id = one->second->id;
            if (*one->second == denial) before = one;
        }
        denial.id = before == left.end() ? 0 : before->second->id;
        if (before == left.end()) {
            plan.changes.push_back({Change::Kind::add, "denial", subject_of(denial), summary(denial)});
            plan.denials.push_back(std::move(denial));
            continue;
        }
        if (!(*before->second == denial)) {
            plan.changes.push_back({Change::Kind::change, "denial", subject_of(denial), difference(*before->second, denial)});
            plan.denials.push_back(std::move(denial));
        }
        left.erase(before);
    }
    for (const auto& denial : current.denials) {
        if (!left.contains(key_of_denial(denial)) || denial.during.over_at(now)) continue;
        plan.left_out.push_back(&denial);
    }
}

bool keeps_all(const community::Person& before, const community::Person& after) {
    return std::all_of(before.addresses.begin(), before.addresses.end(), [&](const auto& address) {
        return std::find(after.addresses.begin(), after.addresses.end(), address) != after.addresses.end();
    });
}

}  // namespace

Plan compare(const Census& wanted, const Census& current, Instant now) {
    Plan plan;
    plan.teams = compare_rows("team", wanted.teams, current.teams, now, plan.changes);
    plan.people = compare_rows("person", wanted.people, current.people, now, plan.changes);
    plan.lists = compare_rows("list", wanted.lists, current.lists, now, plan.changes);
    plan.terms = compare_rows("term", wanted.terms, current.terms, now, plan.changes);
    plan.subscriptions = compare_rows("subscription", wanted.subscriptions, current.subscriptions, now, plan.changes);
    compare_denials(wanted, current, now, plan);
    for (const auto* person : plan.people.remove) plan.changing.emplace_back(person, nullptr);
    if (plan.people.put.empty()) return plan;
    const auto before = by_key(current.people);
    for (const auto* person : plan.people.put) {
        const auto found = before.find(person->id.value);
        if (found == before.end()) continue;
        plan.changing.emplace_back(found->second, person);
        if (!keeps_all(*found->second, *person)) plan.losing.push_back(found->second);
    }
    return plan;
}

}  // namespace caveat::registry
