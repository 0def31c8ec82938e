// Letters to the committee about what was done in its place, or changes what its votes are worth: an office that ended before its time, or
// is less than was elected, a deputy that deputises, a hold that was lifted early, or extended for a time that was not named, another rule
// book, a load, a backup that was put back. One pair of hands can do each (rulings ii, pp and ss).
#include <algorithm>
#include <set>

#include "caveat/community/representation.hpp"
#include "caveat/letters/names.hpp"
#include "caveat/moment.hpp"
#include "changes.hpp"
#include "due.hpp"
#include "electors.hpp"

namespace caveat::committee {
namespace {

constexpr const char* whose_hold_it_was = "whose hold it was";
// What the hold ended when it was placed does not come back with its lift.
constexpr const char* works_again =
    "Their mail goes out again, and they can sign in anew; the second factor and the tokens of their own making that ended with the hold "
    "do not come back, and an address or a key may wait to be confirmed.";
constexpr std::size_t most_lines = 12;  // of a rule book that are shown as different

struct Told {
    std::string key;
    std::string about;
    std::string text;
    std::string also;  // empty: to nobody besides
};

class CommitteeLetters {
public:
    CommitteeLetters(storage::Store& store, const policy::Rulebook& rules, std::string pages, Instant now)
        : store_(store), pages_(std::move(pages)), now_(now), people_(store.directory().people()), denials_(store.powers().denials()) {
        for (const auto& term : rules.in_force(store.powers().held_terms(now))) {
            if (rules.role_has(term.role, policy::Trait::records)) desk_.insert(term.person);
        }
    }

    // Who did it knows it.
    void add(const Changed& entry, const Told& told, std::string_view page, std::vector<Telling>& all) {
        Telling telling{
            {{told.key, entry.at}}, entry.person.empty() ? entry.book.substr(0, 12) : entry.person.value, "committee-told", {}, {}};
        const auto team = team_of(entry.person);
        for (const auto& person : people_) {
            const bool of_team = !team.empty() && person.team == team;
            // What was decided about a hold is not for the team whose person is held (item 27).
            if (of_team && !entry.hold.empty()) continue;
            if (!entry.factor.empty() && person.id == entry.person) continue;  // they have a letter of their own
            const bool theirs = !told.also.empty() &&
                                (person.id == entry.person || (of_team && community::speaks_for_team(person, people_, denials_, now_)));
            if (person.addresses.empty() || entry.actor == "person " + person.id.value || (!desk_.contains(person.id) && !theirs)) continue;
            telling.readers.push_back(person);
        }
        if (telling.readers.empty()) return;
        telling.fields = {{"about", told.about},
                          {"text", told.text},
                          {"also", told.also},
                          {"link", pages_.empty() || page.empty() ? "" : pages_ + std::string(page)}};
        telling.label = community::Tlp::amber_strict;
        telling.purpose = storage::Purpose::in_name;
        all.push_back(std::move(telling));
    }

    // What the team was told of a hold is true no more.
    void add_to_held(const Changed& entry, const Told& told, std::vector<Telling>& all) {
        if (store_.minutes().reminded(told.key, entry.at)) return;
        auto readers = colleagues(store_, entry.person, now_);
        const auto held = store_.directory().person(entry.person);
        if (held && !held->addresses.empty()) readers.push_back(*held);
        std::erase_if(readers, [&](const auto& person) { return entry.actor == "person " + person.id.value; });
        if (readers.empty()) return;
        letters::Fields fields{{"about", told.about}, {"text", told.text}, {"also", told.also}, {"link", ""}};
        all.push_back({{{told.key, entry.at}},
                       entry.person.value,
                       "committee-told",
                       std::move(fields),
                       std::move(readers),
                       {},
                       {},
                       community::Tlp::amber_strict,
                       storage::Purpose::in_name});
    }

    [[nodiscard]] std::string called(const PersonId& id) const {
        const auto found = std::find_if(people_.begin(), people_.end(), [&](const auto& p) { return p.id == id; });
        return found == people_.end() ? fmt::format("{}, who left,", id)
                                      : fmt::format("{} ({})", found->name, letters::called(store_, found->team));
    }
    // Who left the register is of their team still, which no letter may go past (item 27).
    [[nodiscard]] TeamId team_of(const PersonId& id) const { return team_of_whom(store_, id).value_or(TeamId{}); }

    [[nodiscard]] std::vector<community::Person> held_voices_of(const TeamId& team) const {
        return held_voices(people_, denials_, team, now_);
    }

private:
    storage::Store& store_;
    std::string pages_;
    Instant now_;
    std::vector<community::Person> people_;
    std::vector<community::Denial> denials_;
    std::set<PersonId> desk_;  // the committee and the secretariat
};

Told of_office(storage::Store& store, const CommitteeLetters& letters, const Changed& entry, std::string key) {
    const auto who = by_whom(store, entry);
    const auto role = role_in_words(entry.role);
    const std::string also = "whose office it is";
    if (!entry.less.empty()) {
        return {
            std::move(key), "A term is less than was elected",
            fmt::format("{} put on record on {} the term of {} as {}, {}. It is less than the election gave: {}. The election is used by "
                        "it. If this is not right, say so at once.",
                        who, moment(entry.at), letters.called(entry.person), role, entry.during, entry.less),
            also};
    }
    if (entry.reason.empty()) {
        return {std::move(key), "The Chair's deputy",
                fmt::format("{} put on record on {} that {} deputises as {}, from {}. Whoever presides may place security holds, close "
                            "ballots and break ties. These days are the Chair's to give: if the Chair did not, the Chair ends them at once "
                            "(caveat term end chair {}), or says so.",
                            who, moment(entry.at), letters.called(entry.person), role, entry.during, entry.person),
                also};
    }
    return {
        std::move(key), "An office ended early",
        fmt::format("{} ended the term of {} as {} on {}. The reason that was given: {}\n\nWhat a ballot needs is counted from the seats "
                    "that are filled. If this is not right, tell the others of the committee at once.",
                    who, letters.called(entry.person), role, moment(entry.at), entry.reason),
        also};
}

Told of_hold(storage::Store& store, const CommitteeLetters& letters, const Changed& entry, std::string key) {
    if (!entry.longer.empty()) {
        const auto until = parse_instant(entry.longer);
        return {
            std::move(key),
            "A security hold was extended",
            fmt::format("{} extended the security hold of {} on {}, by your decision {}, until {}. The decision did not name its length; "
                        "if this is not what you decided, it can be lifted at once.",
                        letters::who(store, entry.actor), letters.called(entry.person), moment(entry.at), entry.against,
                        until ? moment(*until) : entry.longer),
            {}};
    }
    const auto by = entry.against.empty() ? std::string() : fmt::format(", which stood by decision {} of the committee", entry.against);
    return {
        std::move(key), "A security hold was lifted early",
        fmt::format("{} lifted the security hold of {} on {}{}. {} If this is not right, another can be placed at once: by decision, or "
                    "for what is left of 72 hours by somebody who placed none in these thirty days.",
                    by_whom(store, entry), letters.called(entry.person), moment(entry.at), by, works_again),
        whose_hold_it_was};
}

// Without the decision by which it stood: that is not for them (item 27).
Told of_hold_for_team(storage::Store& store, const CommitteeLetters& letters, const Changed& entry) {
    return {fmt::format("entry {} held", entry.number), "A security hold was lifted early",
            fmt::format("{} lifted the security hold of {} on {}, before its end. {} If this is not right, tell the committee at once.",
                        by_whom(store, entry), letters.called(entry.person), moment(entry.at), works_again),
            whose_hold_it_was};
}

// Whoever is put in their place votes for the team, and appeals for it. None: it is the team's own doing, or of no team that could.
std::optional<Told> of_voice(storage::Store& store, const policy::Rulebook& rules, const CommitteeLetters& letters, const Changed& entry,
                             std::string key) {
    const auto id = entry.gone ? entry.team : letters.team_of(entry.person);
    const auto team = store.directory().team(id);
    if (!team || rules.is_outside(team->category) || entry.own || entry.actor == "person " + entry.person.value) return std::nullopt;
    const auto name = letters::called(store, id);
    const auto whom =
        entry.gone ? fmt::format("{} ({})", entry.named.empty() ? entry.person.value : entry.named, name) : letters.called(entry.person);
    const auto who = by_whom(store, entry);
    const auto when = moment(entry.at);
    const auto person = store.directory().person(entry.person);
    const auto what = entry.gone
                          ? fmt::format("{} took {} out of the register on {}, who spoke for {} as its representative or an alternate.",
                                        who, whom, when, name)
                          : fmt::format("{} put on record on {} that {} is not the representative of {} any more, {}.", who, when, whom,
                                        name, person && person->alternate ? "but an alternate" : "nor an alternate");
    return Told{
        std::move(key),
        "Who speaks for a team was changed",
        fmt::format("{} Whoever takes their place votes, signs petitions and appeals in its name. If you do not know that {} asked for "
                    "it, ask them.",
                    what, name),
        {}};
}

// While who speaks for a team is under a hold, nobody of it sees at once whom others put in their place. None: it is the team's own doing,
// or nobody of it is held.
std::optional<Told> of_stand_in(storage::Store& store, const CommitteeLetters& letters, const Changed& entry, std::string key) {
    const auto held = letters.held_voices_of(entry.team);
    const auto person = store.directory().person(entry.person);
    const bool speaks = person && (person->representative || person->alternate);
    if (entry.own || held.empty() || !speaks || person->team != entry.team) return std::nullopt;
    std::string names;
    for (const auto& one : held) names += (names.empty() ? "" : " and ") + one.name;
    return Told{
        std::move(key),
        "Who speaks for a team was changed",
        fmt::format("{} put on record on {} that {} is {}, while {} is under a security hold. Whoever speaks for a team votes, signs "
                    "petitions and appeals in its name. If you do not know that {} asked for it, ask them by another way than mail.",
                    by_whom(store, entry), moment(entry.at), letters.called(entry.person),
                    person->representative ? "its representative now" : "an alternate of its representative now", names,
                    letters::called(store, entry.team)),
        {}};
}

// An alternate spoke for the team, as nobody else did, and does no more. None: it is the team's own doing, or of no team that could.
std::optional<Told> of_representative(storage::Store& store, const policy::Rulebook& rules, const CommitteeLetters& letters,
                                      const Changed& entry, std::string key) {
    const auto team = store.directory().team(entry.team);
    if (entry.own || entry.over.empty() || !team || rules.is_outside(team->category)) return std::nullopt;
    std::string names;
    for (const auto& one : entry.over) names += (names.empty() ? "" : " and ") + letters.called(PersonId{one});
    return Told{std::move(key),
                "Who speaks for a team was changed",
                fmt::format("{} put on record on {} that {} is the representative of {} now, in whose place {} spoke for it until then. "
                            "Whoever speaks for a team votes, signs petitions and appeals in its name. If you do not know that {} asked "
                            "for it, ask them.",
                            by_whom(store, entry), moment(entry.at), letters.called(entry.person), letters::called(store, entry.team),
                            names, letters::called(store, entry.team)),
                {}};
}

// None: they hold no office.
std::optional<Told> of_factor(storage::Store& store, const policy::Rulebook& rules, const CommitteeLetters& letters, const Changed& entry,
                              std::string key, Instant now) {
    const auto held = rules.in_force(store.powers().held_terms(entry.person, now));
    const auto office = std::find_if(held.begin(), held.end(), [&](const auto& term) { return !rules.role_of_list(term.role); });
    if (office == held.end()) return std::nullopt;
    const auto whose = fmt::format("{}, {}", letters.called(entry.person), role_in_words(office->role));
    const auto what = entry.factor == "factor.enrolled"
                          ? fmt::format(
                                "a second factor was set up on {} for {}, after the one before was ended by somebody else or by a "
                                "security hold.",
                                moment(entry.at), whose)
                          : fmt::format(
                                "{} ended the second factor of {} on {}, with all that was signed in by it. Whoever reads their mail "
                                "can sign in now, and set up another.",
                                by_whom(store, entry), whose, moment(entry.at));
    return Told{
        std::move(key), "The second factor of somebody in office", what + " If they do not know of it, place a security hold at once.", {}};
}

std::vector<std::string_view> lines_of_book(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        if (line.find_first_not_of(" \t\r") != std::string_view::npos) lines.push_back(line);
    }
    return lines;
}

// Lines of the one that the other has nowhere.
std::string lines_beyond(std::string_view text, std::string_view other, std::string_view mark) {
    const auto theirs = lines_of_book(other);
    const std::set<std::string_view> known(theirs.begin(), theirs.end());
    std::string shown;
    std::size_t count = 0;
    for (const auto line : lines_of_book(text)) {
        if (!known.contains(line) && ++count <= most_lines) shown += fmt::format("  {} {}\n", mark, line.substr(0, 120));
    }
    if (count > most_lines) shown += fmt::format("  {} and {} lines more\n", mark, count - most_lines);
    return shown;
}

std::optional<Told> of_book(storage::Store& store, const Changed& entry, std::string key) {
    const auto book = store.books().find(entry.book);
    const auto before = store.books().before(entry.book);
    if (!book || !before) return std::nullopt;  // the first one was there before anybody could be told
    const auto taken_by = entry.actor == "system" ? std::string("which lay there when the program started")
                                                  : "put there by " + letters::who(store, entry.actor);
    const bool same = book->name == before->name && book->version == before->version;
    return Told{std::move(key),
                "Another rule book is in force",
                fmt::format("since {} another rule book is in force: {} {} (SHA-256 {}), {}{}. Before it was {} {} (SHA-256 "
                            "{}).{}\n\nWhat was, and what is:\n\n{}{}\nIf you did not expect this, ask whoever runs the server.",
                            moment(entry.at), book->name, book->version, book->sha256.substr(0, 12), taken_by,
                            book->decision.empty() ? std::string() : ", by decision " + book->decision, before->name, before->version,
                            before->sha256.substr(0, 12),
                            same ? " The text is another and the version is the same, which it should not be: every change raises it." : "",
                            lines_beyond(before->text, book->text, "-"), lines_beyond(book->text, before->text, "+")),
                {}};
}

// All lines of one load, which have its instant.
Told of_load(storage::Store& store, const std::vector<Changed>& entries, const Changed& first, std::string key) {
    std::string lines;
    std::size_t count = 0;
    for (const auto& entry : entries) {
        if (!entry.loaded.empty() && entry.at == first.at && ++count <= most_lines) lines += "  " + entry.loaded + "\n";
    }
    if (count > most_lines) lines += fmt::format("  and {} more, which the journal has\n", count - most_lines);
    return {std::move(key),
            "A file was loaded past the committee",
            fmt::format("{} loaded a file on {} that changed what is yours to decide, and cited no decision:\n\n{}\nIf you did not expect "
                        "this, ask whoever runs the server.",
                        letters::who(store, first.actor), moment(first.at), lines),
            {}};
}

Told of_put_back(storage::Store& store, const Changed& entry, std::string key) {
    const auto made = parse_instant(entry.state_of);
    return {std::move(key),
            "The register was put back to an earlier state",
            fmt::format("on {} {} put the register and the record back to what they were on {}, from a backup.\n\nWhat was done after that "
                        "is not there any more: security holds that were placed or lifted, sanctions and steps of cases, decisions and "
                        "votes, people, addresses and keys that came or went, subscriptions, posts that were labelled anew or kept beyond "
                        "their end, and what was posted. Enter again what of it is to count, security holds first, then the labels: until "
                        "then a post that was raised is read under the label of before; a number of a decision or a case may be given once "
                        "more.\n\nWho was signed in signs in again, tokens have ended, and mail that was signed before does not count.",
                        moment(entry.at), letters::who(store, entry.actor), made ? moment(*made) : entry.state_of),
            {}};
}

}  // namespace

std::vector<Telling> of_offices_and_books(storage::Store& store, const policy::Rulebook& rules, const std::string& pages,
                                          const std::vector<Changed>& entries, Instant now) {
    std::vector<Telling> all;
    std::optional<CommitteeLetters> letters;  // read only where there is something to tell
    std::set<Instant> loads;
    for (const auto& entry : entries) {
        const bool loaded = !entry.loaded.empty();
        auto key = loaded ? std::string("load past the committee") : fmt::format("entry {} committee", entry.number);
        const bool stands_in = !entry.spoke && (entry.entered || is_of_its_voice(entry));
        const bool office = !entry.role.empty() && entry.list.empty() && !entry.moved;  // of a load past it, it has its lines
        const bool ours = loaded || stands_in || entry.spoke || !entry.factor.empty() || office || !entry.book.empty() ||
                          !entry.state_of.empty() || !entry.hold.empty();
        if (entry.hold == "hold.lifted") {
            if (!letters) letters.emplace(store, rules, pages, now);
            letters->add_to_held(entry, of_hold_for_team(store, *letters, entry), all);
        }
        if (!ours || store.minutes().reminded(key, entry.at)) continue;
        if (loaded && !loads.insert(entry.at).second) continue;
        if (!letters) letters.emplace(store, rules, pages, now);
        if (loaded) {
            letters->add(entry, of_load(store, entries, entry, std::move(key)), "", all);
        } else if (entry.spoke) {
            if (const auto told = of_voice(store, rules, *letters, entry, std::move(key)))
                letters->add(entry, *told, "/teams/" + (entry.gone ? entry.team : letters->team_of(entry.person)).value, all);
        } else if (stands_in) {
            auto told = of_stand_in(store, *letters, entry, key);
            if (!told) told = of_representative(store, rules, *letters, entry, std::move(key));
            if (told) letters->add(entry, *told, "/teams/" + entry.team.value, all);
        } else if (!entry.factor.empty()) {
            if (const auto told = of_factor(store, rules, *letters, entry, std::move(key), now)) letters->add(entry, *told, "", all);
        } else if (!entry.state_of.empty()) {
            letters->add(entry, of_put_back(store, entry, std::move(key)), "", all);
        } else if (!entry.hold.empty()) {
            letters->add(entry, of_hold(store, *letters, entry, std::move(key)), "/holds", all);
        } else if (!entry.role.empty()) {
            letters->add(entry, of_office(store, *letters, entry, std::move(key)), "/terms", all);
        } else if (const auto told = of_book(store, entry, std::move(key))) {
            letters->add(entry, *told, "", all);
        }
    }
    return all;
}

}  // namespace caveat::committee
