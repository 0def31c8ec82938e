#include "enrolment.hpp"

#include <algorithm>

#include "caveat/community/hands.hpp"
#include "caveat/community/representation.hpp"
#include "caveat/detail.hpp"
#include "caveat/mail/message.hpp"
#include "caveat/policy/prospect.hpp"
#include "electors.hpp"
#include "register.hpp"

namespace caveat::committee {
namespace {

using community::Status;
using conduct::Application;

bool has_status(const policy::Rulebook& rules, const community::Team& team) {
    return conduct::revoked_by(rules.category(team.category)).has_value();
}

std::vector<community::Person> people_of(storage::Store& store, const TeamId& team) {
    auto people = store.directory().people();
    std::erase_if(people, [&](const community::Person& person) { return person.team != team; });
    return people;
}

// The register keeps lines.
std::string one_line(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
    return text;
}

// As registry's confirming.hpp has it of whoever is entered again.
void ask_about(storage::Store& store, const community::Actor& by, const community::Person& person, Instant now) {
    using community::Unconfirmed;
    const auto actors = community::hands_of(by);
    const auto rows = store.directory();
    const std::vector mark{storage::mark_of_address(mail::normalise_address(person.addresses.front()))};
    const bool as_they_left = rows.left_with(person.id, mark) && !rows.went_on_to_others(person.id, mark);
    const bool had_a_key = rows.left_with(person.id, {storage::mark_of_any_key});
    const auto with_maker = [&](Detail detail) { return community::add_maker(detail, by).text(); };
    const auto wait = [&](Unconfirmed::What what, std::string_view why) {
        store.membership_writer().put(person.id, Unconfirmed{what, now, actors, {}, {}});
        store.journal().append(now, by.name, "person.waits", person.id.value, with_maker(Detail().add("what", why)));
    };
    if (!as_they_left) wait(Unconfirmed::What::addresses, "entered again, not as before: waits to be confirmed");
    if (had_a_key) wait(Unconfirmed::What::key, "entered again, without the key of before: the first has to be confirmed");
}

// As the registry has it of whoever is entered. Of a team that has nobody here the form is its own word. `over`: the alternates who spoke
// for it until then.
void note_entered(storage::Store& store, const community::Actor& by, const community::Person& person, bool own,
                  const std::vector<std::string>& over, Instant now) {
    Detail detail;
    detail.add("what", fmt::format("{} of {}{}, by its application", person.addresses.front(), person.team,
                                   person.representative ? ", representative" : ""));
    detail.add("addresses_after", person.addresses).add("team", person.team.value);
    if (own) detail.add("own", "yes");
    if (!over.empty()) detail.add("in_place_of", over);
    store.journal().append(now, by.name, "person.add", person.id.value, community::add_maker(detail, by).text());
}

void add_contacts(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, const Application& a, Instant now) {
    const auto known = people_of(store, a.team);
    const bool represented = std::any_of(known.begin(), known.end(), [](const auto& person) { return person.representative; });
    for (const conduct::Contact& contact : a.form.contacts) {
        if (store.directory().person(contact.id)) continue;  // an earlier record of the same person stays as it is
        const bool was_here = store.directory().former_team(contact.id).has_value();
        if (was_here && a.mou) continue;
        community::Person person;
        person.id = contact.id;
        person.name = contact.name;
        person.team = a.team;
        person.addresses = {mail::canonical_address(contact.address)};
        person.representative = contact.representative && !represented;
        const bool own = known.empty() || is_own_hand(store, rules, by, a.team, now);
        const auto over = community::spoken_over(nullptr, person, known, store.powers().denials(), now);
        store.membership_writer().put(person);
        note_entered(store, by, person, own, over, now);
        if (was_here) ask_about(store, by, person, now);
    }
}

// Items 7 and 12: only members hold an office, so with the membership the offices of its people end, which the committee is told as of any
// that ends early. `team`: as it is now.
void end_offices(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, const community::Team& team,
                 Instant now) {
    const auto people = people_of(store, team.id);
    const auto reason = fmt::format("{} is {} now, and only Operational Members hold an office", team.id, team.category);
    for (const auto& term : store.powers().terms()) {
        const bool theirs = std::any_of(people.begin(), people.end(), [&](const auto& p) { return p.id == term.person; });
        if (!theirs || term.during.over_at(now) || rules.office_of(term.role) == community::Office::none) continue;
        end_term(store, by, term, now, reason, now);
    }
}

// Whoever runs a list sees its roster and what waits there: who could not be given that role any more (ruling ll, terms.cpp) loses it.
// `team`: as it is now.
void end_roles_of_lists(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, const community::Team& team,
                        Instant now) {
    const auto reason = fmt::format("{} is {} now, and no such team could read that list", team.id, team.category);
    for (const auto& held : store.powers().roles_of_lists(now)) {
        if (held.team == team.id && !policy::unfit(rules, held).empty()) end_term(store, by, held.term, now, reason, now);
    }
}

}  // namespace

Result<void> contacts_fit(const conduct::Form& form, std::string_view domain) {
    for (const conduct::Contact& contact : form.contacts) {
        if (const auto unfit = mail::unfit_address(contact.address); !unfit.empty())
            return fail(errc::invalid, "contact {}: '{}' {}", contact.id, contact.address.substr(0, 64), unfit);
        const auto at = contact.address.rfind('@') + 1;
        if (!domain.empty() && mail::normalise_domain(contact.address.substr(at)) == mail::normalise_domain(domain))
            return fail(errc::invalid, "contact {}: {} is of our own domain, where lists are and no people", contact.id, contact.address);
    }
    return {};
}

Result<void> contacts_are_nobodys(storage::Store& store, const TeamId& team, const conduct::Form& form) {
    for (const conduct::Contact& contact : form.contacts) {
        const auto same = store.directory().person(contact.id);
        if (same && same->team != team)
            return fail(errc::conflict, "contact {}: a person of {} has that id; choose another", contact.id, same->team);
        const auto former = store.directory().former_team(contact.id);
        if (former && !former->empty() && *former != team) {
            return fail(
                errc::conflict,
                "contact {}: somebody who left {} had that id (ruling kk); choose another, or enter them in {} first, by a decision "
                "of kind person",
                contact.id, *former, team);
        }
        const auto holder = store.directory().person_of(contact.address, mail::normalise_address);
        if (holder && *holder != contact.id) {
            return fail(errc::conflict, "contact {}: {} is an address of {}; an address belongs to one person", contact.id, contact.address,
                        *holder);
        }
    }
    return {};
}

Result<void> contacts_free(storage::Store& store, const TeamId& team, const conduct::Form& form, Instant now) {
    if (auto ok = contacts_are_nobodys(store, team, form); !ok) return ok;
    for (const conduct::Contact& contact : form.contacts) {
        if (store.directory().person(contact.id)) continue;
        const auto held =
            store.directory().held_until(contact.id, {storage::mark_of_address(mail::normalise_address(contact.address))}, now);
        if (!held) continue;
        return fail(errc::denied,
                    "item 42: contact {}: {} was of somebody who is under a security hold, which goes on; it ends {}, or is lifted "
                    "before: caveat hold list",
                    contact.id, contact.address, to_string(*held));
    }
    return {};
}

void note_applicant(storage::Store& store, const policy::Rulebook& rules, const TeamId& id, const conduct::Form& form) {
    if (store.directory().team(id)) return;
    community::Team team;
    team.id = id;
    team.name = form.short_name.empty() ? id.value : form.short_name;
    team.category = rules.category_of(Status::applicant);
    team.economy = form.economy;
    store.membership_writer().put(team);
}

void forget_applicant(storage::Store& store, const policy::Rulebook& rules, const Application& a) {
    auto team = store.directory().team(a.team);
    if (!team) return;
    if (a.admitted && !team->mou && team->category == a.category) {  // approved, and went before its MoU
        team->category = rules.category_of(Status::applicant);
        team->subtype.clear();
        team->since.reset();
        store.membership_writer().put(*team);
    }
    if (rules.category(team->category).status == Status::applicant && people_of(store, a.team).empty())
        store.membership_writer().remove(a.team);
}

void enrol(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, const Application& a, Instant now) {
    auto team = store.directory().team(a.team).value_or(community::Team{});
    const bool waits = a.of_partner() && !a.mou;
    if (waits && has_status(rules, team)) return add_contacts(store, rules, by, a, now);
    const bool leaves_membership = rules.is_member(team.category) && !rules.is_member(a.category);
    // They were decided for what it was (ruling y): the ceilings go by the subtype, too.
    if (team.category != a.category || team.subtype != a.subtype) team.clearances.clear();
    team.id = a.team;
    team.name = a.form.short_name;
    team.category = a.category;
    team.subtype = a.subtype;
    if (!rules.is_member(a.category) || team.economy != a.form.economy) team.primary_contact = false;  // item 14
    team.economy = a.form.economy;
    team.constituency = one_line(a.form.constituency);
    team.ranges = one_line(a.form.ranges);
    team.since = a.admitted;
    team.mou = a.mou;
    store.membership_writer().put(team);
    if (leaves_membership) end_offices(store, rules, by, team, now);
    end_roles_of_lists(store, rules, by, team, now);
    add_contacts(store, rules, by, a, now);
}

void expel(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, community::Team& team, Instant now) {
    auto membership = store.membership_writer();
    team.category = rules.category_of(Status::former);
    team.subtype.clear();
    team.primary_contact = false;
    team.mou.reset();
    team.clearances.clear();
    membership.put(team);
    end_offices(store, rules, by, team, now);
    const auto people = people_of(store, team.id);
    const auto is_theirs = [&](const PersonId& id) {
        return std::any_of(people.begin(), people.end(), [&](const auto& p) { return p.id == id; });
    };
    // Terms give powers, so all others end too. A subscription that went on would show a returning team the archive of the time when it was
    // away.
    const auto reason = fmt::format("{} is {} now", team.id, team.category);
    for (const auto& term : store.powers().terms()) {
        if (is_theirs(term.person) && !term.during.over_at(now)) end_term(store, by, term, now, reason, now);
    }
    std::vector<community::Subscription> theirs;
    store.rosters().each_subscription([&](const community::Subscription& s) {
        if (is_theirs(s.person)) theirs.push_back(s);
    });
    for (const auto& s : theirs) membership.unsubscribe(s.list, s.person, now);
}

}  // namespace caveat::committee
