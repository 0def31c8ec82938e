#include "doubted.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "caveat/community/hands.hpp"
#include "caveat/detail.hpp"
#include "caveat/mail/message.hpp"
#include "changes.hpp"

namespace caveat::committee {
namespace {

using community::Unconfirmed;

// What was there before the first change that nobody else has confirmed since, and when the person's own name came into it last.
template <class What>
struct Unsettled {
    std::optional<What> before;
    std::optional<Instant> own;

    void hear(What was, bool is_own, Instant at) {
        if (!before) before = std::move(was);
        if (is_own) own = at;
    }
};

struct Lately {
    Unsettled<std::vector<std::string>> addresses;
    Unsettled<std::string> key;  // by its fingerprint; empty: there was none
    std::string key_now;         // as it became then
};

void hear_key(Lately& lately, const storage::Entry& entry, bool is_own) {
    auto was = text_in(entry.detail, "key_before");
    auto is = text_in(entry.detail, "key_after");
    if (was == is) return;  // another copy of it, or it is not about the key
    lately.key_now = std::move(is);
    if (is_own || lately.key_now.empty()) return lately.key.hear(std::move(was), is_own, entry.at);
    lately.key = {};  // what somebody else brings counts at once only where nothing of the person's does
}

// Somebody else has looked at that which they confirmed, as the entry says in words, and at no more.
void settle(Lately& lately, std::string_view what) {
    const bool key = what.find("confirmed, of the key: ") != std::string_view::npos;
    const bool addresses = what.find("confirmed, of the addresses: ") != std::string_view::npos;
    if (key || !addresses) lately.key = {};
    if (addresses || !key) lately.addresses = {};
}

Lately entered_lately(storage::Store& store, const PersonId& person, Instant now) {
    Lately lately;
    const auto own = "person " + person.value;
    store.journal().each({.from = 1, .limit = -1, .act = "person.", .subject = person.value}, [&](const storage::Entry& entry) {
        if (entry.at + lately_entered < now) return;
        const bool confirmed = entry.act == "person.confirm";
        if (!confirmed && entry.act != "person.change") {
            if (entry.act == "person.add") lately = {};
            return;
        }
        const bool is_own = what_changed(entry).actor == own;
        if (confirmed && !is_own) return settle(lately, text_in(entry.detail, "what"));
        hear_key(lately, entry, is_own);
        auto addresses = texts_in(entry.detail, "addresses_before");
        if (!addresses.empty()) lately.addresses.hear(std::move(addresses), is_own, entry.at);
        if (confirmed && lately.addresses.before) lately.addresses.own = entry.at;
    });
    return lately;
}

bool are_all_among(const std::vector<std::string>& some, const std::vector<std::string>& known) {
    return std::all_of(some.begin(), some.end(), [&](const auto& one) {
        return std::any_of(known.begin(), known.end(),
                           [&](const auto& other) { return mail::normalise_address(one) == mail::normalise_address(other); });
    });
}

// With what waits already, by whomever that came.
void put_waiting(storage::Store& store, const community::Actor& by, const PersonId& person, Unconfirmed row, Instant now) {
    for (auto& before : store.directory().unconfirmed(person)) {
        if (before.what != row.what) continue;
        for (auto& actor : before.actors) {
            if (std::find(row.actors.begin(), row.actors.end(), actor) == row.actors.end()) row.actors.push_back(std::move(actor));
        }
        if (!before.wanted.empty()) row.wanted = std::move(before.wanted);
    }
    store.membership_writer().put(person, row);
    Detail detail;
    const bool key = row.what == Unconfirmed::What::key;
    detail.add("what", fmt::format("{}, entered in their own name before a security hold: {} to be confirmed", key ? "key" : "addresses",
                                   key ? "waits" : "wait"));
    if (key) detail.add("fields", std::vector<std::string>{"key"});
    community::add_maker(detail, by);
    store.journal().append(now, by.name, "person.waits", person.value, detail.text());
}

}  // namespace

void doubt_what_they_entered(storage::Store& store, const community::Actor& by, const community::Person& held, Instant now) {
    const auto [addresses, key, key_now] = entered_lately(store, held.id, now);
    const std::vector own{"person " + held.id.value};
    if (addresses.own && !are_all_among(held.addresses, *addresses.before))
        put_waiting(store, by, held.id, {Unconfirmed::What::addresses, *addresses.own, own, *addresses.before, {}}, now);
    if (!key.own || *key.before == key_now) return;
    auto known = key.before->empty() ? std::vector<std::string>{} : std::vector{*key.before};
    auto without = held;
    without.key.clear();
    store.membership_writer().put(without);
    put_waiting(store, by, held.id, {Unconfirmed::What::key, *key.own, own, std::move(known), held.key}, now);
}

}  // namespace caveat::committee
