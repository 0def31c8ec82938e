#include "merge.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "caveat/community/subject.hpp"
#include "check.hpp"
#include "diff.hpp"

namespace caveat::registry {
namespace {

void keep_unnamed(community::Team& wanted, const community::Team& current) {
    for (const auto& one : current.clearances) {
        const bool named =
            std::any_of(wanted.clearances.begin(), wanted.clearances.end(), [&](const auto& c) { return c.list == one.list; });
        if (!named) wanted.clearances.push_back(one);
    }
    make_canonical(wanted);
}
void keep_unnamed(community::Person& wanted, const community::Person& current) {
    if (wanted.key.empty()) wanted.key = current.key;
}
template <class Row>
void keep_unnamed(Row&, const Row&) {}

template <class Row>
void take_in_rows(std::vector<Row>& wanted, const std::vector<Row>& current) {
    if (current.empty()) return;
    std::unordered_map<std::string, std::size_t> named;
    named.reserve(wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i) named.emplace(key_of(wanted[i]), i);
    for (const Row& row : current) {
        const auto found = named.find(key_of(row));
        if (found == named.end()) {
            wanted.push_back(row);
        } else {
            keep_unnamed(wanted[found->second], row);
        }
    }
}

}  // namespace

void take_in(Census& wanted, const Census& current, Instant now) {
    auto terms = current.terms;
    std::erase_if(terms, [&](const auto& term) { return term.during.over_at(now); });
    take_in_rows(wanted.teams, current.teams);
    take_in_rows(wanted.people, current.people);
    take_in_rows(wanted.terms, terms);
    take_in_rows(wanted.lists, current.lists);
    take_in_rows(wanted.subscriptions, current.subscriptions);
}

void take_in_history(Census& wanted, const Census& current, const policy::Rulebook& rules, Instant now) {
    std::unordered_set<std::string> there;
    for (const auto& term : wanted.terms) there.insert(key_of(term));
    for (const auto& person : wanted.people) there.insert("person " + person.id.value);
    for (const auto& list : wanted.lists) there.insert("list " + list.id.value);
    for (auto term : current.terms) {
        const bool stays = there.contains("person " + term.person.value) && there.contains("list " + term.list.value);
        if (!rules.role_of_list(term.role) || !stays || there.contains(key_of(term)) || now <= term.during.from) continue;
        if (!term.during.over_at(now)) term.during.until = now;
        wanted.terms.push_back(std::move(term));
    }
}

}  // namespace caveat::registry
