#include "entering.hpp"

#include <algorithm>
#include <set>

#include "caveat/mail/message.hpp"
#include "known_again.hpp"
#include "team_voice.hpp"

namespace caveat::registry {
namespace {

std::string_view domain_of(std::string_view address) { return address.substr(address.rfind('@') + 1); }  // npos + 1 is 0

}  // namespace

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

Result<void> leaves_awaited(const std::vector<community::Person>& awaited, const community::Person* before,
                            const community::Person& person) {
    const auto has = [](const community::Person& one, const std::string& wanted) {
        return std::any_of(one.addresses.begin(), one.addresses.end(),
                           [&](const auto& address) { return mail::normalise_address(address) == mail::normalise_address(wanted); });
    };
    for (const auto& other : awaited) {
        if (before == nullptr && other.id == person.id && other.team != person.team)
            return fail(errc::conflict, "item 22: {} is a contact of {}, whose application is voted on; choose another id", other.id,
                        other.team);
        if (other.id == person.id) continue;
        for (const auto& address : other.addresses) {
            if (!has(person, address) || (before != nullptr && has(*before, address))) continue;
            return fail(errc::conflict, "item 22: {} is the address of a contact of {}, whose application is voted on", address,
                        other.team);
        }
    }
    return {};
}

bool administers(const policy::Rulebook& rules, const community::Actor& by, storage::Register& rows, Instant now) {
    if (!by.person) return true;
    const auto terms = rules.in_force(rows.held_terms(*by.person, now));
    return std::any_of(terms.begin(), terms.end(), [&](const auto& term) { return rules.role_has(term.role, policy::Trait::administers); });
}

bool speaks_for_one_team(const policy::Rulebook& rules, const community::Actor& by, storage::Register& rows, Instant now) {
    return !administers(rules, by, rows, now);
}

Result<void> is_still_here(const policy::Rulebook& rules, const TeamId& id, storage::Register& rows) {
    const auto team = rows.team(id);
    if (!team || rules.category(team->category).status != community::Status::former) return {};
    return fail(errc::denied, "item 25: {} is {}; who is of it is entered by the secretariat, or comes in by its application", id,
                team->category);
}

tl::unexpected<Error> not_by_a_representative(const TeamId& team) {
    return fail(
        errc::conflict,
        "this cannot be entered by a representative as it stands: an id begins with \"{}-\", an address is in a domain by which the "
        "team is known here already, and neither is in use; anything else the secretariat can say why, and enter it",
        team);
}

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

Result<void> becomes_nobody_else(const policy::Rulebook& rules, const community::Actor& by, const community::Person& before,
                                 const community::Person& after, const std::vector<community::Unconfirmed>& waiting, storage::Store& store,
                                 Instant now) {
    auto& rows = store.register_rows();
    const bool left = is_known_elsewhere(rules, rows, &before, after, now);
    if ((!left && !has_key_of_another_team(store, &before, after)) || is_its_own_choice(by, after.team, store, now)) return {};
    const auto is_theirs = [&](const std::string& hand) {
        const auto person = community::person_named_by(community::doing_of(hand).actor);
        return person && is_its_own_choice(*person, after.team, store, now);
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

tl::unexpected<Error> nobody_is_moved(const community::Person& before, const TeamId& wanted) {
    return fail(errc::denied,
                "ruling (kk): {} is of {}, and nobody is moved between teams: remove the person, which ends roles and rosters; then the "
                "representative of {} enters them, or a decision of kind person does",
                before.id, before.team, shown(wanted.value));
}

}  // namespace caveat::registry
