// Where a load meets what the committee decides.
#include <algorithm>

#include "acts.hpp"
#include "diff.hpp"

namespace caveat::registry {
namespace {

class Lines {
public:
    void add(std::string_view kind, std::string_view id, const std::vector<Need>& needed) {
        for (const Need& need : needed) all.push_back(fmt::format("{} {}: {}", kind, shown(id), need.what));
    }
    std::vector<std::string> all;
};

template <class Row>
const Row* found(const std::vector<Row>& rows, const auto& id) {
    const auto row = std::lower_bound(rows.begin(), rows.end(), id, [](const Row& r, const auto& wanted) { return r.id < wanted; });
    return row == rows.end() || row->id != id ? nullptr : &*row;
}

}  // namespace

Result<std::vector<std::string>> Registry::undecided(const Census& given) {
    Census wanted = given;
    make_canonical(wanted);
    if (const Problems problems = check(wanted, rules_, domain_); !problems.none()) return tl::unexpected(problems.error());
    const Census current = census();  // sorted by id
    const Plan plan = compare(wanted, current, clock_.now());
    Lines lines;
    for (const auto* team : plan.teams.put) lines.add("team", team->id.value, needs(rules_, found(current.teams, team->id), team));
    for (const auto* team : plan.teams.remove) lines.add("team", team->id.value, needs(rules_, team, nullptr));
    for (const auto* list : plan.lists.put) {
        if (const auto* before = found(current.lists, list->id)) lines.add("list", list->id.value, needs(*before, *list));
    }
    const auto offices = [&](const std::vector<const community::Term*>& terms) {
        for (const auto* term : terms) {
            if (rules_.role_of_list(term->role)) continue;
            lines.all.push_back(fmt::format("term {} {}: an office (items 7, 49 and 53)", term->role, term->person));
        }
    };
    offices(plan.terms.put);
    offices(plan.terms.remove);
    for (const auto& denial : plan.denials) {
        lines.all.push_back(fmt::format("denial {} {}: a sanction or a hold (items 26 to 42)", denial.whom, denial.resource));
    }
    return std::move(lines.all);
}

}  // namespace caveat::registry
