// The census as a whole: references, and what may be there only once. Hash maps throughout: a federation has 200,000 people.
#include "check.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "caveat/mail/message.hpp"

namespace caveat::registry {
namespace {

using Names = std::unordered_set<std::string_view>;

template <class Row>
Names names_of(std::string_view kind, const std::vector<Row>& rows, Problems& problems) {
    Names names;
    names.reserve(rows.size());
    for (const Row& row : rows) {
        if (!names.insert(row.id.value).second) problems.add(kind, row.id.value, "is there twice; write each id once");
    }
    return names;
}

struct Checked {
    const Census& census;
    const policy::Rulebook& rules;
    std::string_view domain;
    Problems& problems;
    Names teams, people, lists;

    template <class... Args>
    void need(const Names& names, std::string_view wanted, std::string_view what, std::string_view kind, std::string_view id) const {
        if (names.contains(wanted)) return;
        problems.add(kind, id, "{} '{}' is not there; write the id of a {} of this file, or add it", what, shown(wanted), what);
    }
};

void check_teams(const Checked& all) {
    std::unordered_map<std::string_view, std::string_view> primary;  // economy -> team
    for (const auto& team : all.census.teams) {
        check(team, all.rules, all.problems);
        if (team.primary_contact) {
            const auto [held, fresh] = primary.emplace(team.economy, team.id.value);
            if (!fresh)
                all.problems.add("team", team.id.value,
                                 "{} is the primary contact of {} already; write primary_contact = true once per economy (item 14)",
                                 shown(held->second), shown(team.economy));
        }
        for (const auto& clearance : team.clearances) all.need(all.lists, clearance.list.value, "list", "team", team.id.value);
    }
}

void check_people(const Checked& all) {
    std::unordered_map<std::string, std::string_view> holders;  // normalised address -> person
    std::unordered_map<std::string_view, std::string_view> representatives;
    holders.reserve(all.census.people.size());
    for (const auto& person : all.census.people) {
        const auto& id = person.id.value;
        check(person, all.domain, all.problems);
        all.need(all.teams, person.team.value, "team", "person", id);
        for (const auto& address : person.addresses) {
            const auto [held, fresh] = holders.emplace(mail::normalise_address(address), id);
            if (!fresh)
                all.problems.add("person", id, "'{}' is an address of {} already; an address belongs to one person", shown(address),
                                 shown(held->second));
        }
        if (!person.representative) continue;
        const auto [held, fresh] = representatives.emplace(person.team.value, id);
        if (!fresh)
            all.problems.add("person", id, "{} is representative of {} already; write representative = true once per team (item 15)",
                             shown(held->second), shown(person.team.value));
    }
}

// Sweeps over beginnings and ends in order of time; an end comes before a beginning at the same instant (half open).
void check_seats(const Checked& all) {
    const auto most = static_cast<std::size_t>(std::get<int>(all.rules.value(policy::Number::seats_max)));
    std::multimap<std::pair<Instant, bool>, const community::Term*> events;  // false: ends
    for (const auto& term : all.census.terms) {
        if (all.rules.office_of(term.role) != community::Office::seat) continue;
        events.emplace(std::pair{term.during.from, true}, &term);
        if (term.during.until) events.emplace(std::pair{*term.during.until, false}, &term);
    }
    std::map<std::string_view, int> seated;
    for (const auto& [event, term] : events) {
        int& terms = seated[term->person.value];
        terms += event.second ? 1 : -1;
        if (terms <= 0) seated.erase(term->person.value);
        if (!event.second || seated.size() <= most) continue;
        return all.problems.add("term", subject_of(*term), "makes {} seats from {}; the rule book allows {} at a time (item 49)",
                                seated.size(), to_string(event.first), most);
    }
}

void check_terms(const Checked& all) {
    std::unordered_set<std::string> seen;
    for (const auto& term : all.census.terms) {
        const auto id = subject_of(term);
        check(term, all.rules, all.problems);
        all.need(all.people, term.person.value, "person", "term", id);
        if (!term.list.empty()) all.need(all.lists, term.list.value, "list", "term", id);
        if (!seen.insert(fmt::format("{} {}", id, to_string(term.during.from))).second) {
            all.problems.add("term", id, "is there twice; write each term once");
        }
    }
    check_seats(all);
}

void check_subscriptions(const Checked& all) {
    std::unordered_set<std::string> seen;
    seen.reserve(all.census.subscriptions.size());
    for (const auto& subscription : all.census.subscriptions) {
        auto id = subject_of(subscription);
        all.need(all.lists, subscription.list.value, "list", "subscription", id);
        all.need(all.people, subscription.person.value, "person", "subscription", id);
        const auto [kept, fresh] = seen.insert(std::move(id));
        if (!fresh) all.problems.add("subscription", *kept, "is there twice; write each once");
    }
}

void check_denials(const Checked& all) {
    for (const auto& denial : all.census.denials) {
        const auto id = subject_of(denial);
        check(denial, all.problems);
        all.need(denial.whole_team ? all.teams : all.people, denial.whom, denial.whole_team ? "team" : "person", "denial", id);
        if (denial.resource != "*") all.need(all.lists, denial.resource, "list", "denial", id);
    }
}

}  // namespace

Problems check(const Census& census, const policy::Rulebook& rules, std::string_view domain) {
    Problems problems;
    Checked all{census, rules, domain, problems, {}, {}, {}};
    all.teams = names_of("team", census.teams, problems);
    all.people = names_of("person", census.people, problems);
    all.lists = names_of("list", census.lists, problems);
    for (const auto& list : census.lists) check(list, rules, problems);
    check_teams(all);
    check_people(all);
    check_terms(all);
    check_subscriptions(all);
    check_denials(all);
    return problems;
}

void make_canonical(community::Team& team) {
    std::sort(team.clearances.begin(), team.clearances.end(), [](const auto& a, const auto& b) { return a.list < b.list; });
}

void make_canonical(community::Person& person) {
    for (auto& address : person.addresses) address = mail::canonical_address(address);
    if (person.key.empty()) return;
    std::erase(person.key, '\r');
    constexpr std::string_view blanks = " \t\n";
    const auto from = person.key.find_first_not_of(blanks);
    if (from == std::string::npos) return person.key.clear();
    person.key = person.key.substr(from, person.key.find_last_not_of(blanks) - from + 1) + '\n';
}

void make_canonical(Census& census) {
    for (auto& team : census.teams) make_canonical(team);
    for (auto& person : census.people) make_canonical(person);
}

}  // namespace caveat::registry
