// Where a load meets what the committee decides.
#include "undecided.hpp"

#include <algorithm>

#include "acts.hpp"

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
    void office(const community::Term& term, const community::Term* before) {
        Undecided one{fmt::format("term {} {}: an office (items 7, 49 and 53)", term.role, term.person), {}, {}, {}};
        if (before != nullptr) one.began = *before;
        all.push_back(std::move(one));
    }
    void denial(const community::Denial& denial) {
        Undecided one{fmt::format("denial {} {}: a sanction or a hold (items 26 to 42)", denial.whom, denial.resource), {}, {}, {}};
        one.denial = denial;
        all.push_back(std::move(one));
    }
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

const community::Term* as_on_record(const Census& current, const community::Term& term) {
    const auto found = std::find_if(current.terms.begin(), current.terms.end(), [&](const community::Term& other) {
        return other.role == term.role && other.person == term.person && other.during.from == term.during.from;
    });
    return found == current.terms.end() ? nullptr : &*found;
}

std::string used_by(storage::Store& store, const std::string& decision) {
    const auto motion = store.minutes().motion(decision);
    return motion && !motion->used_by.empty() ? fmt::format("decision {} settled that, by {}", decision, motion->used_by) : std::string();
}

// In words what an election settled; empty: none began this term.
std::string election_of(storage::Store& store, const community::Term& term) {
    const auto id = election_begun(store, term);
    return id.empty() ? std::string() : used_by(store, id);
}

std::string act_of(storage::Store& store, const community::Denial& denial) {
    if (const auto id = denial.id == 0 ? std::nullopt : store.minutes().case_of(denial.id)) return fmt::format("case {} settled that", *id);
    for (const auto& hold : store.minutes().holds()) {
        if (denial.id != 0 && hold.denial == denial.id) return fmt::format("hold {} settled that", hold.id);
    }
    return denial.decision.empty() ? std::string() : used_by(store, denial.decision);
}

// What was carried out here: a sanction or a hold in force, or an office that an election gave. In words; empty: nothing of it.
std::string carried_out_here(storage::Store& store, const Undecided& one) {
    if (one.denial) return act_of(store, *one.denial);
    return one.began ? election_of(store, *one.began) : std::string();
}

}  // namespace

// What was there before this program was used, and came by the first load, has no such entry.
std::string election_begun(storage::Store& store, const community::Term& term) {
    const auto role = fmt::format("\"role\":\"{}\"", term.role);
    const auto began = fmt::format("\"during\":\"{} - ", to_string(term.during.from));
    constexpr std::string_view by = "\"decision\":\"";
    std::string election;
    store.journal().each({.from = 1, .limit = -1, .act = "term.begun", .subject = term.person.value}, [&](const storage::Entry& entry) {
        const auto at = entry.detail.find(by);
        if (at == std::string::npos || entry.detail.find(role) == std::string::npos || entry.detail.find(began) == std::string::npos)
            return;
        const auto id = entry.detail.substr(at + by.size());
        election = id.substr(0, id.find('"'));
    });
    return election;
}

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
            if (!rules.role_of_list(term->role)) lines.office(*term, as_on_record(current, *term));
        }
    };
    offices(plan.terms.put);
    offices(plan.terms.remove);
    for (const auto& denial : plan.denials) lines.denial(denial);
    return std::move(lines.all);
}

Result<void> against_no_decision(storage::Store& store, const std::vector<Undecided>& all) {
    if (all.empty()) return {};
    const auto motions = store.minutes().motions();
    for (const Undecided& one : all) {
        if (const auto settled = carried_out_here(store, one); !settled.empty())
            return fail(errc::denied, "ruling (ii): {}: {}; a load changes nothing that was decided here", one.line, settled);
        const auto decided =
            std::find_if(motions.rbegin(), motions.rend(), [&](const auto& motion) { return settled_by(store, motion, one); });
        if (decided == motions.rend()) continue;
        return fail(errc::denied, "ruling (ii): {}: decision {} settled that, by {}; a load changes nothing that was decided here",
                    one.line, decided->id, decided->used_by);
    }
    return {};
}

Result<void> nothing_undecided(const std::vector<Undecided>& all) {
    constexpr std::size_t most_named = 20;
    if (all.empty()) return {};
    std::string lines;
    for (std::size_t i = 0; i < std::min(all.size(), most_named); ++i) lines += (i == 0 ? "" : "\n") + all[i].line;
    return fail(
        errc::denied,
        "{} of these changes are the committee's to decide and need its decision, each by its own act; leave them out of the text, or "
        "let the operator load it:\n{}",
        all.size(), lines);
}

}  // namespace caveat::registry
