#pragma once
// The life of a membership as far as the secretariat keeps it: teams, people, terms, lists, rosters. Every act is one transaction with its
// journal entry. The rule book says what words exist; nothing here decides what they allow. Lives on the desk, or in the command line's
// process.
#include <string>
#include <vector>

#include "caveat/clock.hpp"
#include "caveat/community/standing.hpp"
#include "caveat/policy/rulebook.hpp"
#include "caveat/storage/store.hpp"

namespace caveat::registry {

// A whole community as a value: what a community file describes and what an export gives back.
struct Census {
    std::vector<community::Team> teams;
    std::vector<community::Person> people;
    std::vector<community::Term> terms;
    std::vector<community::List> lists;
    std::vector<community::Subscription> subscriptions;
    std::vector<community::Denial> denials;  // recorded sanctions and holds; ids are not compared
};

struct Change {
    enum class Kind { add, change, remove } kind = Kind::add;
    std::string what;    // "team", "subscription"
    std::string id;      // "orchid", "teams orchid-rep"
    std::string detail;  // "category: liaison -> operational"
};

struct Loaded {
    std::vector<Change> changes;        // empty: the community is as the file says
    std::vector<std::string> warnings;  // "camphor-duty on poc can receive nothing today: ..."
};

class Registry {
public:
    Registry(storage::Store& store, const policy::Rulebook& rules, const Clock& clock);

    // Checks the census as a whole (every reference, word, address and interval), all problems in one error; then brings the register to
    // that state: what is not in it is removed, denials excepted: leaving one out does not lift it, writing an earlier `until` ends it.
    // dry_run: the same answer, nothing written.
    [[nodiscard]] Result<Loaded> load(const community::Actor& by, const Census& census, bool dry_run);
    [[nodiscard]] Census census();

    [[nodiscard]] Result<void> add(const community::Actor& by, const community::Team& team);
    [[nodiscard]] Result<void> change(const community::Actor& by, const community::Team& team, const std::string& decision);
    [[nodiscard]] Result<void> remove_team(const community::Actor& by, const TeamId& id);

    [[nodiscard]] Result<void> add(const community::Actor& by, const community::Person& person);
    [[nodiscard]] Result<void> change(const community::Actor& by, const community::Person& person);
    [[nodiscard]] Result<void> remove_person(const community::Actor& by, const PersonId& id);

    [[nodiscard]] Result<void> add(const community::Actor& by, const community::List& list);
    [[nodiscard]] Result<void> change(const community::Actor& by, const community::List& list, const std::string& decision);
    [[nodiscard]] Result<void> remove_list(const community::Actor& by, const ListId& id);

    [[nodiscard]] Result<void> add(const community::Actor& by, const community::Subscription& subscription);
    [[nodiscard]] Result<void> remove_subscription(const community::Actor& by, const ListId& list, const PersonId& person);

private:
    storage::Store& store_;
    const policy::Rulebook& rules_;
    const Clock& clock_;
};

}  // namespace caveat::registry
