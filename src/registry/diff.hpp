#pragma once
// What must change for the register to be as a census says. Pure; both censuses are canonical and outlive the plan.
#include <string>
#include <utility>
#include <vector>

#include "caveat/detail.hpp"
#include "caveat/registry/registry.hpp"

namespace caveat::registry {

template <class Row>
struct Difference {
    std::vector<const Row*> put;  // new or changed
    std::vector<const Row*> remove;
};

struct Plan {
    Difference<community::Team> teams;
    Difference<community::Person> people;
    std::vector<const community::Person*> losing;  // as they are now: somebody else may be about to get one of their addresses
    // Who changes or goes, as they are now, and as they will be; null: they go.
    std::vector<std::pair<const community::Person*, const community::Person*>> changing;
    Difference<community::Term> terms;
    Difference<community::List> lists;
    Difference<community::Subscription> subscriptions;
    std::vector<community::Denial> denials;          // new with id 0, changed with the register's id
    std::vector<const community::Denial*> left_out;  // recorded, not over, and not in the census: they stay
    bool left_out_unnamed = false;                   // and nobody thought that they would go
    std::vector<Change> changes;                     // in the words of a person
};

// What tells a row from others of its kind.
[[nodiscard]] std::string key_of(const community::Team& team);
[[nodiscard]] std::string key_of(const community::Person& person);
[[nodiscard]] std::string key_of(const community::List& list);
[[nodiscard]] std::string key_of(const community::Subscription& subscription);
[[nodiscard]] std::string key_of(const community::Term& term);

// Terms that are over stay: nobody takes them out.
[[nodiscard]] Plan compare(const Census& wanted, const Census& current, Instant now);

// "category: liaison -> operational; name: A -> B"; empty if nothing differs.
[[nodiscard]] std::string difference(const community::Team& before, const community::Team& after);
[[nodiscard]] std::string difference(const community::Person& before, const community::Person& after);
[[nodiscard]] std::string difference(const community::Term& before, const community::Term& after);
[[nodiscard]] std::string difference(const community::List& before, const community::List& after);
[[nodiscard]] std::string difference(const community::Subscription& before, const community::Subscription& after);
[[nodiscard]] std::string difference(const community::Denial& before, const community::Denial& after);

// Of what changed; empty where nobody is told.
[[nodiscard]] Facts facts_of(const community::Team& before, const community::Team& after);
[[nodiscard]] Facts facts_of(const community::Person& before, const community::Person& after);
[[nodiscard]] Facts facts_of(const community::List& before, const community::List& after);
[[nodiscard]] Facts facts_of(const community::Subscription& before, const community::Subscription& after);
[[nodiscard]] Facts facts_of(const community::Term& before, const community::Term& after);
template <class Row>
[[nodiscard]] Facts facts_of(const Row&, const Row&) {
    return {};
}
// Of who comes, and who goes.
[[nodiscard]] Facts facts_of_entry(const community::Person& person);
[[nodiscard]] Facts facts_of_leaving(const community::Person& person, Instant now);
[[nodiscard]] Facts facts_of_entry(const community::Term& term);
[[nodiscard]] Facts facts_of_leaving(const community::Term& term, Instant now);
template <class Row>
[[nodiscard]] Facts facts_of_entry(const Row&) {
    return {};
}
template <class Row>
[[nodiscard]] Facts facts_of_leaving(const Row&, Instant) {
    return {};
}
// In an entry of the journal.
Detail& add_facts(Detail& detail, const Facts& facts);

// The row in a few words, for what is new.
[[nodiscard]] std::string summary(const community::Team& team);
[[nodiscard]] std::string summary(const community::Person& person);
[[nodiscard]] std::string summary(const community::Term& term);
[[nodiscard]] std::string summary(const community::List& list);
[[nodiscard]] std::string summary(const community::Subscription& subscription);
[[nodiscard]] std::string summary(const community::Denial& denial);

}  // namespace caveat::registry
