#include <algorithm>
#include <unordered_set>

#include "apply.hpp"
#include "caveat/registry/registry.hpp"
#include "check.hpp"
#include "warnings.hpp"

namespace caveat::registry {
namespace {

template <class Row>
std::unordered_set<std::string_view> ids(const std::vector<Row>& rows) {
    std::unordered_set<std::string_view> found;
    found.reserve(rows.size());
    for (const Row& row : rows) found.insert(row.id.value);
    return found;
}

// The register keeps terms and denials of people who have left, for the journal and the archive. They are left out here: they are not part
// of today's community, and a file that contained them would be refused for naming unknown people.
void drop_remembered(Census& census) {
    const auto teams = ids(census.teams);
    const auto people = ids(census.people);
    const auto lists = ids(census.lists);
    std::erase_if(census.terms, [&](const community::Term& term) {
        return !people.contains(term.person.value) || (!term.list.empty() && !lists.contains(term.list.value));
    });
    std::erase_if(census.denials, [&](const community::Denial& denial) {
        return !(denial.whole_team ? teams : people).contains(denial.whom) || (denial.resource != "*" && !lists.contains(denial.resource));
    });
    for (auto& team : census.teams) {
        std::erase_if(team.clearances, [&](const community::Clearance& clearance) { return !lists.contains(clearance.list.value); });
    }
}

template <class Row>
void sort_by_id(std::vector<Row>& rows) {
    std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.id < b.id; });
}

// Sorted, so that two exports of one community are the same bytes, whatever the order in which the rows were made.
void sort(Census& census) {
    sort_by_id(census.teams);
    sort_by_id(census.people);
    sort_by_id(census.lists);
    std::sort(census.terms.begin(), census.terms.end(), [](const community::Term& a, const community::Term& b) {
        return std::tie(a.role, a.list, a.during.from, a.person) < std::tie(b.role, b.list, b.during.from, b.person);
    });
    std::sort(census.denials.begin(), census.denials.end(), [](const community::Denial& a, const community::Denial& b) {
        return std::tie(a.during.from, a.whom, a.resource, a.id) < std::tie(b.during.from, b.whom, b.resource, b.id);
    });
}

Census read(storage::Register& rows) {
    Census census;
    census.teams = rows.teams();
    census.people = rows.people();
    census.terms = rows.terms();
    census.lists = rows.lists();
    census.denials = rows.denials();
    rows.each_subscription([&](const community::Subscription& subscription) { census.subscriptions.push_back(subscription); });
    drop_remembered(census);
    make_canonical(census);
    return census;
}

}  // namespace

Registry::Registry(storage::Store& store, const policy::Rulebook& rules, const Clock& clock, Citation cite, openpgp::Engine* keys,
                   std::string domain)
    : store_(store), rules_(rules), clock_(clock), cite_(std::move(cite)), keys_(keys), domain_(std::move(domain)) {}

Census Registry::census() {
    const storage::Store::Reading reading(store_);
    Census census = read(store_.register_rows());
    sort(census);
    return census;
}

Result<Loaded> Registry::load(const community::Actor& by, const Census& census, bool dry_run) {
    Census wanted = census;
    make_canonical(wanted);
    if (const Problems problems = check(wanted, rules_, domain_); !problems.none()) return tl::unexpected(problems.error());

    const Instant now = clock_.now();
    const auto answer = [&](const Census& current) {
        Plan plan = compare(wanted, current, now);
        auto lines = warnings(wanted, plan, rules_, now);
        return std::pair{std::move(plan), std::move(lines)};
    };
    if (dry_run) {
        const storage::Store::Reading reading(store_);
        const Census current = read(store_.register_rows());
        auto [plan, lines] = answer(current);
        return Loaded{std::move(plan.changes), std::move(lines)};
    }
    storage::Store::Transaction transaction(store_);
    const Census current = read(store_.register_rows());
    auto [plan, lines] = answer(current);
    if (!plan.changes.empty()) {
        apply(plan, store_.register_rows(), now);
        record(plan.changes, by.name, store_.journal(), now);
        transaction.commit();
    }
    return Loaded{std::move(plan.changes), std::move(lines)};
}

}  // namespace caveat::registry
