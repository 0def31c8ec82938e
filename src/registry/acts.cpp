// Single acts on teams and lists. Each is one transaction, so that what it read is still true when it writes.
#include "acts.hpp"

#include <algorithm>

#include "caveat/community/term_rules.hpp"
#include "caveat/policy/prospect.hpp"
#include "caveat/storage/set_aside.hpp"
#include "team_voice.hpp"

namespace caveat::registry {

void record(storage::Store& store, const community::Actor& by, const Entry& entry, Instant now) {
    Detail detail;
    detail.add("what", entry.what);
    add_facts(detail, entry.facts);
    if (!entry.decision.empty()) detail.add("decision", entry.decision);
    community::add_maker(detail, by);
    store.journal().append(now, by.name, entry.act, entry.subject, detail.text());
}

namespace {

// They end first, and whose they are hears of that. As the rows are now.
Result<void> leaves_no_role(const policy::Rulebook& rules, const std::vector<community::HeldTerm>& before, storage::Register& rows,
                            Instant now) {
    const auto lost = before.empty() ? std::vector<LostRole>() : roles_lost(rules, before, rows.roles_of_lists(now));
    if (lost.empty()) return {};
    return fail(errc::denied, "{}", lost.front().why);
}

Result<void> lists_exist(const community::Team& team, storage::Register& rows) {
    for (const auto& clearance : team.clearances) {
        if (!rows.list(clearance.list))
            return fail(errc::not_found, "list {} is not there; see: caveat list list", shown(clearance.list.value));
    }
    return {};
}

// One point of contact an economy (item 14).
Result<void> alone_in_its_economy(const community::Team& team, storage::Register& rows) {
    if (!team.primary_contact) return {};
    for (const auto& other : rows.teams()) {
        if (!other.primary_contact || other.economy != team.economy || other.id == team.id) continue;
        return fail(errc::denied, "item 14: {} ({}) is the primary contact of {}, and an economy has one; take it from that team first",
                    other.name, other.id, team.economy);
    }
    return {};
}

Result<void> use_clearance(const Citation& cite, const std::vector<Need>& needed, const std::string& decision,
                           const community::Team* before, const community::Team& after) {
    if (needed.empty()) return check_citation(needed, decision);
    const auto deed = clearance_deed(before, after);
    return deed ? use_decision(cite, needed, decision, *deed) : Result<void>(tl::unexpected(deed.error()));
}

}  // namespace

std::vector<LostRole> roles_lost(const policy::Rulebook& rules, const std::vector<community::HeldTerm>& before,
                                 const std::vector<community::HeldTerm>& after) {
    std::vector<LostRole> lost;
    for (const auto& held : after) {
        const auto& term = held.term;
        const auto why = policy::unfit(rules, held);
        const auto counted = [&](const community::HeldTerm& was) {
            return was.term.role == term.role && was.term.person == term.person && was.term.list == term.list &&
                   was.term.during.from == term.during.from && policy::unfit(rules, was).empty();
        };
        if (why.empty() || std::none_of(before.begin(), before.end(), counted)) continue;
        lost.push_back({term, fmt::format("{} is {} of {}, and then {}; end it first: {}", term.person, term.role, term.list, why,
                                          community::how_to_end(term))});
    }
    return lost;
}

Result<void> Registry::add(const community::Actor& by, const community::Team& given, const std::string& decision) {
    auto team = given;
    credit_clearances(team, nullptr, decision);
    make_canonical(team);
    if (auto ok = keeps_status(rules_, nullptr, &team); !ok) return ok;
    const auto needed = needs(rules_, nullptr, &team);
    if (auto ok = check_citation(needed, decision); !ok) return ok;
    if (auto ok = sound(team, rules_); !ok) return ok;
    storage::Store::Transaction transaction(store_);
    auto& rows = store_.register_rows();
    if (rows.team(team.id)) return fail(errc::conflict, "team {} exists; change it, or choose another id", team.id);
    if (auto ok = alone_in_its_economy(team, rows); !ok) return ok;
    if (auto ok = lists_exist(team, rows); !ok) return ok;
    if (auto ok = use_clearance(cite_, needed, decision, nullptr, team); !ok) return ok;
    rows.put(team);
    record(store_, by, {"team.add", team.id.value, summary(team), decision}, clock_.now());
    transaction.commit();
    return {};
}

Result<void> Registry::change(const community::Actor& by, const community::Team& given, const std::string& decision) {
    auto team = given;
    storage::Store::Transaction transaction(store_);
    auto& rows = store_.register_rows();
    auto before = rows.team(team.id);
    if (!before) return fail(errc::not_found, "team {} is not there; see: caveat team list", shown(team.id.value));
    credit_clearances(team, &*before, decision);
    make_canonical(team);
    make_canonical(*before);
    if (*before == team) return {};
    if (auto ok = keeps_status(rules_, &*before, &team); !ok) return ok;
    const auto needed = needs(rules_, &*before, &team);
    if (auto ok = check_citation(needed, decision); !ok) return ok;
    if (auto ok = sound(team, rules_); !ok) return ok;
    if (auto ok = alone_in_its_economy(team, rows); !ok) return ok;
    if (auto ok = lists_exist(team, rows); !ok) return ok;
    if (auto ok = use_clearance(cite_, needed, decision, &*before, team); !ok) return ok;
    const Instant now = clock_.now();
    const auto roles = needed.empty() ? std::vector<community::HeldTerm>() : rows.roles_of_lists(now);
    rows.put(team);
    if (auto ok = leaves_no_role(rules_, roles, rows, now); !ok) return ok;
    auto facts = facts_of(*before, team);
    facts.own = is_own_word_of(by, team.id, store_, now);
    record(store_, by, {"team.change", team.id.value, difference(*before, team), decision, std::move(facts)}, now);
    transaction.commit();
    return {};
}

Result<void> Registry::remove_team(const community::Actor& by, const TeamId& id, const std::string& decision) {
    storage::Store::Transaction transaction(store_);
    auto& rows = store_.register_rows();
    const auto team = rows.team(id);
    if (!team) return fail(errc::not_found, "team {} is not there; see: caveat team list", shown(id.value));
    const auto people = rows.people();
    const auto count = std::count_if(people.begin(), people.end(), [&](const community::Person& person) { return person.team == id; });
    if (count > 0) return fail(errc::conflict, "team {} still has {} people; remove them first", id, count);
    if (auto ok = keeps_status(rules_, &*team, nullptr); !ok) return ok;
    if (auto ok = check_citation({}, decision); !ok) return ok;
    rows.remove(id);
    record(store_, by, {"team.remove", id.value, summary(*team), decision}, clock_.now());
    transaction.commit();
    return {};
}

Result<void> Registry::add(const community::Actor& by, const community::List& list, const std::string& decision) {
    if (auto ok = not_a_panels(list); !ok) return ok;
    const auto needed = needs(rules_, nullptr, &list, clock_.now());
    if (auto ok = check_citation(needed, decision); !ok) return ok;
    if (auto ok = sound(list, rules_); !ok) return ok;
    storage::Store::Transaction transaction(store_);
    auto& rows = store_.register_rows();
    if (rows.list(list.id)) return fail(errc::conflict, "list {} exists; change it, or choose another name", list.id);
    if (auto ok = use_decision(cite_, needed, decision, creation_of(list)); !ok) return ok;
    rows.put(list);
    const auto aside = storage::set_posts_aside(store_, list.id, clock_.now());
    const auto before = aside.empty() ? std::string() : "; what was posted to the list before of that name stands under " + aside;
    record(store_, by, {"list.add", list.id.value, summary(list) + before, decision}, clock_.now());
    transaction.commit();
    return {};
}

Result<void> Registry::change(const community::Actor& by, const community::List& list, const std::string& decision) {
    storage::Store::Transaction transaction(store_);
    auto& rows = store_.register_rows();
    const auto before = rows.list(list.id);
    if (!before) return fail(errc::not_found, "list {} is not there; see: caveat list list", shown(list.id.value));
    if (*before == list) return {};
    for (const auto* one : {&*before, &list}) {
        if (auto ok = not_a_panels(*one); !ok) return ok;
    }
    const auto needed = needs(rules_, &*before, &list, clock_.now());
    if (auto ok = check_citation(needed, decision); !ok) return ok;
    if (auto ok = sound(list, rules_); !ok) return ok;
    if (auto ok = use_decision(cite_, needed, decision, change_of(*before, list)); !ok) return ok;
    const Instant now = clock_.now();
    const auto roles = needed.empty() ? std::vector<community::HeldTerm>() : rows.roles_of_lists(now);
    rows.put(list);
    if (auto ok = leaves_no_role(rules_, roles, rows, now); !ok) return ok;
    record(store_, by, {"list.change", list.id.value, difference(*before, list), decision, facts_of(*before, list)}, now);
    transaction.commit();
    return {};
}

Result<void> Registry::remove_list(const community::Actor& by, const ListId& id, const std::string& decision) {
    storage::Store::Transaction transaction(store_);
    auto& rows = store_.register_rows();
    const auto list = rows.list(id);
    if (!list) return fail(errc::not_found, "list {} is not there; see: caveat list list", shown(id.value));
    if (auto ok = not_a_panels(*list); !ok) return ok;
    const Instant now = clock_.now();
    if (auto ok = use_decision(cite_, needs(rules_, &*list, nullptr, now), decision, removal_of(*list)); !ok) return ok;
    const auto what = fmt::format("{}; {} subscriptions end", summary(*list), rows.subscribers(id));
    rows.remove(id, now);
    record(store_, by, {"list.remove", id.value, what, decision}, now);
    transaction.commit();
    return {};
}

}  // namespace caveat::registry
