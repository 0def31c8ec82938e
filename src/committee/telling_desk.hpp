#pragma once
// What a pass over the record needs of the register, and the tellings of cases and of applications that it gathers; those of ballots are in
// tellings.cpp. On the thread that writes with the Store.
#include <algorithm>
#include <set>

#include "caveat/community/representation.hpp"
#include "caveat/letters/names.hpp"
#include "caveat/policy/rulebook.hpp"
#include "decision_views.hpp"
#include "proposals.hpp"
#include "tellings.hpp"

namespace caveat::committee {

inline constexpr std::chrono::hours news_for{24 * 7};  // what happened longer ago is told no more

struct Desk {
    storage::Store& store;
    const policy::Rulebook& rules;
    const std::string& pages;
    const std::string& domain;
    Instant now;
    std::vector<community::Person> people = {};
    std::vector<community::Term> terms = {};  // those that count now
    std::vector<community::Denial> denials = {};

    [[nodiscard]] bool untold(const std::string& key, Instant at) const { return !store.minutes().reminded(key, at); }
    [[nodiscard]] std::string team_name(const TeamId& id) const { return letters::called(store, id); }
    [[nodiscard]] std::string person_name(const PersonId& id) const { return letters::called(store, id); }
    [[nodiscard]] std::string link(std::string_view path) const { return pages.empty() ? std::string() : fmt::format("{}{}", pages, path); }

    template <class Wanted>
    [[nodiscard]] std::vector<community::Person> those(Wanted wanted) const {
        std::vector<community::Person> some;
        for (const auto& person : people) {
            if (!person.addresses.empty() && wanted(person)) some.push_back(person);
        }
        return some;
    }
    template <class Of>
    [[nodiscard]] bool has_term(const PersonId& person, Of of) const {
        return std::any_of(terms.begin(), terms.end(), [&](const auto& term) { return term.person == person && of(term.role); });
    }
    [[nodiscard]] bool seated(const PersonId& person) const {
        return has_term(person, [&](const auto& role) { return rules.office_of(role) == community::Office::seat; });
    }
    [[nodiscard]] bool presides(const PersonId& person) const {
        return has_term(person, [&](const auto& role) { return rules.office_of(role) == community::Office::chair; });
    }
    [[nodiscard]] bool keeps_record(const PersonId& person) const {
        return has_term(person, [&](const auto& role) { return rules.role_has(role, policy::Trait::records); });
    }
    // Its representative, whose letter waits for the end of a hold, and meanwhile the alternates, who act (item 15).
    [[nodiscard]] bool speaks(const community::Person& person) const {
        return person.representative || community::speaks_for_team(person, people, denials, now);
    }
    // Its page would open to them: no letter says of a ballot what that does not.
    [[nodiscard]] bool may_know(const community::Person& p, const Decision& d) const {
        using Reach = Viewer::Reach;
        const bool seat = seated(p.id), voice = speaks(p);
        const auto reach = seat || presides(p.id) || keeps_record(p.id) ? Reach::everything : voice ? Reach::own : Reach::nothing;
        return may_see(store, rules, {{"person " + p.id.value, p.id}, p.team, voice, seat, reach}, d);
    }
    // Of a ballot of the seats the holders, of one of the members who speaks for them.
    [[nodiscard]] std::vector<community::Person> voters(const Decision& d, const std::set<TeamId>& teams) const {
        const bool seats = of_committee(d.ballot.rule);
        return those([&](const auto& p) { return teams.contains(p.team) && (seats ? seated(p.id) : speaks(p)) && may_know(p, d); });
    }
    [[nodiscard]] std::vector<community::Person> committee_without(const TeamId& party) const {
        return those([&](const auto& p) { return p.team != party && keeps_record(p.id); });
    }
    // Who speaks for the other Operational Members, and hears nothing of it as a member of the committee.
    [[nodiscard]] std::vector<community::Person> other_members(const TeamId& party) const {
        return those([&](const auto& p) {
            if (p.team == party || !speaks(p) || keeps_record(p.id)) return false;
            const auto team = store.directory().team(p.team);
            return team && rules.is_member(team->category);
        });
    }
    [[nodiscard]] std::vector<community::Person> speakers_of(const TeamId& team) const {
        auto some = those([&](const auto& p) { return p.team == team && speaks(p); });
        if (some.empty()) some = those([&](const auto& p) { return p.team == team; });
        return some;
    }
};

void add_case(const Desk& desk, const storage::CaseRow& row, std::vector<Telling>& all);
void add_application(const Desk& desk, const storage::ApplicationRow& row, std::vector<Telling>& all);

}  // namespace caveat::committee
