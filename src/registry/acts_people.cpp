// Single acts on people and their subscriptions.
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "acts.hpp"
#include "caveat/community/panel_list.hpp"
#include "caveat/community/representation.hpp"
#include "caveat/community/term_rules.hpp"
#include "caveat/letters/names.hpp"
#include "caveat/mail/message.hpp"
#include "caveat/openpgp/look.hpp"
#include "caveat/policy/prospect.hpp"
#include "caveat/registry/confirmation.hpp"
#include "caveat/storage/room_party.hpp"
#include "caveat/storage/voices.hpp"
#include "confirming.hpp"
#include "key_copies.hpp"
#include "known_again.hpp"
#include "undecided.hpp"
#include "warnings.hpp"

namespace caveat::registry {
namespace {

// An address names one person, and a team has one representative (item 15): whatever else the register holds.
Result<void> fits(const community::Person& person, storage::Register& rows) {
    if (!rows.team(person.team)) return fail(errc::not_found, "team {} is not there; see: caveat team list", shown(person.team.value));
    std::vector<std::string> seen;
    for (const auto& address : person.addresses) {
        auto normal = mail::normalise_address(address);
        const auto holder = rows.person_of(address, mail::normalise_address);
        if (holder && *holder != person.id)
            return fail(errc::conflict, "{} is an address of {}; an address belongs to one person", address, *holder);
        if (std::find(seen.begin(), seen.end(), normal) != seen.end())
            return fail(errc::invalid, "{} is there twice; write each address once", address);
        seen.push_back(std::move(normal));
    }
    if (!person.representative) return {};
    for (const auto& other : rows.people()) {
        if (!other.representative || other.team != person.team || other.id == person.id) continue;
        return fail(errc::conflict, "{} is representative of {}; take it from that person first (item 15)", other.id, person.team);
    }
    return {};
}

// Keeps the register: the secretariat, and the operator.
bool administers(const policy::Rulebook& rules, const community::Actor& by, storage::Register& rows, Instant now) {
    if (!by.person) return true;
    const auto terms = rules.in_force(rows.held_terms(*by.person, now));
    return std::any_of(terms.begin(), terms.end(), [&](const auto& term) { return rules.role_has(term.role, policy::Trait::administers); });
}

// By somebody who speaks for a team and does not keep the register.
bool speaks_for_one_team(const policy::Rulebook& rules, const community::Actor& by, storage::Register& rows, Instant now) {
    return !administers(rules, by, rows, now);
}

std::string_view domain_of(std::string_view address) { return address.substr(address.rfind('@') + 1); }  // npos + 1 is 0

// What somebody who speaks for one team enters must say nothing about the others (A7): an id or an address that is in use elsewhere is
// refused in the same words as one that is only not their own, and both whether or not it is tried out first.
tl::unexpected<Error> not_by_a_representative(const TeamId& team) {
    return fail(
        errc::conflict,
        "this cannot be entered by a representative as it stands: an id begins with \"{}-\", an address is in a domain by which the "
        "team is known here already, and neither is in use; anything else the secretariat can say why, and enter it",
        team);
}

// Who left another team keeps the id by which everybody knew them (ruling kk), and is entered by whoever knows them: with an address that
// was theirs, beside which only the new team's stand. Whose id that is, or where they were, is nothing that others find out.
bool is_the_teams_own(const community::Person& person, const std::optional<community::Person>& before, storage::Register& rows) {
    const auto former = before ? std::nullopt : rows.former_team(person.id);
    if (former && *former == person.team) return true;
    const auto was_theirs = [&](const auto& address) { return former && was_their_address(rows, person.id, address); };
    if (former && std::none_of(person.addresses.begin(), person.addresses.end(), was_theirs)) return false;
    if (!before && !former && !person.id.value.starts_with(person.team.value + "-")) return false;
    std::set<std::string> known;
    for (const auto& other : rows.people()) {
        if (other.team != person.team) continue;
        for (const auto& address : other.addresses) known.insert(mail::normalise_domain(domain_of(address)));
    }
    return std::all_of(person.addresses.begin(), person.addresses.end(), [&](const auto& address) {
        return was_theirs(address) || known.contains(mail::normalise_domain(domain_of(address)));
    });
}

// Represents the team, which itself, or the operator for it, made them that, or others long enough ago (storage/voices.hpp).
bool is_its_own_choice(const PersonId& id, const TeamId& team, storage::Store& store, Instant now) {
    const auto person = store.register_rows().person(id);
    return person && person->representative && person->team == team && !storage::was_put_there(store, *person, now);
}

bool is_its_own_choice(const community::Actor& by, const TeamId& team, storage::Store& store, Instant now) {
    return by.person && community::has_own_hand(by) && is_its_own_choice(*by.person, team, store, now);
}

// Speaks for the team at this moment (item 15), by their own hand and its wish.
bool speaks(const community::Actor& by, const TeamId& team, storage::Store& store, Instant now) {
    auto& rows = store.register_rows();
    const auto who = by.person && community::has_own_hand(by) ? rows.person(*by.person) : std::nullopt;
    if (!who || who->team != team || !community::speaks_for_team(*who, rows.people(), rows.denials(), now)) return false;
    return !storage::was_put_there(store, *who, now);
}

bool is_of_team(const PersonId& id, const TeamId& team, storage::Register& rows) {
    const auto who = rows.person(id);
    return (who ? who->team : rows.former_team(id)) == team;
}

// Somebody of the team does it, in whoever's name.
bool is_done_within(const community::Actor& by, const TeamId& team, storage::Register& rows) {
    constexpr std::string_view of_person = "person ";
    return is_of_team(community::has_own_hand(by) ? *by.person : PersonId{by.lent_by.substr(of_person.size())}, team, rows);
}

// Or in the name of somebody of it, who may have been given the token: what is kept from either is kept from both.
bool is_from_within(const community::Actor& by, const TeamId& team, storage::Register& rows) {
    return is_done_within(by, team, rows) || is_of_team(*by.person, team, rows);
}

// Ruling (kk). Who was of another team comes in by the one who speaks for the new team, and else by the committee. Under another id they
// are known by an address or a key that they had.
std::vector<Need> needs_of_entry(const policy::Rulebook& rules, const community::Actor& by, const community::Person& person,
                                 storage::Store& store, Instant now) {
    auto& rows = store.register_rows();
    if (is_its_own_choice(by, person.team, store, now)) return {};
    const auto former = rows.former_team(person.id);
    if (former && *former != person.team)
        return {{"person", "the team of somebody who left another (ruling kk), unless the representative of the new one enters them,"}};
    if (is_known_elsewhere(rules, rows, nullptr, person, now)) {
        return {
            {"person",
             "the team of somebody who left another and is known again by an address or a key (ruling kk), unless the representative of "
             "the new one enters them,"}};
    }
    if (has_key_of_another_team(store, nullptr, person)) {
        return {{"person",
                 "the team of somebody whose key is on record for a person of another team (ruling kk), unless the representative of the "
                 "new one enters them,"}};
    }
    return {};
}

// The same by a change: somebody is entered first, and becomes who it was afterwards. What waits may be the representative's wish.
Result<void> becomes_nobody_else(const policy::Rulebook& rules, const community::Actor& by, const community::Person& before,
                                 const community::Person& after, const std::vector<community::Unconfirmed>& waiting, storage::Store& store,
                                 Instant now) {
    auto& rows = store.register_rows();
    const bool left = is_known_elsewhere(rules, rows, &before, after, now);
    if ((!left && !has_key_of_another_team(store, &before, after)) || is_its_own_choice(by, after.team, store, now)) return {};
    constexpr std::string_view of_person = "person ";
    const auto is_theirs = [&](const std::string& hand) {
        const auto actor = community::doing_of(hand).actor;
        if (!actor.starts_with(of_person)) return false;
        return is_its_own_choice(PersonId{std::string(actor.substr(of_person.size()))}, after.team, store, now);
    };
    for (const auto& row : waiting) {
        if (std::any_of(row.actors.begin(), row.actors.end(), is_theirs)) return {};
    }
    return fail(
        errc::denied,
        "ruling (kk): this would be {}, and nobody is moved between teams: the representative of {} enters it; or {} is removed, and "
        "entered with it by a decision of kind person",
        left ? "an address or a key of somebody who left another team" : "the key of somebody of another team", after.team, after.id);
}

community::Deed entry_of(const community::Person& person) { return {"person", person.id.value, {{"team", person.team.value}}}; }

tl::unexpected<Error> nobody_is_moved(const community::Person& before, const TeamId& wanted) {
    return fail(errc::denied,
                "ruling (kk): {} is of {}, and nobody is moved between teams: remove the person, which ends roles and rosters; then the "
                "representative of {} enters them, or a decision of kind person does",
                before.id, before.team, shown(wanted.value));
}

auto missing(const PersonId& id) { return fail(errc::not_found, "person {} is not there; see: caveat person list", shown(id.value)); }

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

// The terms that end with their place in the register: those that run, and those to come.
std::vector<community::Term> terms_left(storage::Store& store, const PersonId& id, Instant now) {
    auto terms = store.register_rows().terms();
    std::erase_if(terms, [&](const auto& term) { return term.person != id || term.during.over_at(now); });
    return terms;
}

// The election that a term began by: what it gives is the team's, and a term that never ran has not used it up. Empty: by none on record.
std::string give_back_election(storage::Store& store, const community::Term& term) {
    const auto id = election_begun(store, term);
    auto motion = id.empty() ? std::nullopt : store.minutes().motion(id);
    if (!motion || motion->used_by.empty()) return {};
    motion->used_by.clear();
    store.minutes().update(*motion);
    return id;
}

// Of who goes: said for each as if it had been ended by itself (committee/terms.cpp), so that those whom it concerns hear of it.
void end_offices(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, const PersonId& id, Instant now) {
    for (const auto& term : terms_left(store, id, now)) {
        if (rules.role_of_list(term.role)) continue;
        const bool to_come = now < term.during.from;
        auto detail = Detail().add("reason", to_come ? "they left the register before it began" : "they left the register");
        community::add_term(detail, community::ended(term, now));
        if (const auto election = to_come ? give_back_election(store, term) : std::string(); !election.empty())
            detail.add("decision", election);
        community::add_maker(detail, by);
        store.journal().append(now, by.name, "term.ended", id.value, detail.text());
    }
}

// On the list of an Appeal Panel that has not decided.
bool sits_on_a_panel(storage::Register& rows, const PersonId& id, Instant now) {
    for (const auto& list : rows.lists()) {
        if (!community::is_room(list) || (list.expires && *list.expires <= now)) continue;
        const auto there = rows.subscriptions(list.id);
        if (std::any_of(there.begin(), there.end(), [&](const auto& s) { return s.person == id; })) return true;
    }
    return false;
}

// Of a team against which an Appeal Panel sits.
bool is_party_of_a_panel(const community::Actor& by, storage::Store& store, Instant now) {
    const auto lists = store.register_rows().lists();
    return std::any_of(lists.begin(), lists.end(), [&](const auto& list) {
        const auto party = list.expires && *list.expires <= now ? std::nullopt : storage::party_of_room(store, list);
        return party && is_from_within(by, *party, store.register_rows());
    });
}

// Whoever speaks for a team that is a member or partner no more brings nobody into the community.
Result<void> is_still_here(const policy::Rulebook& rules, const TeamId& id, storage::Register& rows) {
    const auto team = rows.team(id);
    if (!team || rules.category(team->category).status != community::Status::former) return {};
    return fail(errc::denied, "item 25: {} is {}; who is of it is entered by the secretariat, or comes in by its application", id,
                team->category);
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

Result<void> leaves_its_voice(const InACase& in_a_case, const community::Actor& by, const community::Person& before,
                              const community::Person* after, storage::Store& store, Instant now) {
    const bool spoke = before.representative || before.alternate;
    const bool same = after != nullptr && after->representative == before.representative && after->alternate == before.alternate;
    if (!by.person || !spoke || same) return {};
    const bool itself = by.person == before.id && community::has_own_hand(by);
    if (itself || is_its_own_choice(by, before.team, store, now) || speaks(by, before.team, store, now)) return {};
    auto& rows = store.register_rows();
    if (by.person == before.id ? is_done_within(by, before.team, rows) : is_from_within(by, before.team, rows)) {
        return fail(errc::denied,
                    "items 36 and 37: {} speaks for {}, and who does is not for others of it to say: a representative of its own choice "
                    "does, or the operator for it",
                    before.id, before.team);
    }
    if (!in_a_case || !in_a_case(before.team)) return {};
    return fail(errc::denied,
                "items 36 and 37: a case about {} is not over, and {} speaks for it there: nobody else takes that away meanwhile; its "
                "representative does, or the operator for it",
                before.team, before.id);
}

Result<void> leaves_its_offices(const policy::Rulebook& rules, const community::Actor& by, const community::Person& before,
                                storage::Store& store, Instant now) {
    const bool itself = by.person == before.id && community::has_own_hand(by);
    if (!by.person || itself || speaks(by, before.team, store, now)) return {};
    // To its party nothing tells who sits there, so not by whom it can take out either; nor that anybody does, so no words do. Of a team
    // are those whose hands are all of it.
    auto& rows = store.register_rows();
    const bool within = is_done_within(by, before.team, rows) && is_of_team(*by.person, before.team, rows);
    if (!within && is_party_of_a_panel(by, store, now)) {
        return fail(errc::denied,
                    "item 54: a place given by decision may end with that: who speaks for their team takes them out of the register, "
                    "somebody else of the secretariat, or the operator for them");
    }
    for (const auto& term : terms_left(store, before.id, now)) {
        if (rules.office_of(term.role) == community::Office::none) continue;
        return fail(errc::denied,
                    "items 49 and 54: {} {} an office, {}, which would end: who speaks for {} takes them out of the register, or the "
                    "operator for them",
                    before.id, now < term.during.from ? "is elected to" : "holds", term.role, before.team);
    }
    // Who sits there is not for everybody to know, so not in these words either.
    if (!sits_on_a_panel(rows, before.id, now)) return {};
    return fail(errc::denied,
                "item 54: a place that was given by decision would end: who speaks for {} takes {} out of the register, or the operator "
                "for them",
                before.team, before.id);
}

Result<void> comes_by_its_own_hand(const community::Actor& by, const community::Person& before, const community::Person& put) {
    if (by.person != before.id || community::has_own_hand(by) || put.key.empty() || put.key == before.key) return {};
    return fail(
        errc::denied,
        "item 60: {} made this token, so that a key brought with it is not brought by {}: they bring it with a session or a token of "
        "their own, or {} in their own name",
        by.lent_by, by.name, by.lent_by);
}

bool is_own_word_of(const community::Actor& by, const TeamId& team, storage::Store& store, Instant now, bool about_representative) {
    return is_its_own_choice(by, team, store, now) || (!about_representative && speaks(by, team, store, now));
}

std::vector<std::string> spoken_over(const community::Person* before, const community::Person& after, storage::Register& rows,
                                     Instant now) {
    if (!after.representative || (before != nullptr && before->representative)) return {};  // as of most, and all people are many
    return community::spoken_over(before, after, rows.people(), rows.denials(), now);
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
    if (!before) return missing(person.id);
    const bool own_only = speaks_for_one_team(rules_, by, rows, clock_.now());
    if (own_only && !is_the_teams_own(person, before, rows)) return not_by_a_representative(person.team);
    if (auto ok = fits(person, rows); !ok) {
        return own_only && ok.error().code == errc::conflict ? not_by_a_representative(person.team) : ok;
    }
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
    if (!before) return missing(id);
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
    if (!person) return missing(id);
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
    if (!person) return missing(id);
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

Result<std::vector<std::string>> Registry::add(const community::Actor& by, const community::Subscription& subscription) {
    storage::Store::Transaction transaction(store_);
    auto& rows = store_.register_rows();
    const auto list = rows.list(subscription.list);
    if (!list) return fail(errc::not_found, "list {} is not there; see: caveat list list", shown(subscription.list.value));
    if (auto ok = not_a_panels(*list); !ok) return tl::unexpected(ok.error());
    if (!rows.person(subscription.person)) return missing(subscription.person);
    const Instant now = clock_.now();
    if (auto ok = is_open(*list, now); !ok) return tl::unexpected(ok.error());
    auto standing = *rows.standing(subscription.person, subscription.list, now);
    const bool subscribed = standing.roster.has_value();
    const auto before = subscribed ? standing.roster->delivery : community::DeliveryMode::none;
    if (subscribed && before == subscription.delivery) {
        return fail(errc::conflict, "{} is on {} already, with delivery = {}", subscription.person, subscription.list, name(before));
    }
    const auto prospect = policy::prospect(rules_, standing, *list);
    if (!subscribed && prospect != policy::Prospect::some) {
        return fail(errc::denied, "{}", policy::explain(prospect, rules_, standing, *list));
    }
    rows.subscribe(subscription, now);
    const community::Subscription as_was{subscription.list, subscription.person, before};
    const auto what = subscribed ? difference(as_was, subscription) : summary(subscription);
    const auto facts = subscribed ? facts_of(as_was, subscription) : Facts{};
    record(store_, by, {subscribed ? "subscription.change" : "subscription.add", subject_of(subscription), what, {}, facts}, now);
    standing.roster = community::Roster{{now, std::nullopt}, subscription.delivery};
    standing.valid_key = !rows.person(subscription.person)->key.empty();
    auto waits = nothing_today(subscription, standing, *list, rules_, now);
    transaction.commit();
    return waits ? std::vector{std::move(*waits)} : std::vector<std::string>{};
}

Result<std::vector<std::string>> Registry::join(const community::Actor& by, const community::Subscription& subscription) {
    storage::Store::Transaction transaction(store_);
    if (by.person != subscription.person)
        return fail(errc::denied, "{} cannot put {} on a roster", by.name, shown(subscription.person.value));
    const auto list = store_.rosters().list(subscription.list);
    const Instant now = clock_.now();
    const auto standing = list ? store_.standing(subscription.person, list->id, now) : std::nullopt;
    if (list && standing && !standing->roster && !policy::reads_unnamed(rules_, *standing, *list, now)) {
        const auto prospect = policy::prospect(rules_, *standing, *list);
        if (prospect != policy::Prospect::some) return fail(errc::denied, "{}", policy::explain(prospect, rules_, *standing, *list));
        return fail(errc::denied,
                    "{}, of class {}, is read by those whom its owners or the secretariat put on its roster: ask one of them, or write to "
                    "its owners' address ({} {})",
                    list->id, list->klass, rules_.name(), rules_.version());
    }
    auto waits = add(by, subscription);
    if (waits) transaction.commit();
    return waits;
}

Result<void> Registry::remove_subscription(const community::Actor& by, const ListId& list, const PersonId& person) {
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    const auto standing = store_.standing(person, list, now);
    if (!standing || standing->removed || !standing->roster) {
        return fail(errc::not_found, "{} is not on {}; see: caveat subscription list", shown(person.value), shown(list.value));
    }
    if (auto ok = not_a_panels(*store_.rosters().list(list)); !ok) return ok;
    auto detail = Detail().add("what", "");
    storage::end_subscription(store_, list, person, now, by.name, community::add_maker(detail, by));
    transaction.commit();
    return {};
}

}  // namespace caveat::registry
