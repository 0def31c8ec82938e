// What is told to who speaks for a team: who became one of it, left it or speaks for it now, and what it is known by.
#include <algorithm>
#include <array>

#include "caveat/community/representation.hpp"
#include "caveat/letters/names.hpp"
#include "caveat/mail/message.hpp"
#include "caveat/moment.hpp"
#include "caveat/policy/decide.hpp"
#include "changes.hpp"

namespace caveat::committee {
namespace {

// What others know a team by (items 14, 59 and 60), and what it may read. Its category and its MoU come by its application, which tells it.
constexpr std::array<std::string_view, 6> known_by{"name", "economy", "constituency", "ranges", "primary_contact", "clearances"};

std::string in_words(const std::vector<community::Clearance>& clearances) {
    std::vector<std::string> words;
    for (const auto& one : clearances) words.push_back(fmt::format("{} up to {}", one.list, community::name(one.label)));
    return words.empty() ? std::string("none") : list_of(words);
}

std::vector<std::string> of_its_data(const Changed& entry) {
    std::vector<std::string> some;
    for (const auto& field : entry.fields) {
        if (std::find(known_by.begin(), known_by.end(), field) != known_by.end()) some.push_back(field);
    }
    return some;
}

class TeamNews {
public:
    TeamNews(storage::Store& store, const policy::Rulebook& rules, const std::string& pages, Instant now)
        : store_(store), rules_(rules), pages_(pages), now_(now), people_(store.directory().people()), denials_(store.powers().denials()) {}

    void add(const Changed& entry, std::vector<Telling>& all) const {
        // Judged by who spoke then: whoever made themself the team's voice speaks for it now.
        if (entry.own || (lays_down(entry) && entry.actor == "person " + entry.person.value)) return;
        auto readers = of_the_team(entry, true);
        if (readers.empty()) readers = of_the_team(entry, false);
        const bool of_data = entry.person.empty();
        const std::string about = !entry.put_out.empty() ? "The status of your team"
                                  : of_data              ? "Data of your team"
                                                         : "People of your team";
        const auto text_for = [&](const std::vector<community::Person>& all_of_them) {
            return !entry.put_out.empty()        ? end_in_words(entry)
                   : of_data                     ? change_in_words(entry, all_of_them)
                   : entry.entered || entry.gone ? coming_or_going(entry)
                                                 : voice_in_words(entry);
        };
        const bool told = store_.minutes().reminded(fmt::format("entry {} people", entry.number), entry.at);
        // Who is under a hold hears of it too: with a label it waits in the mail until that ends.
        if (!told) {
            auto held = held_voices(people_, denials_, entry.team, now_);
            std::erase_if(held, [&](const auto& person) { return person.addresses.empty() || person.id == entry.person; });
            auto text = text_for(held);
            tell(entry, readers.empty() ? "people" : "people held", about, std::move(text), std::move(held), {}, all,
                 community::Tlp::amber_strict);
        }
        auto text = text_for(readers);
        tell(entry, "people", about, std::move(text), std::move(readers), {}, all);
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

    // Names of lists stay inside (A12, ruling mm): what one of the readers may not be told of is not in their letter.
    [[nodiscard]] std::vector<community::Clearance> known_to(const std::vector<community::Person>& readers, const TeamId& id) const {
        const auto team = store_.directory().team(id);
        auto clearances = team ? team->clearances : std::vector<community::Clearance>{};
        std::erase_if(clearances, [&](const auto& clearance) {
            const auto list = store_.rosters().list(clearance.list);
            return !list || !std::all_of(readers.begin(), readers.end(), [&](const auto& person) {
                const auto standing = store_.standing(person.id, list->id, now_);
                return standing && policy::may_know(rules_, *standing, *list, now_);
            });
        });
        return clearances;
    }
    [[nodiscard]] std::string change_in_words(const Changed& entry, const std::vector<community::Person>& readers) const {
        auto fields = of_its_data(entry);
        for (auto& field : fields) std::replace(field.begin(), field.end(), '_', ' ');
        const auto team = store_.directory().team(entry.team);
        const auto stated = [](const std::string& text) { return text.empty() ? std::string("not stated") : text; };
        return fmt::format(
            "{} changed what is on record of your team on {}: {}. It is now:\n\n  Name: {}\n  Economy: {}\n  Constituency: {}\n  Ranges: "
            "{}\n  Primary contact of its economy: {}\n  Clearances for lists that you may know of: {}\n\nBy this others find whom to "
            "write to, and by its clearances "
            "it reads. If it is not right, tell the secretariat",
            by_whom(store_, entry), moment(entry.at), list_of(fields), team ? team->name : entry.team.value,
            stated(team ? team->economy : ""), stated(team ? team->constituency : ""), stated(team ? team->ranges : ""),
            team && team->primary_contact ? "yes" : "no", in_words(known_to(readers, entry.team)));
    }
    // A partner or member of before there was an application of it, too.
    [[nodiscard]] std::string end_in_words(const Changed& entry) const {
        return fmt::format(
            "the status of your team in the community was revoked: {} carried out on {} what was decided. With it ended its MoU and its "
            "clearances, its offices and its places on lists. If this is not right, or you want to know more, write to the secretariat",
            by_whom(store_, entry), moment(entry.at));
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
                               {"link", pages_.empty() || !entry.put_out.empty() ? "" : pages_ + "/teams/" + entry.team.value}};
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
    const policy::Rulebook& rules_;
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

std::vector<Telling> of_people_of_teams(storage::Store& store, const policy::Rulebook& rules, const std::string& pages,
                                        const std::vector<Changed>& entries, Instant now) {
    std::vector<Telling> all;
    std::optional<TeamNews> news;  // read only where there is something to tell
    for (const auto& entry : entries) {
        const bool ours = entry.entered || entry.gone || is_of_its_voice(entry) || !entry.put_out.empty() ||
                          (entry.person.empty() && !entry.team.empty() && !of_its_data(entry).empty());
        const bool told = store.minutes().reminded(fmt::format("entry {} people", entry.number), entry.at);
        if (!ours || (told && !(entry.gone && entry.spoke))) continue;
        if (!news) news.emplace(store, rules, pages, now);
        news->add(entry, all);
    }
    return all;
}

}  // namespace caveat::committee
