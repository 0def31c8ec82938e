#include "caveat/registry/confirmation.hpp"

#include <algorithm>

#include "caveat/community/hands.hpp"
#include "caveat/letters/names.hpp"
#include "caveat/mail/message.hpp"

namespace caveat::registry {
namespace {

using community::Person;
using community::Unconfirmed;
using What = Unconfirmed::What;

const Unconfirmed* row_of(const std::vector<Unconfirmed>& waiting, What what) {
    const auto found = std::find_if(waiting.begin(), waiting.end(), [&](const auto& row) { return row.what == what; });
    return found == waiting.end() ? nullptr : &*found;
}

std::vector<std::string> with(std::vector<std::string> actors, const std::vector<std::string>& more) {
    for (const auto& one : more) {
        if (std::find(actors.begin(), actors.end(), one) == actors.end()) actors.push_back(one);
    }
    return actors;
}

bool is_among(std::string_view address, const std::vector<std::string>& all) {
    const auto normal = mail::normalise_address(address);
    return std::any_of(all.begin(), all.end(), [&](const auto& one) { return mail::normalise_address(one) == normal; });
}

// What was there before counts, in whatever spelling it stands there now.
std::optional<Unconfirmed> weigh_addresses(const PersonChange& change, const Unconfirmed* waits, const Hand& hand, Instant now) {
    Unconfirmed row{What::addresses, now, {}, change.before.addresses, {}};
    if (waits != nullptr) row = {What::addresses, now, waits->actors, waits->known, {}};
    const auto& wanted = change.wanted.addresses;
    if (hand.own) return std::nullopt;
    if (row.known.empty()) {  // nothing was there, or nothing of before counts: entered again (confirming.hpp)
        if (waits == nullptr) return std::nullopt;
        row.actors = with(std::move(row.actors), hand.actors);
        return row;
    }
    if (std::all_of(wanted.begin(), wanted.end(), [&](const auto& one) { return is_among(one, row.known); })) return std::nullopt;
    std::vector<std::string> respelled;
    std::copy_if(wanted.begin(), wanted.end(), std::back_inserter(respelled), [&](const auto& one) { return is_among(one, row.known); });
    for (auto& one : respelled) {
        if (std::find(row.known.begin(), row.known.end(), one) == row.known.end()) row.known.push_back(std::move(one));
    }
    row.actors = with(std::move(row.actors), hand.actors);
    return row;
}

// The key that counts stays until the one that is wanted is confirmed; one that is taken away, or that its owner ended, goes at once and is
// remembered.
std::optional<Unconfirmed> weigh_key(const PersonChange& change, const Unconfirmed* waits, const Hand& hand, Instant now, Person& put) {
    std::vector<std::string> known;
    if (waits != nullptr) known = waits->known;
    if (waits == nullptr && !change.fingerprint.empty()) known = {change.fingerprint};
    if (hand.own || (waits == nullptr && known.empty())) return std::nullopt;
    const bool is_that = known.empty() ? change.wanted_was_theirs : change.wanted_fingerprint == known.front();
    if (is_that && !change.wanted_lapsed) return std::nullopt;
    const auto actors = with(waits != nullptr ? waits->actors : std::vector<std::string>{}, hand.actors);
    if (is_that) return Unconfirmed{What::key, now, actors, known, {}};
    if (!change.wanted.key.empty()) put.key = change.before.key;
    return Unconfirmed{What::key, now, actors, known, change.wanted.key};
}

// What has changed about one thing: its row takes the place of the one before, or that goes.
void note(Weighed& weighed, const Unconfirmed* before, std::optional<Unconfirmed> row, What what) {
    if (!row) {
        if (before != nullptr) weighed.settled.push_back(what);
        return;
    }
    const bool same = before != nullptr && before->known == row->known && before->actors == row->actors && before->wanted == row->wanted;
    if (!same) weighed.waits.push_back(std::move(*row));
}

// The operator is one party, with whatever token and under whatever name.
std::string_view party_of(std::string_view actor) { return actor.starts_with("person ") ? actor : "operator"; }

}  // namespace

Hand hand_of(const community::Actor& by, const PersonId& person) {
    return {community::hands_of(by), by.person == person && by.lent_by.empty()};
}

Weighed weigh(const PersonChange& change, const std::vector<Unconfirmed>& waiting, const Hand& hand, Instant now) {
    Weighed weighed{change.wanted, {}, {}};
    if (change.before.addresses != change.wanted.addresses) {
        const auto* before = row_of(waiting, What::addresses);
        note(weighed, before, weigh_addresses(change, before, hand, now), What::addresses);
    }
    if (change.before.key != change.wanted.key) {
        const auto* before = row_of(waiting, What::key);
        note(weighed, before, weigh_key(change, before, hand, now, weighed.put), What::key);
    }
    return weighed;
}

Result<void> may_confirm(const community::Actor& by, bool administers, const PersonId& person, const std::vector<Unconfirmed>& waiting) {
    if (!by.lent_by.empty()) {
        return fail(errc::denied, "item 60: somebody else made this token, so that it is not the word of {}: sign in, and confirm there",
                    by.name);
    }
    if (by.person == person) return {};
    if (by.person && !administers) {
        return fail(errc::denied, "item 60: what somebody else changed of {} is confirmed by that person, the secretariat or the operator",
                    person);
    }
    const auto is_by = [&](const auto& hand) {
        const auto [actor, in_name] = community::doing_of(hand);
        return party_of(actor) == party_of(by.name) || in_name == by.name;
    };
    const bool changed = std::any_of(waiting.begin(), waiting.end(),
                                     [&](const auto& row) { return std::any_of(row.actors.begin(), row.actors.end(), is_by); });
    if (!changed) return {};
    return fail(errc::denied,
                "item 60: whoever changed it does not confirm it. {} does, with a session or a token of their own; or the secretariat or "
                "the operator, whoever of them changed none of it",
                person);
}

std::vector<std::string> unconfirmed_in_words(storage::Store& store, const PersonId& person) {
    std::vector<std::string> all;
    for (const auto& row : store.directory().unconfirmed(person)) all.push_back(letters::in_words(store, row));
    return all;
}

}  // namespace caveat::registry
