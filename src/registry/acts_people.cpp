// Single acts on people: entering, changing and removing them, and what waits of them to be confirmed.
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>

#include "acts.hpp"
#include "caveat/letters/names.hpp"
#include "caveat/mail/message.hpp"
#include "caveat/openpgp/look.hpp"
#include "caveat/registry/confirmation.hpp"
#include "confirming.hpp"
#include "entering.hpp"
#include "key_copies.hpp"
#include "known_again.hpp"
#include "offices_left.hpp"
#include "team_voice.hpp"

namespace caveat::registry {
namespace {

community::Deed entry_of(const community::Person& person) { return {"person", person.id.value, {{"team", person.team.value}}}; }

// Before the transaction: GnuPG may take seconds, and nobody waits for the lock meanwhile.
Result<std::optional<openpgp::Key>> can_be_sealed_to(openpgp::Engine* keys, const community::Person& person) {
    if (keys == nullptr || person.key.empty()) return std::nullopt;
    auto key = keys->examine(person.key, person.addresses);
    if (!key) return tl::unexpected(key.error());
    switch (key->fitness) {
        case openpgp::Fitness::unreadable:
            return fail(errc::invalid, "the key of {} cannot be used: {}", person.id, openpgp::explain(*key));
        case openpgp::Fitness::secret:
        case openpgp::Fitness::unsuitable:
        case openpgp::Fitness::foreign:
        case openpgp::Fitness::no_encryption:
            return fail(errc::denied, "the key of {} cannot be used: {}", person.id, openpgp::explain(*key));
        default:
            return std::optional(std::move(*key));
    }
}

// Of a key that has lapsed: so much is known of it at once, and whoever brings another needs no confirmation. It is looked at soon all the
// same, which is when people are told.
void note_lapsed(storage::Store& store, const community::Person& person, const std::optional<openpgp::Key>& key) {
    if (!key || key->fitness == openpgp::Fitness::usable) return;
    store.keys().put({person.id, key->fingerprint, openpgp::code(key->fitness), key->usable_until, key->algorithm, Instant{}}, person.key);
}

// Of the key as it is now; empty: there is none, or nobody has looked at it yet.
std::string fingerprint_on_record(storage::Store& store, const PersonId& person) {
    for (const auto& held : store.keys().held()) {
        if (held.person == person && held.fact) return held.fact->fingerprint;
    }
    return {};
}

// The person as they are when all that waits is confirmed; none: nobody of this id.
std::optional<community::Person> with_what_waits(storage::Store& store, const PersonId& id) {
    auto person = store.directory().person(id);
    if (!person) return person;
    for (auto& row : store.directory().unconfirmed(id)) {
        if (row.what == community::Unconfirmed::What::key && !row.wanted.empty()) person->key = std::move(row.wanted);
    }
    return person;
}

std::string confirmed_of(const std::vector<community::Unconfirmed>& waiting) {
    std::string text;
    for (const auto& row : waiting) {
        const bool key = row.what == community::Unconfirmed::What::key;
        text +=
            fmt::format("{}confirmed, of {}: {}", text.empty() ? "" : "; ", key ? "the key" : "the addresses", fmt::join(row.actors, ", "));
    }
    return text;
}

// What somebody has looked at by that: the key, and the addresses that were new.
std::vector<std::string> confirmed_by(const std::vector<community::Unconfirmed>& waiting, const community::Person& person) {
    std::vector<std::string> all;
    for (const auto& row : waiting) {
        if (row.what == community::Unconfirmed::What::key) {
            all.emplace_back("key");
            continue;
        }
        std::copy_if(person.addresses.begin(), person.addresses.end(), std::back_inserter(all), [&](const auto& address) {
            return std::none_of(row.known.begin(), row.known.end(),
                                [&](const auto& known) { return mail::normalise_address(known) == mail::normalise_address(address); });
        });
    }
    return all;
}

}  // namespace

tl::unexpected<Error> no_such_person(const PersonId& id) {
    return fail(errc::not_found, "person {} is not there; see: caveat person list", shown(id.value));
}

Result<void> comes_by_its_own_hand(const community::Actor& by, const community::Person& before, const community::Person& put) {
    if (by.person != before.id || community::has_own_hand(by) || put.key.empty() || put.key == before.key) return {};
    return fail(
        errc::denied,
        "item 60: {} made this token, so that a key brought with it is not brought by {}: they bring it with a session or a token of "
        "their own, or {} in their own name",
        by.lent_by, by.name, by.lent_by);
}

Result<void> Registry::add(const community::Actor& by, const community::Person& given, const std::string& decision) {
    auto person = given;
    make_canonical(person);
    if (auto ok = sound(person, domain_); !ok) return ok;
    const auto key = can_be_sealed_to(keys_, person);
    if (!key) return tl::unexpected(key.error());
    storage::Store::Transaction transaction(store_);
    auto& rows = store_.register_rows();
    const bool own_only = speaks_for_one_team(rules_, by, rows, clock_.now());
    if (auto ok = own_only ? is_still_here(rules_, person.team, rows) : Result<void>{}; !ok) return ok;
    if (own_only && !is_the_teams_own(person, {}, rows)) return not_by_a_representative(person.team);
    if (rows.person(person.id)) {
        if (own_only) return not_by_a_representative(person.team);
        return fail(errc::conflict, "person {} exists; change it, or choose another id", person.id);
    }
    if (auto ok = fits(person, rows); !ok) {
        return own_only && ok.error().code == errc::conflict ? not_by_a_representative(person.team) : ok;
    }
    if (auto ok = awaited_ ? leaves_awaited(awaited_(), nullptr, person) : Result<void>{}; !ok)
        return own_only ? not_by_a_representative(person.team) : ok;
    const Instant now = clock_.now();
    if (const auto kept = with_what_is_known(store_, nullptr, person); !kept.why.empty()) {
        return own_only ? not_by_a_representative(person.team) : Result<void>(fail(errc::conflict, "{}", kept.why));
    }
    if (auto ok = is_under_no_hold(rows, nullptr, person, now); !ok) {
        return own_only && rows.former_team(person.id) != person.team ? not_by_a_representative(person.team) : ok;
    }
    if (auto ok = use_decision(cite_, needs_of_entry(rules_, by, person, store_, now), decision, entry_of(person)); !ok) return ok;
    auto waits = entered_again(store_, person, by, now);
    auto facts = facts_of_entry(person);
    facts.own = is_own_word_of(by, person.team, store_, now, person.representative);
    facts.in_place_of = spoken_over(nullptr, person, rows, now);
    rows.put(person);
    note_lapsed(store_, person, *key);
    record(store_, by, {"person.add", person.id.value, summary(person), decision, std::move(facts)}, now);
    keep_waiting(store_, by, person.id, {person, std::move(waits), {}}, now);
    transaction.commit();
    return {};
}

Result<void> Registry::change(const community::Actor& by, const community::Person& given) {
    auto person = given;
    make_canonical(person);
    if (auto ok = sound(person, domain_); !ok) return ok;
    const auto known = store_.directory().person(person.id);
    const auto kept = with_what_is_known(store_, known ? &*known : nullptr, person);
    person.key = kept.key;
    if (auto ok = sound(person, domain_); !ok) return ok;
    const bool has_new_key = known && known->key != person.key;
    const auto key = has_new_key ? can_be_sealed_to(keys_, person) : std::optional<openpgp::Key>();
    if (!key) return tl::unexpected(key.error());
    storage::Store::Transaction transaction(store_);
    auto& rows = store_.register_rows();
    const auto before = rows.person(person.id);
    if (!before) return no_such_person(person.id);
    const bool own_only = speaks_for_one_team(rules_, by, rows, clock_.now());
    if (own_only && !is_the_teams_own(person, before, rows)) return not_by_a_representative(person.team);
    if (auto ok = fits(person, rows); !ok) {
        return own_only && ok.error().code == errc::conflict ? not_by_a_representative(person.team) : ok;
    }
    if (auto ok = awaited_ ? leaves_awaited(awaited_(), &*before, person) : Result<void>{}; !ok)
        return own_only ? not_by_a_representative(person.team) : ok;
    if (before->team != person.team) return nobody_is_moved(*before, person.team);
    if (!kept.why.empty()) return fail(errc::conflict, "{}", kept.why);
    if (before->key != person.key && (!has_new_key || before->key != known->key))
        return fail(errc::conflict, "the key of {} was changed meanwhile; try again", person.id);
    if (*before == person) return {};
    const Instant now = clock_.now();
    if (auto ok = is_under_no_hold(rows, &*before, person, now); !ok) return ok;
    if (auto ok = becomes_nobody_else(rules_, by, *before, person, {}, store_, now); !ok) return ok;
    if (auto ok = leaves_its_voice(in_a_case_, by, *before, &person, store_, now); !ok) return ok;
    const auto weighed = weigh_now(store_, *before, person, by, now, *key ? std::optional((*key)->fitness) : std::nullopt);
    if (auto ok = comes_by_its_own_hand(by, *before, weighed.put); !ok) return ok;
    remember_what_went(rules_, store_, *before, &weighed.put, now);
    keep(store_, by, *before, weighed, now);
    note_lapsed(store_, weighed.put, *key);
    transaction.commit();
    return {};
}

Result<std::vector<std::string>> Registry::confirm(const community::Actor& by, const PersonId& id) {
    const auto asked = with_what_waits(store_, id);
    if (asked) {
        if (const auto key = can_be_sealed_to(keys_, *asked); !key) return tl::unexpected(key.error());
    }
    storage::Store::Transaction transaction(store_);
    auto& rows = store_.register_rows();
    const auto before = rows.person(id);
    if (!before) return no_such_person(id);
    const auto waiting = rows.unconfirmed(id);
    if (waiting.empty()) return fail(errc::conflict, "nothing of {} waits to be confirmed", id);
    const Instant now = clock_.now();
    if (auto ok = may_confirm(by, administers(rules_, by, rows, now), id, waiting); !ok) return tl::unexpected(ok.error());
    const auto person = with_what_waits(store_, id);
    if (person != asked) return fail(errc::conflict, "what waits of {} changed meanwhile; look again", id);
    if (auto ok = is_under_no_hold(rows, &*before, *person, now); !ok) return tl::unexpected(ok.error());
    if (auto ok = becomes_nobody_else(rules_, by, *before, *person, waiting, store_, now); !ok) return tl::unexpected(ok.error());
    if (const auto kept = with_what_is_known(store_, &*before, *person); !kept.why.empty()) return fail(errc::conflict, "{}", kept.why);
    auto words = unconfirmed_in_words(store_, id);
    for (const auto& row : waiting) rows.drop(id, row.what);
    remember_what_went(rules_, store_, *before, &*person, now);
    if (!(*person == *before)) rows.put(*person);
    const auto changed = difference(*before, *person);
    const auto what = changed + (changed.empty() ? "" : "; ") + confirmed_of(waiting);
    auto facts = facts_of(*before, *person);
    facts.confirmed = confirmed_by(waiting, *person);
    record(store_, by, {"person.confirm", id.value, what, {}, std::move(facts)}, now);
    transaction.commit();
    return words;
}

Result<std::vector<std::string>> Registry::refuse_key(const community::Actor& by, const PersonId& id) {
    storage::Store::Transaction transaction(store_);
    auto& rows = store_.register_rows();
    const auto person = rows.person(id);
    if (!person) return no_such_person(id);
    const Instant now = clock_.now();
    const bool own = by.person == id && community::has_own_hand(by);
    if (!own && !administers(rules_, by, rows, now))
        return fail(errc::denied, "a key that waits for {} is refused by that person, the secretariat or the operator", id);
    const auto waiting = rows.unconfirmed(id);
    const auto row = std::find_if(waiting.begin(), waiting.end(), [](const auto& one) { return !one.wanted.empty(); });
    if (row == waiting.end()) return fail(errc::conflict, "no key of {} waits to be confirmed; another address is changed back", id);
    std::vector<std::string> words{letters::in_words(store_, *row)};
    if (person->key.empty()) {  // the one of before was taken away, and that stays on record
        auto taken_away = *row;
        taken_away.wanted.clear();
        rows.put(id, taken_away);
    } else {
        rows.drop(id, row->what);
    }
    record(store_, by, {"person.refuse", id.value, fmt::format("key {} is not wanted", openpgp::fingerprint_in(row->wanted)), {}}, now);
    transaction.commit();
    return words;
}

Result<void> Registry::replace_key(const community::Actor& by, const std::string& armour, const std::string& signer) {
    auto person = by.person ? store_.directory().person(*by.person) : std::nullopt;
    if (!person) return fail(errc::not_found, "{} is not in the register", by.name);
    const auto on_record = fingerprint_on_record(store_, person->id);
    if (on_record.empty()) {
        return fail(errc::denied,
                    "item 60: there is no key of {} on record whose signature could let in another; the first one is entered by the "
                    "representative of {} or the secretariat",
                    person->id, person->team);
    }
    if (signer != on_record) {
        return fail(errc::denied, "item 60: a key is replaced by a mail that the one on record, {}, has signed", on_record);
    }
    person->key = armour;
    return change(by, *person);
}

Result<void> Registry::remove_person(const community::Actor& by, const PersonId& id) {
    storage::Store::Transaction transaction(store_);
    auto& rows = store_.register_rows();
    const auto person = rows.person(id);
    if (!person) return no_such_person(id);
    const Instant now = clock_.now();
    if (auto ok = leaves_its_voice(in_a_case_, by, *person, nullptr, store_, now); !ok) return ok;
    if (auto ok = leaves_its_offices(rules_, by, *person, store_, now); !ok) return ok;
    end_offices(store_, rules_, by, id, now);
    remember_what_went(rules_, store_, *person, nullptr, now);
    auto facts = facts_of_leaving(*person, now);
    facts.own = is_own_word_of(by, person->team, store_, now, person->representative);
    rows.remove(id, now);
    record(store_, by, {"person.remove", id.value, summary(*person), {}, std::move(facts)}, now);
    transaction.commit();
    return {};
}

}  // namespace caveat::registry
