#include "doubted.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "caveat/community/hands.hpp"
#include "caveat/detail.hpp"
#include "caveat/mail/message.hpp"
#include "changes.hpp"

namespace caveat::committee {
namespace {

using community::Unconfirmed;

using Values = std::vector<std::string>;

bool is_one_of(const std::string& one, const Values& all) { return std::find(all.begin(), all.end(), one) != all.end(); }

void add_new(Values& all, const Values& more) {
    std::copy_if(more.begin(), more.end(), std::back_inserter(all), [&](const auto& one) { return !is_one_of(one, all); });
}

bool are_all_among(const Values& some, const Values& known) {
    return std::all_of(some.begin(), some.end(), [&](const auto& one) {
        return std::any_of(known.begin(), known.end(),
                           [&](const auto& other) { return mail::normalise_address(one) == mail::normalise_address(other); });
    });
}

// One thing that the register holds of the person.
struct Datum {
    std::optional<Values> settled;  // what was there before the first change, or what others confirmed since; none: all that is there
    Values now;
    std::optional<Instant> own;  // when the person's own name came into it last
    Values hands;                // others who brought what nobody confirmed

    void hear(Values was, Values is, std::optional<Instant> in_own_name) {
        if (!settled) settled = std::move(was);
        now = std::move(is);
        if (in_own_name) own = in_own_name;
    }
};

Values if_any(std::string value) { return value.empty() ? Values{} : Values{std::move(value)}; }

// The changes of the last weeks, one after the other. Nothing settles a thing but that somebody else confirmed it.
class Replay {
public:
    explicit Replay(const PersonId& person) : own_("person " + person.value) {}

    void hear(const storage::Entry& entry) {
        // Entered again: with which addresses the entry says; the key the register has (key_on_record).
        if (entry.act == "person.add" && addresses.settled) addresses.now = texts_in(entry.detail, "addresses_after");
        const bool confirms = entry.act == "person.confirm";
        if (!confirms && entry.act != "person.change") return;
        const bool is_own = what_changed(entry).actor == own_;
        const auto confirmed = confirms && !is_own ? texts_in(entry.detail, "confirmed") : Values{};
        hear_key(entry, is_own, confirmed);
        hear_addresses(entry, is_own, confirmed);
        if (!confirms || !is_own) return;
        for (auto* thing : {&key, &addresses}) {  // what others changed: it waits no more
            if (thing->settled) thing->own = entry.at;
        }
    }

    Datum addresses;
    Datum key;  // by its fingerprint

private:
    void hear_key(const storage::Entry& entry, bool is_own, const Values& confirmed) {
        if (is_one_of("key", confirmed)) return void(key = {});
        auto was = if_any(text_in(entry.detail, "key_before")), is = if_any(text_in(entry.detail, "key_after"));
        if (was == is) return;  // another copy of it, or it is not about the key
        if (is_own || is.empty()) return key.hear(std::move(was), std::move(is), is_own ? std::optional(entry.at) : std::nullopt);
        // What somebody else brings counts at once where none does. It is in doubt where that is so, or may be, by the own name: whoever
        // used that took the key of before away, or asked for another from an address that they entered.
        const bool led = addresses.own && !are_all_among(addresses.now, *addresses.settled);
        if (!key.own && !led) return void(key = {});
        key.hear(std::move(was), std::move(is), key.own ? key.own : addresses.own);
        add_new(key.hands, community::hands_of({entry.actor, {}, text_in(entry.detail, "token_of")}));
    }

    // Who confirms addresses looks at those that are new, and not at what stood beside them already.
    void hear_addresses(const storage::Entry& entry, bool is_own, const Values& confirmed) {
        auto was = texts_in(entry.detail, "addresses_before");
        if (!was.empty())
            addresses.hear(std::move(was), texts_in(entry.detail, "addresses_after"), is_own ? std::optional(entry.at) : std::nullopt);
        if (!addresses.settled || std::none_of(confirmed.begin(), confirmed.end(), mail::is_address)) return;
        auto settled = addresses.now;
        std::erase_if(settled,
                      [&](const auto& one) { return !are_all_among({one}, confirmed) && !are_all_among({one}, *addresses.settled); });
        addresses.settled = std::move(settled);
        if (are_all_among(addresses.now, *addresses.settled)) addresses.own.reset();
    }

    std::string own_;
};

std::optional<Unconfirmed> waiting_row(storage::Store& store, const PersonId& person, Unconfirmed::What what) {
    for (auto& row : store.directory().unconfirmed(person)) {
        if (row.what == what) return std::move(row);
    }
    return std::nullopt;
}

// In the place of what waits already, with those by whose hands that came.
void put_waiting(storage::Store& store, const community::Actor& by, const PersonId& person, const Datum& thing, Unconfirmed row,
                 const std::optional<Unconfirmed>& waits, Instant now) {
    row.since = *thing.own;
    row.actors = {"person " + person.value};
    add_new(row.actors, thing.hands);
    if (waits) add_new(row.actors, waits->actors);
    store.membership_writer().put(person, row);
    const bool key = row.what == Unconfirmed::What::key;
    auto detail = Detail().add("what", fmt::format("{}, entered in their own name before a security hold: {} to be confirmed",
                                                   key ? "key" : "addresses", key ? "waits" : "wait"));
    if (key) detail.add("fields", Values{"key"});
    community::add_maker(detail, by);
    store.journal().append(now, by.name, "person.waits", person.value, detail.text());
}

// What counts of them now is what was there before somebody else changed it, where that waits.
void doubt_addresses(storage::Store& store, const community::Actor& by, const community::Person& held, const Datum& addresses,
                     Instant now) {
    const auto waits = waiting_row(store, held.id, Unconfirmed::What::addresses);
    if (!addresses.own || are_all_among(waits ? waits->known : held.addresses, *addresses.settled)) return;
    Unconfirmed row{Unconfirmed::What::addresses, {}, {}, *addresses.settled, {}};
    std::copy_if(held.addresses.begin(), held.addresses.end(), std::back_inserter(row.known),  // as it is written on record
                 [&](const auto& one) { return are_all_among({one}, *addresses.settled) && !is_one_of(one, *addresses.settled); });
    put_waiting(store, by, held.id, addresses, std::move(row), waits, now);
}

// The key as it is: who was entered again has perhaps that of before. While nobody has looked at it yet, as it was changed last.
Values key_on_record(storage::Store& store, const PersonId& person, const Values& changed_last) {
    for (const auto& held : store.keys().held()) {
        if (held.person == person && held.fact && !held.fact->fingerprint.empty()) return {held.fact->fingerprint};
    }
    return changed_last;
}

void doubt_key(storage::Store& store, const community::Actor& by, const community::Person& held, const Datum& key, Instant now) {
    const auto waits = waiting_row(store, held.id, Unconfirmed::What::key);
    const bool would_count = waits && !waits->known.empty() && waits->known != *key.settled;
    if (!key.own || (key_on_record(store, held.id, key.now) == *key.settled && !would_count)) return;
    auto without = held;
    without.key.clear();
    store.membership_writer().put(without);
    const auto& wanted = waits && !waits->wanted.empty() ? waits->wanted : held.key;
    put_waiting(store, by, held.id, key, {Unconfirmed::What::key, {}, {}, *key.settled, wanted}, waits, now);
}

}  // namespace

void doubt_what_they_entered(storage::Store& store, const community::Actor& by, const community::Person& held, Instant now) {
    Replay lately(held.id);
    store.journal().each({.from = 1, .limit = -1, .act = "person.", .subject = held.id.value}, [&](const storage::Entry& entry) {
        if (now <= entry.at + lately_entered) lately.hear(entry);
    });
    doubt_addresses(store, by, held, lately.addresses, now);
    doubt_key(store, by, held, lately.key, now);
}

}  // namespace caveat::committee
