#include "known_again.hpp"

#include <algorithm>

#include "caveat/mail/message.hpp"
#include "caveat/openpgp/look.hpp"

namespace caveat::registry {
namespace {

constexpr std::chrono::hours doubt_of_clock{24};

// Longer than a rule book may say is longer than anything was here.
Instant remembered_since(const policy::Rulebook& rules, Instant now) {
    const auto length = std::get<policy::Length>(rules.value(policy::Number::person_remembered));
    return start_of(add_months(date_of(now), -length.months, Rounding::earlier)) - length.time;
}

std::vector<std::string> marks_of(const community::Person& person) {
    std::vector<std::string> marks;
    for (const auto& address : person.addresses) marks.push_back(storage::mark_of_address(mail::normalise_address(address)));
    if (const auto fingerprint = openpgp::fingerprint_in(person.key); !fingerprint.empty())
        marks.push_back(storage::mark_of_key(fingerprint));
    return marks;
}

// Not among the marks by which somebody is known again.
std::string revoked_mark(const std::string& fingerprint) { return "revoked " + fingerprint; }

// One was taken away, and nobody has confirmed that: it is not confirmed by leaving either.
bool key_waits(storage::Store& store, const PersonId& person) {
    const auto waiting = store.register_rows().unconfirmed(person);
    return std::any_of(waiting.begin(), waiting.end(), [](const auto& row) { return row.what == community::Unconfirmed::What::key; });
}

// What nobody may forget of a key that goes, though nobody has confirmed who had it.
void add_of_the_key(storage::Store& store, const community::Person& before, const community::Person* after,
                    std::vector<std::string>& marks) {
    if (after == nullptr && (!before.key.empty() || key_waits(store, before.id))) marks.emplace_back(storage::mark_of_any_key);
    if (before.key.empty()) return;
    if (after != nullptr && after->key == before.key) return;
    const auto fingerprint = openpgp::fingerprint_in(before.key);
    const bool goes = after == nullptr || openpgp::fingerprint_in(after->key) != fingerprint;
    if (goes && !fingerprint.empty() && is_revoked(store, before)) marks.push_back(revoked_mark(fingerprint));
}

}  // namespace

std::vector<std::string> marks_beyond(const community::Person& person, const community::Person* other) {
    auto marks = marks_of(person);
    if (other == nullptr) return marks;
    const auto theirs = marks_of(*other);
    std::erase_if(marks, [&](const auto& mark) { return std::find(theirs.begin(), theirs.end(), mark) != theirs.end(); });
    return marks;
}

bool is_known_elsewhere(const policy::Rulebook& rules, storage::Register& rows, const community::Person* before,
                        const community::Person& after, Instant now) {
    return rows.was_elsewhere(after.id, after.team, marks_beyond(after, before), remembered_since(rules, now));
}

bool has_key_of_another_team(storage::Store& store, const community::Person* before, const community::Person& after) {
    const auto fingerprint = openpgp::fingerprint_in(after.key);
    if (fingerprint.empty() || (before != nullptr && openpgp::fingerprint_in(before->key) == fingerprint)) return false;
    bool found = false;
    for (const auto& held : store.keys().held()) {
        if (held.person == after.id || (held.fact && held.fact->fingerprint != fingerprint)) continue;
        const auto other = store.directory().person(held.person);
        if (!other || openpgp::fingerprint_in(other->key) != fingerprint) continue;
        if (other->team == after.team) return false;
        found = true;
    }
    return found;
}

Result<void> is_under_no_hold(storage::Register& rows, const community::Person* before, const community::Person& after, Instant now) {
    const auto until = rows.held_until(after.id, marks_beyond(after, before), now);
    if (!until) return {};
    return fail(
        errc::denied,
        "item 42: an address or a key that {} would get was of somebody who is under a security hold, which goes on; it ends {}, or "
        "is lifted before: caveat hold list",
        after.id, to_string(*until));
}

bool comes_back_otherwise(storage::Register& rows, const community::Person& person) {
    if (!rows.former_team(person.id)) return false;
    const bool unread = !person.key.empty() && openpgp::fingerprint_in(person.key).empty();  // a key that nobody can know again
    if (unread || !rows.left_with(person.id, marks_of(person))) return true;
    return !std::all_of(person.addresses.begin(), person.addresses.end(),
                        [&](const auto& address) { return was_their_address(rows, person.id, address); });
}

bool left_with_a_key(storage::Register& rows, const PersonId& person) { return rows.left_with(person, {storage::mark_of_any_key}); }

bool was_their_key(storage::Register& rows, const PersonId& person, const std::string& fingerprint) {
    return !fingerprint.empty() && rows.left_with(person, {storage::mark_of_key(fingerprint)});
}

bool was_ever_their_key(storage::Register& rows, const PersonId& person, const std::string& fingerprint) {
    return !fingerprint.empty() && rows.were_theirs(person, {storage::mark_of_key(fingerprint)});
}

bool was_their_address(storage::Register& rows, const PersonId& person, const std::string& address) {
    const std::vector mark{storage::mark_of_address(mail::normalise_address(address))};
    return rows.left_with(person, mark) && !rows.went_on_to_others(person, mark);
}

bool went_revoked(storage::Register& rows, const std::string& fingerprint) { return rows.is_remembered(revoked_mark(fingerprint)); }

bool is_revoked(storage::Store& store, const community::Person& person) {
    if (!openpgp::says_revoked(person.key)) return false;
    for (const auto& held : store.keys().held()) {
        if (held.person == person.id && held.fact) return held.fact->fitness == community::Code::key_revoked;
    }
    return true;
}

bool loses_an_address(const community::Person& before, const community::Person& after) {
    const auto gone = marks_beyond(before, &after);
    return std::any_of(gone.begin(), gone.end(), [](const auto& mark) { return mark.starts_with("address "); });
}

void remember_what_went(const policy::Rulebook& rules, storage::Store& store, const community::Person& before,
                        const community::Person* after, Instant now) {
    auto& rows = store.register_rows();
    if (after != nullptr && loses_an_address(before, *after)) rows.drop_links(before.id);
    auto gone = marks_beyond(before, after);
    for (const auto& row : rows.unconfirmed(before.id)) {
        if (row.what != community::Unconfirmed::What::addresses) continue;
        community::Person as_known;
        as_known.addresses = row.known;
        const auto confirmed = marks_of(as_known);
        std::erase_if(gone, [&](const auto& mark) { return std::find(confirmed.begin(), confirmed.end(), mark) == confirmed.end(); });
    }
    add_of_the_key(store, before, after, gone);
    if (gone.empty()) return;
    // By a time that the journal knew a day ago: a clock that stands years ahead for a moment makes nobody unknown for good.
    if (const auto known = store.journal().newest_until(now - doubt_of_clock)) rows.forget_departed(remembered_since(rules, *known));
    rows.remember(before.id, before.team, gone, now);
}

}  // namespace caveat::registry
