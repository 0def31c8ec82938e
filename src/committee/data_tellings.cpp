// What is told of changed data: to the person whose data somebody else changed, at the addresses that they had, and, of the contacts of
// other teams, to the representatives.
#include <algorithm>
#include <array>

#include "caveat/community/term_rules.hpp"
#include "caveat/letters/names.hpp"
#include "caveat/mail/message.hpp"
#include "caveat/moment.hpp"
#include "caveat/policy/decide.hpp"
#include "caveat/policy/prospect.hpp"
#include "changes.hpp"
#include "due.hpp"

namespace caveat::committee {
namespace {

constexpr auto one_letter_in = std::chrono::hours{1};
constexpr std::array<std::string_view, 5> contact_fields{"name", "team", "addresses", "representative", "alternate"};

bool is_of_contact(const Changed& entry) {
    return std::any_of(entry.fields.begin(), entry.fields.end(), [](const auto& field) {
        return std::find(contact_fields.begin(), contact_fields.end(), field) != contact_fields.end();
    });
}

// "representative" of a person is whether they are one.
std::string fields_in_words(const std::vector<std::string>& fields) {
    std::vector<std::string> all;
    for (const auto& field : fields) {
        const bool may = field == "representative" || field == "alternate";
        all.push_back(may ? fmt::format("whether you are the {}", field == "alternate" ? "representative's alternate" : field)
                          : fmt::format("your {}", field == "key" ? "OpenPGP key" : field));
    }
    return list_of(all);
}

// They knew of the list while they were on it; one that was never theirs to know, because they could not read it, is not named to them.
bool knew(storage::Store& store, const policy::Rulebook& rules, const Changed& entry, Instant now) {
    const auto list = store.rosters().list(entry.list);
    auto standing = store.standing(entry.person, entry.list, now);
    if (!list || !standing) return false;
    standing->roster = community::Roster{{entry.at, {}}, community::DeliveryMode::each};
    return policy::may_know(rules, *standing, *list, now);
}

// It ended a role of a list, as which its person knew that list.
bool ends_role_of_list(const Changed& entry) { return !entry.role.empty() && !entry.list.empty() && !entry.onto; }

// Of a role of a list that goes on for now, or of an office.
bool has_another_end(const Changed& entry) {
    const auto during = community::span_in(entry.during);
    if (entry.list.empty() || !during) return entry.moved;
    const bool ran = during->until != during->from;
    return (entry.moved || ends_role_of_list(entry)) && ran && !during->over_at(entry.at);
}

std::string news_of_data(const Changed& entry) {
    if (has_another_end(entry)) {
        const auto on = entry.list.empty() ? std::string() : fmt::format(" of the list {}", entry.list);
        const auto during = community::span_in(entry.during);
        const auto end = during && during->until ? moment(*during->until) : "open";
        return fmt::format("the end of your term as {}{}: it is {} now", role_in_words(entry.role), on, end);
    }
    if (ends_role_of_list(entry)) return fmt::format("you are no longer {} of the list {}", entry.role, entry.list);
    if (entry.list.empty()) return fields_in_words(entry.fields);
    if (!entry.fields.empty()) return fmt::format("{} from the list {}", fields_in_words(entry.fields), entry.list);
    return fmt::format("you are no longer on the list {}, and what still waited for you of it is not sent", entry.list);
}

// What comes in somebody's own name is no news to them, but for another key in the place of theirs: it may have been whoever was signed in
// as them. Not where the address is what changed with it: then they may not be who reads there.
bool is_no_news(const Changed& entry, const PersonId& person) {
    return entry.actor == "person " + person.value && (!entry.key_went || has_field(entry, "addresses"));
}

std::string by_whom_of(storage::Store& store, const Changed& entry, const PersonId& person) {
    const auto who = by_whom(store, entry);
    return entry.actor == "person " + person.value ? fmt::format("{}: you, or whoever was signed in as you", who) : who;
}

// To the person whose data somebody else changed.
void add_own(storage::Store& store, const policy::Rulebook& rules, const std::string& pages, const std::vector<Changed>& entries,
             const community::Person& person, Instant now, std::vector<Telling>& all) {
    Telling telling{{}, person.id.value, "data-changed", {}, {person}};
    std::string lines;
    for (const auto& entry : entries) {
        const bool elsewhere = (!entry.role.empty() && !ends_role_of_list(entry)) || entry.onto;
        if (entry.entered || entry.gone || (elsewhere && !entry.moved) || !entry.hold.empty() || !entry.factor.empty())
            continue;  // that is for their team, for the committee, or a letter of its own
        const auto key = fmt::format("entry {} own", entry.number);
        if (entry.person != person.id || is_no_news(entry, person.id) || store.minutes().reminded(key, entry.at)) continue;
        if (!entry.list.empty() && !ends_role_of_list(entry) && !entry.moved && !knew(store, rules, entry, now)) continue;
        telling.keys.emplace_back(key, entry.at);
        lines += fmt::format("  {}  {}, by {}\n", moment(entry.at), news_of_data(entry), by_whom_of(store, entry, person.id));
    }
    if (telling.keys.empty()) return;
    telling.fields = {{"changes", lines},
                      {"waits", what_waits(store, person.id)},
                      {"team", letters::called(store, person.team)},
                      {"addresses", list_of(person.addresses)},
                      {"key", person.key.empty() ? "none" : "one is on record"},
                      {"representative", person.representative ? "yes" : ""},
                      {"alternate", person.alternate ? "yes" : ""},
                      {"link", pages.empty() ? "" : pages + "/people/" + person.id.value}};
    all.push_back(std::move(telling));
}

std::string_view role_of(const community::Person& person) {
    if (person.representative) return ", its representative";
    return person.alternate ? ", alternate of its representative" : ", no longer its representative or alternate";
}

// To the representative of another Operational Member: what the contacts of teams are now.
void add_contacts(storage::Store& store, const std::vector<Changed>& entries, const std::map<PersonId, community::Person>& people,
                  const community::Person& reader, std::vector<Telling>& all) {
    Telling telling{{}, reader.id.value, "contact-changed", {}, {reader}, {}, {}, community::Tlp::amber_strict};
    std::map<PersonId, Instant> when;
    std::map<TeamId, Instant> primary;
    for (const auto& entry : entries) {
        const auto key = fmt::format("entry {} contact {}", entry.number, reader.id);
        if (has_field(entry, "primary_contact") && entry.team != reader.team && !store.minutes().reminded(key, entry.at)) {
            telling.keys.emplace_back(key, entry.at);
            primary[entry.team] = entry.at;
        }
        const auto person = people.find(entry.person);
        if (person == people.end() || person->second.team == reader.team || !is_of_contact(entry)) continue;
        const bool speaks = person->second.representative || person->second.alternate || has_field(entry, "representative") ||
                            has_field(entry, "alternate");
        if (!speaks || store.minutes().reminded(key, entry.at)) continue;
        telling.keys.emplace_back(key, entry.at);
        when[entry.person] = entry.at;
    }
    if (telling.keys.empty()) return;
    std::string lines;
    for (const auto& [id, at] : when) {
        const auto& person = people.at(id);
        lines += fmt::format("  {}: {}{}, {}\n    since {}\n", letters::called(store, person.team), person.name, role_of(person),
                             list_of(person.addresses), moment(at));
    }
    for (const auto& [id, at] : primary) {
        const auto team = store.directory().team(id);
        if (!team) continue;
        lines += fmt::format("  {}: {} the primary contact of {}\n    since {}\n", letters::called(store, id),
                             team->primary_contact ? "now" : "no longer", team->economy, moment(at));
    }
    telling.fields = {{"contacts", lines}};
    all.push_back(std::move(telling));
}

// To an address that was the person's, or where their mail went until then (`behind`). Who did it in their own name may be a thief.
Telling of_address(storage::Store& store, const Changed& entry, const community::Person& person, const std::string& address, bool behind) {
    auto former = person;
    former.addresses = {address};
    const bool own = entry.actor == "person " + person.id.value;
    letters::Fields fields{{"address", address},
                           {"behind", behind ? "yes" : ""},
                           {"waits", what_waits(store, person.id)},
                           {"by", own ? "you, or whoever was signed in as you," : by_whom(store, entry)},
                           {"when", moment(entry.at)}};
    return {{{fmt::format("entry {} left {}", entry.number, address), entry.at}},
            person.id.value,
            "address-left",
            std::move(fields),
            {},
            {std::move(former)},
            {},
            {},
            storage::Purpose::in_name};
}

}  // namespace

std::string what_waits(storage::Store& store, const PersonId& person) {
    std::string lines;
    for (const auto& row : store.directory().unconfirmed(person)) lines += fmt::format("  {}\n", letters::in_words(store, row));
    return lines;
}

std::vector<Telling> of_changes(storage::Store& store, const policy::Rulebook& rules, const std::string& pages,
                                const std::vector<Changed>& entries, const std::map<PersonId, Instant>& last, Instant now) {
    std::vector<Telling> all;
    if (entries.empty()) return all;
    std::map<PersonId, community::Person> people;
    for (auto& person : store.directory().people()) people.emplace(person.id, std::move(person));
    for (const auto& [id, person] : people) {
        const auto had = last.find(id);
        if (person.addresses.empty() || (had != last.end() && now < had->second + one_letter_in)) continue;
        add_own(store, rules, pages, entries, person, now, all);
        if (!person.representative) continue;
        const auto team = store.directory().team(person.team);
        if (team && rules.is_member(team->category)) add_contacts(store, entries, people, person, all);
    }
    return all;
}

std::vector<Telling> of_addresses(storage::Store& store, const std::vector<Changed>& entries, Instant now) {
    std::vector<Telling> all;
    for (const auto& entry : entries) {
        if (entry.gone || (entry.left.empty() && entry.behind.empty())) continue;
        if (letters::is_held(store, entry.person, now)) continue;
        const auto person = store.directory().person(entry.person);
        if (!person) continue;
        for (const auto& address : entry.left) {
            if (!store.directory().person_of(mail::normalise_address(address), mail::normalise_address))
                all.push_back(of_address(store, entry, *person, address, false));
        }
        const auto& kept = person->addresses;
        const bool behind = !entry.behind.empty() && std::find(kept.begin(), kept.end(), entry.behind) != kept.end();
        if (behind && kept.front() != entry.behind) all.push_back(of_address(store, entry, *person, entry.behind, true));
    }
    std::erase_if(all, [&](const Telling& one) { return store.minutes().reminded(one.keys.front().first, one.keys.front().second); });
    return all;
}

}  // namespace caveat::committee
