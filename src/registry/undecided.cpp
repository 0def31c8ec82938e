// Where a load meets what the committee decides.
#include "undecided.hpp"

#include <algorithm>

#include "acts.hpp"
#include "merge.hpp"

namespace caveat::registry {
namespace {

template <class Row>
const Row* found(const std::vector<Row>& rows, const auto& id) {
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const Row& r) { return r.id == id; });
    return row == rows.end() ? nullptr : &*row;
}

class Found {
public:
    void add(std::string_view what, const std::string& id, const std::vector<Need>& needed, const community::Settings& does) {
        for (const Need& need : needed)
            all.push_back({fmt::format("{} {}: {}", what, shown(id), need.what), std::string(need.kind), id, does});
    }
    void plain(std::string line) { all.push_back({std::move(line), {}, {}, {}}); }
    std::vector<Undecided> all;
};

// The lists whose clearance is given, changed or taken away.
community::Settings lists_cleared(const community::Team* before, const community::Team& after) {
    const auto had = before == nullptr ? std::vector<community::Clearance>{} : before->clearances;
    const auto differs = [](const auto& one, const auto& all) { return std::find(all.begin(), all.end(), one) == all.end(); };
    community::Settings lists;
    for (const auto& one : after.clearances) {
        if (differs(one, had)) lists.push_back({"list", one.list.value});
    }
    for (const auto& one : had) {
        if (differs(one, after.clearances)) lists.push_back({"list", one.list.value});
    }
    return lists;
}

bool decides_status(std::string_view kind) { return kind == "admission" || kind == "category" || kind == "revocation"; }

// Whether the act that used this decision settled what the load would change. Of an earlier program's decision only the subject is known.
bool settled_by(storage::Store& store, const storage::Motion& motion, const Undecided& one) {
    if (motion.used_by.empty() || motion.subject != one.subject) return false;
    if (decides_status(one.kind)) return decides_status(motion.kind);
    if (motion.kind != one.kind) return false;
    bool names_any = false;
    for (const auto& remark : store.minutes().remarks(motion.id)) {
        const auto setting = remark.what == "binds" ? community::setting_from(remark.word) : fail(errc::invalid, "");
        if (!setting) continue;
        names_any = true;
        const bool same = std::any_of(one.does.begin(), one.does.end(), [&](const auto& other) {
            return other.name == setting->name && (one.kind != "clearance" || other.value == setting->value);
        });
        if (same) return true;
    }
    return !names_any;
}

}  // namespace

std::vector<Undecided> undecided_in(const policy::Rulebook& rules, const Plan& plan, const Census& current, Instant now) {
    Found lines;
    for (const auto* team : plan.teams.put) {
        const auto* before = found(current.teams, team->id);
        lines.add("team", team->id.value, needs(rules, before, team), lists_cleared(before, *team));
    }
    for (const auto* team : plan.teams.remove) lines.add("team", team->id.value, needs(rules, team, nullptr), {});
    for (const auto* list : plan.lists.put) {
        const auto* before = found(current.lists, list->id);
        const auto deed = before == nullptr ? creation_of(*list) : change_of(*before, *list);
        lines.add("list", list->id.value, needs(rules, before, list, now), deed.does);
    }
    for (const auto* list : plan.lists.remove) lines.add("list", list->id.value, needs(rules, list, nullptr, now), removal_of(*list).does);
    const auto offices = [&](const std::vector<const community::Term*>& terms) {
        for (const auto* term : terms) {
            if (!rules.role_of_list(term->role))
                lines.plain(fmt::format("term {} {}: an office (items 7, 49 and 53)", term->role, term->person));
        }
    };
    offices(plan.terms.put);
    offices(plan.terms.remove);
    for (const auto& denial : plan.denials)
        lines.plain(fmt::format("denial {} {}: a sanction or a hold (items 26 to 42)", denial.whom, denial.resource));
    return std::move(lines.all);
}

Result<void> against_no_decision(storage::Store& store, const std::vector<Undecided>& all) {
    if (all.empty()) return {};
    const auto motions = store.minutes().motions();
    for (const Undecided& one : all) {
        const auto decided =
            std::find_if(motions.rbegin(), motions.rend(), [&](const auto& motion) { return settled_by(store, motion, one); });
        if (decided == motions.rend()) continue;
        return fail(errc::denied, "ruling (ii): {}: decision {} settled that, by {}; a load changes nothing that was decided here",
                    one.line, decided->id, decided->used_by);
    }
    return {};
}

Result<std::vector<std::string>> Registry::undecided(const Census& given, const Manner& manner) {
    Census wanted = given;
    make_canonical(wanted);
    const Census current = census();
    if (!manner.prune) take_in(wanted, current);
    if (const Problems problems = check(wanted, rules_, domain_); !problems.none()) return tl::unexpected(problems.error());
    std::vector<std::string> lines;
    const Instant now = clock_.now();
    for (auto& one : undecided_in(rules_, compare(wanted, current, now), current, now)) lines.push_back(std::move(one.line));
    return lines;
}

}  // namespace caveat::registry
