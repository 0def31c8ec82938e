#include "changes.hpp"

#include "caveat/community/representation.hpp"
#include "caveat/letters/names.hpp"
#include "caveat/mail/message.hpp"
#include "caveat/moment.hpp"
#include "caveat/policy/decide.hpp"

#include <algorithm>
#include <array>

namespace caveat::committee {
namespace {

constexpr auto one_letter_in = std::chrono::hours{1};
constexpr std::array<std::string_view, 5> contact_fields{"name", "team", "addresses", "representative", "alternate"};

bool has_field(const Changed& entry, std::string_view wanted) {
    return std::find(entry.fields.begin(), entry.fields.end(), wanted) != entry.fields.end();
}

bool is_of_contact(const Changed& entry) {
    return std::any_of(entry.fields.begin(), entry.fields.end(), [](const auto& field) {
        return std::find(contact_fields.begin(), contact_fields.end(), field) != contact_fields.end();
    });
}

std::string list_of(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
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

std::string news_of_data(const Changed& entry) {
    if (entry.list.empty()) return fields_in_words(entry.fields);
    if (!entry.fields.empty()) return fmt::format("{} from the list {}", fields_in_words(entry.fields), entry.list);
    return fmt::format("you are no longer on the list {}, and what still waited for you of it is not sent", entry.list);
}

std::string what_waits(storage::Store& store, const PersonId& person) {
    std::string lines;
    for (const auto& row : store.directory().unconfirmed(person)) lines += fmt::format("  {}\n", letters::in_words(store, row));
    return lines;
}

// To the person whose data somebody else changed.
void add_own(storage::Store& store, const policy::Rulebook& rules, const std::string& pages, const std::vector<Changed>& entries,
             const community::Person& person, Instant now, std::vector<Telling>& all) {
    Telling telling{{}, person.id.value, "data-changed", {}, {person}};
    std::string lines;
    for (const auto& entry : entries) {
        if (entry.entered || entry.gone || !entry.role.empty() || !entry.against.empty())
            continue;  // that is for their team, or for the committee
        const auto key = fmt::format("entry {} own", entry.number);
        if (entry.person != person.id || entry.actor == "person " + person.id.value || store.minutes().reminded(key, entry.at)) continue;
        if (!entry.list.empty() && !knew(store, rules, entry, now)) continue;
        telling.keys.emplace_back(key, entry.at);
        lines += fmt::format("  {}  {}, by {}\n", moment(entry.at), news_of_data(entry), letters::who(store, entry.actor));
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

}  // namespace

std::vector<std::string> changed_fields(std::string_view detail) {
    constexpr std::string_view begin = "{\"what\":\"";
    if (!detail.starts_with(begin)) return {};
    detail.remove_prefix(begin.size());
    std::vector<std::string> fields;
    for (bool more = true; more;) {
        const auto colon = detail.find(": ");
        if (colon == std::string_view::npos) break;
        const auto field = detail.substr(0, colon);
        if (field.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string_view::npos && !field.empty()) fields.emplace_back(field);
        const auto next = detail.find("; ", colon);
        more = next != std::string_view::npos;
        if (more) detail.remove_prefix(next + 2);
    }
    return fields;
}

namespace {

std::vector<std::string> split_at_commas(std::string_view text) {
    std::vector<std::string> all;
    for (bool more = true; more;) {
        const auto comma = text.find(", ");
        all.emplace_back(text.substr(0, comma));
        more = comma != std::string_view::npos;
        if (more) text.remove_prefix(comma + 2);
    }
    return all;
}

}  // namespace

namespace {

// Of an entry that changes addresses: those before and after; none of another.
struct Addresses {
    std::vector<std::string> before, after;
};
Addresses addresses_in(std::string_view detail) {
    constexpr std::string_view field = "addresses: ", arrow = " -> ";
    const auto begin = detail.find(field);
    const auto middle = detail.find(arrow, begin);
    if (begin == std::string_view::npos || middle == std::string_view::npos) return {};
    const auto end = detail.find_first_of(";\"", middle);
    Addresses found{split_at_commas(detail.substr(begin + field.size(), middle - begin - field.size())),
                    split_at_commas(detail.substr(middle + arrow.size(), end - middle - arrow.size()))};
    std::erase_if(found.before, [](const auto& address) { return !mail::is_address(address); });
    return found;
}

bool is_among(const std::vector<std::string>& all, const std::string& one) { return std::find(all.begin(), all.end(), one) != all.end(); }

}  // namespace

std::vector<std::string> addresses_left(std::string_view detail) {
    auto found = addresses_in(detail);
    std::erase_if(found.before, [&](const auto& address) { return is_among(found.after, address); });
    return found.before;
}

std::string address_behind(std::string_view detail) {
    const auto found = addresses_in(detail);
    if (found.before.empty() || found.after.empty()) return {};
    const auto& former = found.before.front();
    return is_among(found.after, former) && !is_among(found.before, found.after.front()) ? former : std::string();
}

namespace {

// To an address that was the person's, or where their mail went until then (`behind`).
Telling of_address(storage::Store& store, const Changed& entry, const community::Person& person, const std::string& address, bool behind) {
    auto former = person;
    former.addresses = {address};
    letters::Fields fields{{"address", address},
                           {"behind", behind ? "yes" : ""},
                           {"waits", what_waits(store, person.id)},
                           {"by", letters::who(store, entry.actor)},
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

std::vector<Telling> of_addresses(storage::Store& store, const std::vector<Changed>& entries, Instant now) {
    std::vector<Telling> all;
    for (const auto& entry : entries) {
        if (entry.left.empty() && entry.behind.empty()) continue;
        if (entry.actor == "person " + entry.person.value || letters::is_held(store, entry.person, now)) continue;
        const auto person = store.directory().person(entry.person);
        if (!person) continue;
        for (const auto& address : entry.left) {
            if (!store.directory().person_of(mail::normalise_address(address), mail::normalise_address))
                all.push_back(of_address(store, entry, *person, address, false));
        }
        if (!entry.behind.empty() && is_among(person->addresses, entry.behind) && person->addresses.front() != entry.behind)
            all.push_back(of_address(store, entry, *person, entry.behind, true));
    }
    std::erase_if(all, [&](const Telling& one) { return store.minutes().reminded(one.keys.front().first, one.keys.front().second); });
    return all;
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

TeamId team_in(std::string_view detail) {
    constexpr std::string_view before = " of ";
    const auto at = detail.rfind(before);
    if (at == std::string_view::npos) return {};
    const auto rest = detail.substr(at + before.size());
    return TeamId{std::string(rest.substr(0, rest.find_first_of(",\"")))};
}

namespace {

// Whoever speaks for the team and had no hand in it.
std::vector<community::Person> others_who_speak(const std::vector<community::Person>& people, const std::vector<community::Denial>& denials,
                                                const Changed& entry, Instant now) {
    std::vector<community::Person> some;
    for (const auto& person : people) {
        if (person.team != entry.team || person.addresses.empty() || !community::speaks_for_team(person, people, denials, now)) continue;
        if (entry.actor == "person " + person.id.value) return {};
        if (person.id != entry.person) some.push_back(person);
    }
    return some;
}

std::string coming_or_going(storage::Store& store, const Changed& entry) {
    const auto who = letters::who(store, entry.actor);
    const auto when = moment(entry.at);
    if (entry.gone)
        return fmt::format(
            "{} took {} out of your team on {}: their rosters, roles and key ended. If this is not right, tell the secretariat", who,
            entry.person, when);
    const auto person = store.directory().person(entry.person);
    return fmt::format(
        "{} entered {} ({}) as one of your team on {}. Whoever is of your team can be put on its lists and reads there as your "
        "team does. If this is not right, tell the secretariat at once",
        who, person ? person->name : entry.person.value, person ? list_of(person->addresses) : "who left again", when);
}

}  // namespace

std::vector<Telling> of_people_of_teams(storage::Store& store, const std::string& pages, const std::vector<Changed>& entries, Instant now) {
    std::vector<Telling> all;
    std::vector<community::Person> people;  // read only where there is something to tell
    std::vector<community::Denial> denials;
    for (const auto& entry : entries) {
        const auto key = fmt::format("entry {} people", entry.number);
        if ((!entry.entered && !entry.gone) || store.minutes().reminded(key, entry.at)) continue;
        if (people.empty()) {
            people = store.directory().people();
            denials = store.powers().denials();
        }
        auto readers = others_who_speak(people, denials, entry, now);
        if (readers.empty()) continue;
        letters::Fields fields{{"about", "People of your team"},
                               {"text", coming_or_going(store, entry)},
                               {"confidential", ""},
                               {"link", pages.empty() ? "" : pages + "/teams/" + entry.team.value}};
        all.push_back({{{key, entry.at}},
                       entry.person.value,
                       "matter",
                       std::move(fields),
                       std::move(readers),
                       {},
                       {},
                       std::nullopt,
                       storage::Purpose::in_name});
    }
    return all;
}

namespace {

// "posts:read lists:write": "read: posts\n  change: lists".
std::string scopes_in_words(std::string_view rights) {
    std::string reads;
    std::string changes;
    while (!rights.empty()) {
        const auto right = rights.substr(0, rights.find(' '));
        rights.remove_prefix(std::min(right.size() + 1, rights.size()));
        auto& text = right.ends_with(":write") ? changes : reads;
        text += fmt::format("{}{}", text.empty() ? "" : ", ", right.substr(0, std::min(right.find(':'), right.size())));
    }
    if (!reads.empty()) reads = "read: " + reads;
    if (!changes.empty()) changes = "change: " + changes;
    return reads + (reads.empty() || changes.empty() ? "" : "\n  ") + changes;
}

}  // namespace

std::vector<Telling> of_tokens(storage::Store& store, const std::string& pages, const std::vector<Changed>& entries) {
    std::vector<Telling> all;
    for (const auto& entry : entries) {
        if (entry.token.empty()) continue;
        const auto key = fmt::format("token {} made", entry.token);
        const auto row = store.credentials().token(entry.token);
        if (!row || !row->holder || entry.actor == "person " + row->holder->value || store.minutes().reminded(key, entry.at)) continue;
        const auto holder = store.directory().person(*row->holder);
        if (!holder || holder->addresses.empty()) continue;
        letters::Fields fields{{"token", row->id},
                               {"rights", scopes_in_words(row->rights)},
                               {"expires", moment(row->expires)},
                               {"by", letters::who(store, entry.actor)},
                               {"when", moment(entry.at)},
                               {"link", pages.empty() ? "" : pages + "/tokens"}};
        all.push_back(
            {{{key, entry.at}}, row->id, "token-made", std::move(fields), {*holder}, {}, {}, std::nullopt, storage::Purpose::in_name});
    }
    return all;
}

}  // namespace caveat::committee
