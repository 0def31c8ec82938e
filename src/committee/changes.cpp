#include "changes.hpp"

#include "caveat/community/panel_list.hpp"
#include "caveat/community/representation.hpp"
#include "caveat/letters/names.hpp"
#include "caveat/mail/message.hpp"
#include "caveat/moment.hpp"
#include "caveat/policy/decide.hpp"
#include "caveat/policy/prospect.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

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

// It ended a role of a list, as which its person knew that list.
bool ends_role_of_list(const Changed& entry) { return !entry.role.empty() && !entry.list.empty() && !entry.onto; }

std::string news_of_data(const Changed& entry) {
    if (ends_role_of_list(entry)) return fmt::format("you are no longer {} of the list {}", entry.role, entry.list);
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
        const bool elsewhere = !entry.role.empty() && !ends_role_of_list(entry);
        if (entry.entered || entry.gone || elsewhere || !entry.against.empty() || entry.onto || !entry.factor.empty())
            continue;  // that is for their team, for the committee, or a letter of its own
        const auto key = fmt::format("entry {} own", entry.number);
        if (entry.person != person.id || entry.actor == "person " + person.id.value || store.minutes().reminded(key, entry.at)) continue;
        if (!entry.list.empty() && !ends_role_of_list(entry) && !knew(store, rules, entry, now)) continue;
        telling.keys.emplace_back(key, entry.at);
        lines += fmt::format("  {}  {}, by {}\n", moment(entry.at), news_of_data(entry), by_whom(store, entry));
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

bool is_of_its_voice(const Changed& entry) {
    return !entry.person.empty() && !entry.team.empty() && (has_field(entry, "representative") || has_field(entry, "alternate"));
}

std::string by_whom(storage::Store& store, const Changed& entry) {
    const auto who = letters::who(store, entry.actor);
    return entry.in_name.empty() ? who : fmt::format("{} (with a token in the name of {})", who, letters::who(store, entry.in_name));
}

std::string who_did(storage::Store& store, const std::string& subject, const std::string& actor, Instant at) {
    auto who = letters::who(store, actor);
    store.journal().each({.from = 1, .limit = -1, .act = {}, .subject = subject}, [&](const storage::Entry& entry) {
        if (entry.at == at && entry.actor == actor) who = by_whom(store, what_changed(entry));
    });
    return who;
}

namespace {

bool is_among(const std::vector<std::string>& all, const std::string& one) { return std::find(all.begin(), all.end(), one) != all.end(); }

void hear_addresses(Changed& changed, std::string_view detail) {
    auto before = texts_in(detail, "addresses_before");
    const auto after = texts_in(detail, "addresses_after");
    std::erase_if(before, [](const auto& address) { return !mail::is_address(address); });
    // Where mail went before, if it is still there, behind one that is new.
    if (!before.empty() && !after.empty() && is_among(after, before.front()) && !is_among(before, after.front()))
        changed.behind = before.front();
    std::erase_if(before, [&](const auto& address) { return is_among(after, address); });
    changed.left = std::move(before);
}

}  // namespace

Changed what_changed(const storage::Entry& entry) {
    Changed changed{entry.number, entry.at, entry.actor, {}, texts_in(entry.detail, "fields")};
    if (auto maker = text_in(entry.detail, "token_of"); maker.starts_with("person "))
        changed.in_name = std::exchange(changed.actor, std::move(maker));
    changed.own = !text_in(entry.detail, "own").empty();
    if (!entry.act.starts_with("person.")) return changed;
    changed.team = TeamId{text_in(entry.detail, "team")};
    changed.named = text_in(entry.detail, "name");
    changed.spoke = !text_in(entry.detail, "spoke").empty();
    changed.over = texts_in(entry.detail, "in_place_of");
    hear_addresses(changed, entry.detail);
    return changed;
}

bool is_told_no_more(storage::Store& store, const Changed& entry, Instant now) {
    constexpr auto kept_for = std::chrono::hours{24};
    if (now < std::max(entry.at, entry.heard) + kept_for) return false;
    if (entry.left.empty() && entry.behind.empty()) return true;
    auto free = entry.at;
    const auto denials = store.powers().denials();
    const auto goes_on = [&](const community::Denial& denial) {
        return community::is_hold(denial) && !denial.whole_team && denial.whom == entry.person.value &&
               denial.during.from < free + kept_for && denial.during.until && free < *denial.during.until;
    };
    for (auto hold = std::find_if(denials.begin(), denials.end(), goes_on); hold != denials.end();
         hold = std::find_if(denials.begin(), denials.end(), goes_on))
        free = *hold->during.until;
    return free + kept_for <= now;
}

namespace {

// To an address that was the person's, or where their mail went until then (`behind`).
Telling of_address(storage::Store& store, const Changed& entry, const community::Person& person, const std::string& address, bool behind) {
    auto former = person;
    former.addresses = {address};
    letters::Fields fields{{"address", address},
                           {"behind", behind ? "yes" : ""},
                           {"waits", what_waits(store, person.id)},
                           {"by", by_whom(store, entry)},
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
        if (entry.gone || (entry.left.empty() && entry.behind.empty())) continue;
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

namespace {

// What others know a team by (items 14, 59 and 60). Its category, its MoU and its clearances are decided, and told by that.
constexpr std::array<std::string_view, 5> known_by{"name", "economy", "constituency", "ranges", "primary_contact"};

std::vector<std::string> of_its_data(const Changed& entry) {
    std::vector<std::string> some;
    for (const auto& field : entry.fields) {
        if (std::find(known_by.begin(), known_by.end(), field) != known_by.end()) some.push_back(field);
    }
    return some;
}

class TeamNews {
public:
    TeamNews(storage::Store& store, const std::string& pages, Instant now)
        : store_(store), pages_(pages), now_(now), people_(store.directory().people()), denials_(store.powers().denials()) {}

    void add(const Changed& entry, std::vector<Telling>& all) const {
        // Judged by who spoke then: whoever made themself the team's voice speaks for it now.
        if (entry.own || (lays_down(entry) && entry.actor == "person " + entry.person.value)) return;
        auto readers = of_the_team(entry, true);
        if (readers.empty()) readers = of_the_team(entry, false);
        const bool of_data = entry.person.empty();
        const std::string about = of_data ? "Data of your team" : "People of your team";
        const auto text = of_data ? change_in_words(entry) : entry.entered || entry.gone ? coming_or_going(entry) : voice_in_words(entry);
        const bool told = store_.minutes().reminded(fmt::format("entry {} people", entry.number), entry.at);
        // Who is under a hold hears of it too: with a label it waits in the mail until that ends.
        if (!told) {
            auto held = held_voices(people_, denials_, entry.team, now_);
            std::erase_if(held, [&](const auto& person) { return person.addresses.empty() || person.id == entry.person; });
            tell(entry, readers.empty() ? "people" : "people held", about, text, std::move(held), {}, all, community::Tlp::amber_strict);
        }
        tell(entry, "people", about, text, std::move(readers), {}, all);
        if (entry.gone && entry.spoke)
            tell(entry, "taken out", "You were taken out of your team", coming_or_going(entry), {}, who_was_taken_out(entry), all);
    }

private:
    [[nodiscard]] bool speaks(const community::Person& person) const { return community::speaks_for_team(person, people_, denials_, now_); }
    // They leave, or speak for the team no more: to do that themself is nobody else's business.
    [[nodiscard]] static bool lays_down(const Changed& entry) { return entry.gone || entry.spoke; }
    // Whoever had no hand in it, and is not whom it is about.
    [[nodiscard]] std::vector<community::Person> of_the_team(const Changed& entry, bool speaking) const {
        std::vector<community::Person> some;
        for (const auto& person : people_) {
            if (person.team != entry.team || person.addresses.empty() || person.id == entry.person) continue;
            if (entry.actor == "person " + person.id.value || community::is_held(denials_, person.id, now_)) continue;
            if (!speaking || speaks(person)) some.push_back(person);
        }
        return some;
    }
    // Where they read until then, unless it is somebody's again, or the mailbox may be in other hands. Nobody hears of what they did.
    [[nodiscard]] std::vector<community::Person> who_was_taken_out(const Changed& entry) const {
        if (entry.left.empty() || entry.actor == "person " + entry.person.value || letters::is_held(store_, entry.person, now_)) return {};
        if (store_.directory().person_of(mail::normalise_address(entry.left.front()), mail::normalise_address)) return {};
        community::Person former;
        former.id = entry.person;
        former.name = entry.named.empty() ? entry.person.value : entry.named;
        former.team = entry.team;
        former.addresses = {entry.left.front()};
        return {std::move(former)};
    }

    [[nodiscard]] std::string change_in_words(const Changed& entry) const {
        auto fields = of_its_data(entry);
        for (auto& field : fields) std::replace(field.begin(), field.end(), '_', ' ');
        const auto team = store_.directory().team(entry.team);
        const auto stated = [](const std::string& text) { return text.empty() ? std::string("not stated") : text; };
        return fmt::format(
            "{} changed what is on record of your team on {}: {}. It is now:\n\n  Name: {}\n  Economy: {}\n  Constituency: {}\n  Ranges: "
            "{}\n  Primary contact of its economy: {}\n\nBy this others find whom to write to. If it is not right, tell the secretariat",
            by_whom(store_, entry), moment(entry.at), list_of(fields), team ? team->name : entry.team.value,
            stated(team ? team->economy : ""), stated(team ? team->constituency : ""), stated(team ? team->ranges : ""),
            team && team->primary_contact ? "yes" : "no");
    }
    [[nodiscard]] std::string voice_in_words(const Changed& entry) const {
        const auto person = store_.directory().person(entry.person);
        const auto role = person && person->representative ? "the representative of your team"
                          : person && person->alternate    ? "an alternate of your team's representative"
                                                           : "neither the representative of your team nor an alternate";
        return fmt::format(
            "{} put on record on {} that {} is {} now. Whoever speaks for your team votes and appeals for it. If this is not right, tell "
            "the secretariat at once",
            by_whom(store_, entry), moment(entry.at), person ? person->name : entry.person.value, role);
    }
    [[nodiscard]] std::string coming_or_going(const Changed& entry) const {
        const auto who = by_whom(store_, entry);
        const auto when = moment(entry.at);
        if (entry.gone) {
            const auto gone = entry.named.empty() ? entry.person.value : fmt::format("{} ({})", entry.named, entry.person);
            return fmt::format(
                "{} took {} out of your team{} on {}: their rosters, roles and key ended. If this is not right, tell the secretariat", who,
                gone, entry.spoke ? ", who spoke for it," : "", when);
        }
        const auto person = store_.directory().person(entry.person);
        return fmt::format(
            "{} entered {} ({}) as one of your team on {}{}. Whoever is of your team can be put on its lists and reads there as your "
            "team does. If this is not right, tell the secretariat at once",
            who, person ? person->name : entry.person.value, person ? list_of(person->addresses) : "who left again", when,
            person && person->representative ? ", as its representative, who speaks for it" : "");
    }

    void tell(const Changed& entry, std::string_view side, std::string about, std::string text, std::vector<community::Person> readers,
              std::vector<community::Person> outside, std::vector<Telling>& all, std::optional<community::Tlp> label = {}) const {
        auto key = fmt::format("entry {} {}", entry.number, side);
        if ((readers.empty() && outside.empty()) || store_.minutes().reminded(key, entry.at)) return;
        letters::Fields fields{{"about", std::move(about)},
                               {"text", std::move(text)},
                               {"confidential", ""},
                               {"link", pages_.empty() ? "" : pages_ + "/teams/" + entry.team.value}};
        all.push_back({{{std::move(key), entry.at}},
                       entry.person.empty() ? entry.team.value : entry.person.value,
                       "matter",
                       std::move(fields),
                       std::move(readers),
                       std::move(outside),
                       {},
                       label,
                       storage::Purpose::in_name});
    }

    storage::Store& store_;
    const std::string& pages_;
    Instant now_;
    std::vector<community::Person> people_;
    std::vector<community::Denial> denials_;
};

}  // namespace

std::vector<community::Person> held_voices(std::span<const community::Person> people, std::span<const community::Denial> denials,
                                           const TeamId& team, Instant now) {
    std::vector<community::Person> held;
    const bool represented = std::any_of(people.begin(), people.end(), [&](const auto& person) {
        return person.team == team && person.representative && !community::is_held(denials, person.id, now);
    });
    for (const auto& person : people) {
        const bool speaks = person.representative || (person.alternate && !represented);
        if (person.team == team && speaks && community::is_held(denials, person.id, now)) held.push_back(person);
    }
    return held;
}

std::vector<Telling> of_people_of_teams(storage::Store& store, const std::string& pages, const std::vector<Changed>& entries, Instant now) {
    std::vector<Telling> all;
    std::optional<TeamNews> news;  // read only where there is something to tell
    for (const auto& entry : entries) {
        const bool ours = entry.entered || entry.gone || is_of_its_voice(entry) ||
                          (entry.person.empty() && !entry.team.empty() && !of_its_data(entry).empty());
        const bool told = store.minutes().reminded(fmt::format("entry {} people", entry.number), entry.at);
        if (!ours || (told && !(entry.gone && entry.spoke))) continue;
        if (!news) news.emplace(store, pages, now);
        news->add(entry, all);
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
                               {"by", by_whom(store, entry)},
                               {"when", moment(entry.at)},
                               {"link", pages.empty() ? "" : pages + "/tokens"}};
        all.push_back(
            {{{key, entry.at}}, row->id, "token-made", std::move(fields), {*holder}, {}, {}, std::nullopt, storage::Purpose::in_name});
    }
    return all;
}

bool follows_a_lost_factor(storage::Store& store, const storage::Entry& enrolled) {
    const auto own = "person " + enrolled.subject;
    std::int64_t set_up = 0, lost = 0;  // the last entry before this one
    for (const auto* act : {"factor.", "hold.placed"}) {
        store.journal().each({.from = 1, .limit = -1, .act = act, .subject = enrolled.subject}, [&](const storage::Entry& entry) {
            if (entry.number >= enrolled.number) return;
            if (entry.act == "factor.enrolled")
                set_up = entry.number;
            else if (what_changed(entry).actor != own)
                lost = entry.number;
        });
    }
    return set_up != 0 && set_up < lost;
}

std::vector<Telling> of_factors(storage::Store& store, const std::string& pages, const std::vector<Changed>& entries) {
    std::vector<Telling> all;
    for (const auto& entry : entries) {
        if (entry.factor.empty()) continue;
        const auto key = fmt::format("entry {} factor", entry.number);
        const auto person = store.minutes().reminded(key, entry.at) ? std::nullopt : store.directory().person(entry.person);
        if (!person || person->addresses.empty()) continue;
        const bool set_up = entry.factor == "factor.enrolled";
        letters::Fields fields{{"about", set_up ? "A second factor was set up for you" : "Your second factor was ended"},
                               {"by", set_up ? "" : by_whom(store, entry)},
                               {"when", moment(entry.at)},
                               {"link", pages.empty() ? "" : pages + "/second-factor"}};
        all.push_back({{{key, entry.at}},
                       person->id.value,
                       "factor-changed",
                       std::move(fields),
                       {*person},
                       {},
                       {},
                       std::nullopt,
                       storage::Purpose::in_name});
    }
    return all;
}

namespace {

bool made_themself_owner(storage::Store& store, const PersonId& person, const ListId& list) {
    const auto itself = "person " + person.value;
    bool last = false;
    store.journal().each({.from = 1, .limit = -1, .act = "term.begun", .subject = person.value}, [&](const storage::Entry& entry) {
        if (text_in(entry.detail, "list") == list.value) last = entry.actor == itself;
    });
    return last;
}

constexpr std::chrono::hours hears_on_for{30 * 24};

// Whether somebody else than its holder ended this term.
bool was_ended_by_others(storage::Store& store, const community::Term& term) {
    const auto itself = "person " + term.person.value;
    const auto until = " - " + to_string(*term.during.until);
    bool last = false;
    store.journal().each({.from = 1, .limit = -1, .act = "term.ended", .subject = term.person.value}, [&](const storage::Entry& entry) {
        const auto during = text_in(entry.detail, "during");
        const bool same = during.size() >= until.size() && during.compare(during.size() - until.size(), until.size(), until) == 0;
        if (same && text_in(entry.detail, "list") == term.list.value && text_in(entry.detail, "role") == term.role)
            last = what_changed(entry).actor != itself;
    });
    return last;
}

// As if they were still on it: of the team of then, which neither left nor is denied the list.
bool could_still_know(storage::Store& store, const policy::Rulebook& rules, const community::Term& term, const community::List& list,
                      Instant now) {
    auto standing = store.standing(term.person, list.id, now);
    if (!standing || standing->team != store.directory().team_at(term.person, *term.during.until)) return false;
    standing->roster = community::Roster{{*term.during.until, {}}, community::DeliveryMode::each};
    return policy::may_know(rules, *standing, list, now);
}

// Terms of its owners that ended in the last month.
std::vector<community::Term> ownerships_of_late(storage::Store& store, const policy::Rulebook& rules, const ListId& list, Instant now) {
    std::vector<community::Term> all;
    const auto add = [&](const community::Term& term) {
        const bool owned = term.list == list && rules.role_has(term.role, policy::Trait::runs_lists);
        if (owned && term.during.over_at(now) && now < *term.during.until + hears_on_for) all.push_back(term);
    };
    for (const auto& term : store.powers().terms()) add(term);
    for (const auto& past : store.powers().terms_of_departed()) add(past.term);
    return all;
}

// Who hears of a place on this list, or of another owner; nobody: it is an owner's own doing, or whoever may know of the list reads it
// anyhow.
std::vector<community::Person> who_hears_of(storage::Store& store, const policy::Rulebook& rules, const Changed& entry, Instant now) {
    const auto list = store.rosters().list(entry.list);
    const auto standing = store.standing(entry.person, entry.list, now);
    if (!list || !standing || community::is_room(*list) || policy::reads_unnamed(rules, *standing, *list, now)) return {};
    const auto is_actor = [&](const PersonId& id) { return entry.actor == "person " + id.value; };
    std::set<PersonId> readers;
    for (const auto& term : rules.in_force(store.powers().held_terms(now))) {
        if (term.list != entry.list || !rules.serves(term, policy::Trait::runs_lists, entry.list, now)) continue;
        if (is_actor(term.person) && !made_themself_owner(store, term.person, entry.list)) return {};
        readers.insert(term.person);
    }
    const auto late = ownerships_of_late(store, rules, entry.list, now);
    const bool had_owner = !late.empty();
    for (const auto& term : late) {
        if (was_ended_by_others(store, term) && could_still_know(store, rules, term, *list, now)) readers.insert(term.person);
    }
    std::erase_if(readers, [&](const PersonId& id) { return is_actor(id) || id == entry.person; });
    if (readers.empty() && (had_owner || list->max_tlp == community::Tlp::red)) {
        for (const auto& one : store.rosters().subscriptions(entry.list)) readers.insert(one.person);
    }
    std::vector<community::Person> people;
    for (const auto& id : readers) {
        const auto person = id == entry.person || is_actor(id) ? std::nullopt : store.directory().person(id);
        if (person && !person->addresses.empty()) people.push_back(*person);
    }
    return people;
}

}  // namespace

std::vector<Telling> of_rosters(storage::Store& store, const policy::Rulebook& rules, const std::string& pages,
                                const std::vector<Changed>& entries, Instant now) {
    std::map<ListId, Telling> by_list;  // what came together is one letter
    for (const auto& entry : entries) {
        auto key = fmt::format("entry {} roster", entry.number);
        if (!entry.onto || !entry.actor.starts_with("person ") || store.minutes().reminded(key, entry.at)) continue;
        auto readers = who_hears_of(store, rules, entry, now);
        if (readers.empty()) continue;
        auto& telling = by_list[entry.list];
        telling.keys.emplace_back(std::move(key), entry.at);
        telling.readers = std::move(readers);
        const auto as = entry.role.empty() ? std::string() : fmt::format(" as its {}", entry.role);
        telling.fields["changes"] +=
            fmt::format("  {}  {}{}, by {}\n", moment(entry.at), letters::called(store, entry.person), as, by_whom(store, entry));
    }
    std::vector<Telling> all;
    for (auto& [list, telling] : by_list) {
        telling.subject = list.value;
        telling.form = "roster-changed";
        telling.fields["list"] = list.value;
        telling.fields["link"] = pages.empty() ? "" : pages + "/lists/" + list.value;
        all.push_back(std::move(telling));
    }
    return all;
}

}  // namespace caveat::committee
