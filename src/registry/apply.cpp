#include "apply.hpp"

#include <array>
#include <map>

#include "caveat/community/hands.hpp"
#include "caveat/detail.hpp"
#include "caveat/vault/vault.hpp"
#include "known_again.hpp"

namespace caveat::registry {
namespace {

std::string digest_of(const std::vector<Change>& changes, std::size_t from, std::string_view what = {}) {
    std::string text;
    for (std::size_t i = from; i < changes.size(); ++i) {
        const Change& change = changes[i];
        if (!what.empty() && change.what != what) continue;
        text.append(name(change.kind)).append("\t").append(change.what).append("\t");
        text.append(change.id).append("\t").append(change.detail).append("\n");
    }
    return vault::hex(vault::sha256(text));
}

Detail words_of(const Change& change, const community::Actor& by) {
    auto detail = Detail().add("what", change.detail);
    add_facts(detail, change.facts);
    if (!by.person && change.facts.term) detail.add("person", change.facts.term->person.value);
    return community::add_maker(detail, by);
}

std::string act_in_journal(const Change& change, const community::Actor& by) {
    if (!by.person || !change.facts.term) return fmt::format("{}.{}", change.what, name(change.kind));
    return change.facts.ended ? "term.ended" : "term.begun";
}

void enter(const Change& change, const community::Actor& by, storage::Journal& journal, Instant now) {
    const auto& subject = by.person && change.facts.term ? change.facts.term->person.value : change.id;
    journal.append(now, by.name, act_in_journal(change, by), subject, words_of(change, by).text());
}

// Whoever is concerned is told of it by the entry, wherever in the file it stands; who spoke for a team then is read from that of who left.
bool is_told_of(const Change& change) {
    if (change.what == "term") return change.kind != Change::Kind::add;
    if (change.what == "person") return change.kind != Change::Kind::add;
    return change.kind == Change::Kind::change && change.what == "list";
}

// In one load an address may move from one person to another. So addresses are taken away before new ones are given.
void free_addresses(const Plan& plan, storage::Register& rows) {
    for (const auto* person : plan.losing) {
        auto without = *person;
        without.addresses.clear();
        rows.put(without);
    }
}

}  // namespace

std::string_view name(Change::Kind kind) {
    switch (kind) {
        case Change::Kind::add:
            return "add";
        case Change::Kind::change:
            return "change";
        case Change::Kind::remove:
            return "remove";
    }
    return "?";
}

// Removing: a row goes before the rows it refers to. Adding: the other way round.
void apply(const Plan& plan, const policy::Rulebook& rules, storage::Store& store, Instant now) {
    auto& rows = store.register_rows();
    for (const auto& [before, after] : plan.changing) {
        remember_what_went(rules, store, *before, after, now);
        if (after != nullptr && loses_an_address(*before, *after)) rows.drop_sessions(before->id);
    }
    for (const auto* row : plan.subscriptions.remove) rows.unsubscribe(row->list, row->person, now);
    for (const auto* row : plan.terms.remove) rows.end(*row, now);
    for (const auto* row : plan.people.remove) rows.remove(row->id, now);
    for (const auto* row : plan.lists.put) rows.put(*row);
    for (const auto* row : plan.teams.put) rows.put(*row);
    free_addresses(plan, rows);
    for (const auto* row : plan.people.put) rows.put(*row);
    for (const auto* row : plan.teams.remove) rows.remove(row->id);
    for (const auto* row : plan.lists.remove) rows.remove(row->id, now);
    for (const auto* row : plan.terms.put) rows.put(*row);
    for (const auto* row : plan.subscriptions.put) rows.subscribe(*row, now);
    for (const auto& row : plan.denials) rows.put(row);
}

void record(const std::vector<Change>& changes, const community::Actor& by, storage::Journal& journal, Instant now) {
    std::map<std::string_view, std::array<std::int64_t, 3>> counts;
    for (const Change& change : changes) ++counts[change.what].at(static_cast<std::size_t>(change.kind));
    for (const auto& [what, count] : counts) {
        Detail detail;
        detail.add("added", count[0]).add("changed", count[1]).add("removed", count[2]).add("sha256", digest_of(changes, 0, what));
        community::add_maker(detail, by);
        journal.append(now, by.name, "community.load", what, detail.text());
    }
    for (std::size_t i = 0; i < changes.size(); ++i) {
        // Who comes with a load of the operator the operator tells.
        if (i < most_entries || by.person || is_told_of(changes[i])) enter(changes[i], by, journal, now);
    }
    if (by.person || changes.size() <= most_entries) return;
    Detail rest;
    rest.add("changes", changes.size() - most_entries).add("sha256", digest_of(changes, most_entries));
    journal.append(now, by.name, "community.load.rest", "", rest.text());
}

}  // namespace caveat::registry
