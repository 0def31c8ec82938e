// Whom news of a roster goes to: that somebody was put on a list that only its roster reads, or owns it now.
#include <algorithm>
#include <set>

#include "caveat/community/panel_list.hpp"
#include "caveat/community/subject.hpp"
#include "caveat/community/term_rules.hpp"
#include "caveat/letters/names.hpp"
#include "caveat/moment.hpp"
#include "caveat/policy/decide.hpp"
#include "caveat/policy/prospect.hpp"
#include "changes.hpp"

namespace caveat::committee {
namespace {

bool made_themself_owner(storage::Store& store, const PersonId& person, const ListId& list) {
    const auto itself = "person " + person.value;
    bool last = false;
    store.journal().each({.from = 1, .limit = -1, .act = "term.begun", .subject = person.value}, [&](const storage::Entry& entry) {
        if (text_in(entry.detail, "list") == list.value) last = entry.actor == itself;
    });
    return last;
}

constexpr std::chrono::hours hears_on_for{30 * 24};

// Whether somebody else than its holder ended this term, or by a load left it out or gave it the end that it had (registry/apply.cpp).
bool was_ended_by_others(storage::Store& store, const community::Term& term) {
    const auto itself = "person " + term.person.value;
    std::int64_t newest = 0;
    bool last = false;
    const auto look = [&](const std::string& subject) {
        store.journal().each({.from = 1, .limit = -1, .act = "term.", .subject = subject}, [&](const storage::Entry& entry) {
            const bool ends = entry.act == "term.ended" || entry.act == "term.remove" || !texts_in(entry.detail, "fields").empty();
            const bool same = text_in(entry.detail, "during") == community::span(term.during) && text_in(entry.detail, "role") == term.role;
            if (!ends || !same || text_in(entry.detail, "list") != term.list.value || entry.number < newest) return;
            newest = entry.number;
            last = what_changed(entry).actor != itself;
        });
    };
    look(term.person.value);
    look(community::subject_of(term));
    return last;
}

// As if they were still on it: of the team of then, which neither left nor is denied the list.
bool could_still_know(storage::Store& store, const policy::Rulebook& rules, const community::Term& term, const community::List& list,
                      Instant now) {
    auto standing = store.standing(term.person, list.id, now);
    if (!standing || standing->team != store.directory().team_at(term.person, *term.during.until)) return false;
    standing->roster = community::Roster{{*term.during.until, {}}, community::DeliveryMode::each};
    return policy::may_know(rules, *standing, list, now);
}

// Terms of its owners that ended in the last month.
std::vector<community::Term> ownerships_of_late(storage::Store& store, const policy::Rulebook& rules, const ListId& list, Instant now) {
    std::vector<community::Term> all;
    const auto add = [&](const community::Term& term) {
        const bool owned = term.list == list && rules.role_has(term.role, policy::Trait::runs_lists);
        if (owned && term.during.over_at(now) && now < *term.during.until + hears_on_for) all.push_back(term);
    };
    for (const auto& term : store.powers().terms()) add(term);
    for (const auto& past : store.powers().terms_of_departed()) add(past.term);
    return all;
}

// Who hears of a place on this list, or of another owner; nobody: it is an owner's own doing, or whoever may know of the list reads it
// anyhow.
std::vector<community::Person> who_hears_of(storage::Store& store, const policy::Rulebook& rules, const Changed& entry, Instant now) {
    const auto list = store.rosters().list(entry.list);
    const auto standing = store.standing(entry.person, entry.list, now);
    if (!list || !standing || community::is_room(*list) || policy::reads_unnamed(rules, *standing, *list, now)) return {};
    const auto is_actor = [&](const PersonId& id) { return entry.actor == "person " + id.value; };
    std::set<PersonId> readers;
    for (const auto& term : rules.in_force(store.powers().held_terms(now))) {
        if (term.list != entry.list || !rules.serves(term, policy::Trait::runs_lists, entry.list, now)) continue;
        if (is_actor(term.person) && !made_themself_owner(store, term.person, entry.list)) return {};
        readers.insert(term.person);
    }
    const auto late = ownerships_of_late(store, rules, entry.list, now);
    const bool had_owner = !late.empty();
    for (const auto& term : late) {
        if (was_ended_by_others(store, term) && could_still_know(store, rules, term, *list, now)) readers.insert(term.person);
    }
    std::erase_if(readers, [&](const PersonId& id) { return is_actor(id) || id == entry.person; });
    if (readers.empty() && (had_owner || list->max_tlp == community::Tlp::red)) {
        for (const auto& one : store.rosters().subscriptions(entry.list)) readers.insert(one.person);
    }
    std::vector<community::Person> people;
    for (const auto& id : readers) {
        const auto person = id == entry.person || is_actor(id) ? std::nullopt : store.directory().person(id);
        if (person && !person->addresses.empty()) people.push_back(*person);
    }
    return people;
}

}  // namespace

std::vector<Telling> of_rosters(storage::Store& store, const policy::Rulebook& rules, const std::string& pages,
                                const std::vector<Changed>& entries, Instant now) {
    std::map<ListId, Telling> by_list;  // what came together is one letter
    for (const auto& entry : entries) {
        auto key = fmt::format("entry {} roster", entry.number);
        if (!entry.onto || !entry.actor.starts_with("person ") || store.minutes().reminded(key, entry.at)) continue;
        auto readers = who_hears_of(store, rules, entry, now);
        if (readers.empty()) continue;
        auto& telling = by_list[entry.list];
        telling.keys.emplace_back(std::move(key), entry.at);
        telling.readers = std::move(readers);
        const auto as = entry.role.empty() ? std::string() : fmt::format(" as its {}", entry.role);
        telling.fields["changes"] +=
            fmt::format("  {}  {}{}, by {}\n", moment(entry.at), letters::called(store, entry.person), as, by_whom(store, entry));
    }
    std::vector<Telling> all;
    for (auto& [list, telling] : by_list) {
        telling.subject = list.value;
        telling.form = "roster-changed";
        telling.fields["list"] = list.value;
        telling.fields["link"] = pages.empty() ? "" : pages + "/lists/" + list.value;
        all.push_back(std::move(telling));
    }
    return all;
}

}  // namespace caveat::committee
