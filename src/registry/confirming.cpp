#include "confirming.hpp"

#include <algorithm>
#include <utility>

#include "acts.hpp"
#include "caveat/openpgp/look.hpp"
#include "known_again.hpp"
#include "team_voice.hpp"

namespace caveat::registry {
namespace {

using community::Code;
using community::Unconfirmed;

bool no_mail_yet(storage::Store& store) {
    storage::Posts::Filter any;
    any.notices = true;
    any.limit = 1;
    return store.posts().select(any).empty();
}

// Of the key on record, if something is, or may be, sealed to it. Nobody has looked at it yet: it may be good. It is of an address that
// somebody else has just put in the place of another: it was good until then.
std::string fingerprint_that_counts(storage::Store& store, const community::Person& person, const std::vector<Unconfirmed>& waiting,
                                    Instant now) {
    if (person.key.empty()) return {};
    for (const auto& held : store.keys().held()) {
        if (held.person != person.id || !held.fact) continue;
        const auto& fact = *held.fact;
        const bool ended = fact.usable_until && *fact.usable_until <= now;
        const bool moved = fact.fitness == Code::key_foreign && std::any_of(waiting.begin(), waiting.end(), [](const auto& row) {
                               return row.what == Unconfirmed::What::addresses;
                           });
        return (fact.fitness == Code::key_usable && !ended) || moved ? fact.fingerprint : std::string();
    }
    return openpgp::fingerprint_in(person.key);
}

std::string noted(const Unconfirmed& row) {
    if (row.what == Unconfirmed::What::addresses && row.known.empty()) return "entered again, not as before: waits to be confirmed";
    if (row.what == Unconfirmed::What::addresses) return "addresses: wait to be confirmed";
    if (row.wanted.empty() && row.known.empty()) return "entered again, without the key of before: the first has to be confirmed";
    if (row.wanted.empty()) return fmt::format("key: {} was taken away or ended, and another has to be confirmed", row.known.front());
    return fmt::format("key: {} waits to be confirmed", openpgp::fingerprint_in(row.wanted));
}

// Of what waits only a key is news: the addresses are changed by an entry of their own, and so is a key that was taken away.
Facts facts_of_waiting(const Unconfirmed& row) { return row.wanted.empty() ? Facts{} : Facts{.fields = {"key"}}; }

}  // namespace

Weighed weigh_now(storage::Store& store, const community::Person& before, const community::Person& wanted, const community::Actor& by,
                  Instant now, std::optional<openpgp::Fitness> looked) {
    const auto waiting = store.directory().unconfirmed(before.id);
    auto hand = hand_of(by, before.id);
    hand.own = hand.own || no_mail_yet(store);
    const auto fingerprint = openpgp::fingerprint_in(wanted.key);
    const bool lapsed = looked ? looked != openpgp::Fitness::usable : openpgp::says_revoked(wanted.key);
    return weigh({before, wanted, fingerprint_that_counts(store, before, waiting, now), fingerprint, lapsed,
                  was_their_key(store.register_rows(), wanted.id, fingerprint)},
                 waiting, hand, now);
}

std::vector<Unconfirmed> entered_again(storage::Store& store, community::Person& person, const community::Actor& by, Instant now) {
    std::vector<Unconfirmed> waits;
    auto& rows = store.register_rows();
    if (!rows.former_team(person.id) || no_mail_yet(store)) return waits;
    const auto actors = hand_of(by, person.id).actors;
    if (comes_back_otherwise(rows, person)) waits.push_back({Unconfirmed::What::addresses, now, actors, {}, {}});
    const auto fingerprint = openpgp::fingerprint_in(person.key);
    if (was_their_key(rows, person.id, fingerprint)) return waits;
    // Nor does one come back that was taken from them before they left.
    if (!left_with_a_key(rows, person.id) && !was_ever_their_key(rows, person.id, fingerprint)) return waits;
    waits.push_back({Unconfirmed::What::key, now, actors, {}, std::exchange(person.key, {})});
    return waits;
}

void keep_waiting(storage::Store& store, const community::Actor& by, const PersonId& person, const Weighed& weighed, Instant now) {
    auto& rows = store.register_rows();
    for (const auto what : weighed.settled) rows.drop(person, what);
    for (const auto& row : weighed.waits) {
        rows.put(person, row);
        record(store, by, {"person.waits", person.value, noted(row), {}, facts_of_waiting(row)}, now);
    }
    if (!weighed.settled.empty() && weighed.waits.empty()) record(store, by, {"person.waits", person.value, "no more", {}}, now);
}

void keep(storage::Store& store, const community::Actor& by, const community::Person& before, const Weighed& weighed, Instant now) {
    if (!(weighed.put == before)) {
        // A session that was begun at the address of before may be the reason why somebody else changed it.
        if (!hand_of(by, before.id).own && loses_an_address(before, weighed.put)) store.register_rows().drop_sessions(before.id);
        auto& rows = store.register_rows();
        auto facts = facts_of(before, weighed.put);
        facts.own = is_own_word_of(by, before.team, store, now, before.representative != weighed.put.representative);
        facts.in_place_of = spoken_over(&before, weighed.put, rows, now);
        rows.put(weighed.put);
        record(store, by, {"person.change", before.id.value, difference(before, weighed.put), {}, std::move(facts)}, now);
    }
    keep_waiting(store, by, before.id, weighed, now);
}

}  // namespace caveat::registry
