#include "caveat/registry/contacts.hpp"

#include <algorithm>
#include <set>

#include "caveat/community/constituency.hpp"
#include "caveat/community/in_force.hpp"
#include "caveat/community/representation.hpp"

namespace caveat::registry {
namespace {

using community::Person;
using community::Sought;
using community::Team;

constexpr std::string_view class_of_contacts = "poc";

// Of those on the lists of points of contact.
std::set<PersonId> on_contact_lists(storage::Store& store) {
    std::set<PersonId> all;
    for (const auto& list : store.rosters().lists()) {
        if (list.klass != class_of_contacts) continue;
        for (const auto& line : store.rosters().subscriptions(list.id)) all.insert(line.person);
    }
    return all;
}

class Members {
public:
    Members(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, Instant now)
        : now_(now), denials_(store.powers().denials()), on_lists_(on_contact_lists(store)) {
        for (auto& team : store.directory().teams()) {
            if (rules.is_member(team.category)) members_.push_back(std::move(team));
        }
        const auto asks = by.person ? store.directory().person(*by.person) : std::nullopt;
        const bool shut_out = asks && is_shut_out(*asks);
        const auto is_theirs = [&](const Team& team) { return asks && !shut_out && team.id == asks->team; };
        if (!by.person || std::any_of(members_.begin(), members_.end(), is_theirs)) people_ = store.directory().people();
    }

    [[nodiscard]] std::vector<Contact> by_range(const Sought& what) const {
        unsigned narrowest = 0;
        std::vector<Contact> found;
        for (const auto& team : members_) {
            const auto held = held_by(what, team.ranges);
            if (!held || held->narrow < narrowest) continue;
            if (held->narrow > narrowest) found.clear();
            narrowest = held->narrow;
            found.push_back(contact(team, fmt::format("{} is in its range {}", what.text, held->range)));
        }
        return found;
    }
    [[nodiscard]] std::vector<Contact> of_economy(const std::string& economy) const {
        std::vector<Contact> found;
        for (const auto& team : members_) {
            if (team.primary_contact && team.economy == economy)
                found.push_back(contact(team, fmt::format("it is the primary contact of {}", economy)));
        }
        return found;
    }

private:
    // Under a sanction on everything a team sees what is public (rules.md §2.2).
    [[nodiscard]] bool is_shut_out(const Person& person) const {
        return std::any_of(denials_.begin(), denials_.end(), [&](const community::Denial& denial) {
            const bool theirs = denial.whole_team && denial.whom == person.team.value;
            return theirs && denial.resource == "*" && in_force(denial, now_) &&
                   (denial.verbs & community::bit(community::Verb::receive)) != 0;
        });
    }

    [[nodiscard]] Contact contact(const Team& team, std::string because) const {
        Contact made{team, std::move(because), {}};
        const auto take = [&](auto wanted) {
            for (const auto& person : people_) {
                if (person.team == team.id && !person.addresses.empty() && !is_held(denials_, person.id, now_) && wanted(person))
                    made.people.push_back(person);
            }
        };
        take([&](const Person& person) { return on_lists_.contains(person.id); });
        if (made.people.empty()) take([&](const Person& person) { return speaks_for_team(person, people_, denials_, now_); });
        return made;
    }

    Instant now_;
    std::vector<Person> people_;
    std::vector<community::Denial> denials_;
    std::set<PersonId> on_lists_;
    std::vector<Team> members_;
};

}  // namespace

Result<Contacts> contacts_for(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, std::string_view what,
                              std::string_view economy, Instant now) {
    const auto sought = community::sought(what);
    if (!sought) return tl::unexpected(sought.error());
    const auto stated = economy.empty() ? Result<Sought>(Sought{}) : community::sought(economy);
    if (!stated || (!economy.empty() && stated->economy.empty()))
        return fail(errc::invalid, "'{}' is no economy; write two letters: AU", economy.substr(0, 64));
    storage::Store::Reading reading(store);
    const Members members(store, rules, by, now);
    Contacts found{sought->text, members.by_range(*sought), {}};
    if (!found.contacts.empty()) {
        found.why = fmt::format("{} is of the constituency of {}", found.what,
                                found.contacts.size() == 1 ? "a member" : fmt::format("{} members", found.contacts.size()));
        return found;
    }
    const auto where = stated->economy.empty() ? economy_of(*sought) : stated->economy;
    const auto none = sought->economy.empty() ? fmt::format("no member has {} in its ranges", found.what) : std::string{};
    if (where.empty()) {
        found.why = fmt::format("{}, and its economy is not known; name it, to be told its primary contact", none);
        return found;
    }
    found.contacts = members.of_economy(where);
    const auto end = found.contacts.empty() ? fmt::format("{} has no primary contact", where)
                                            : fmt::format("the primary contact of {} is the one to ask", where);
    found.why = none.empty() ? end : fmt::format("{}; {}", none, end);
    return found;
}

}  // namespace caveat::registry
