#include "caveat/storage/voices.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include "caveat/community/hands.hpp"
#include "caveat/community/representation.hpp"
#include "caveat/detail.hpp"

namespace caveat::storage {
namespace {

// The names of what an entry of the journal changed. Within a text each quote has a backslash before it, so that no text holds what looks
// like a field.
std::string_view changed_fields(const Entry& entry) {
    const auto begin = entry.detail.find("\"fields\":[");
    if (begin == std::string::npos) return {};
    return std::string_view(entry.detail).substr(begin, entry.detail.find(']', begin) - begin);
}

bool tells_of(const Entry& entry, std::string_view field) { return changed_fields(entry).find(field) != std::string_view::npos; }

constexpr std::string_view representative = "\"representative\"", alternate = "\"alternate\"";

// What an entry says of who speaks for a team, beyond its act.
bool is_about_its_voice(const Entry& entry) {
    return entry.act == "person.add" || tells_of(entry, representative) || tells_of(entry, alternate);
}

using Denials = std::vector<community::Denial>;

bool came_under_a_hold(const Denials& denials, const PersonId& whom, Instant at) {
    return std::any_of(denials.begin(), denials.end(), [&](const auto& denial) {
        const bool theirs = community::is_hold(denial) && !denial.whole_team && denial.whom == whom.value;
        return theirs && at <= denial.during.from && denial.during.from <= at + lately_entered;
    });
}

// That somebody was put on record as the voice of their team, or as no more than before.
struct Change {
    PersonId voice;
    std::optional<PersonId> by;  // whose doing it is; none: the operator's
    Instant at{};
    bool own = false;  // a word of the team, as it was found then
};
using Changes = std::map<std::int64_t, Change>;  // by the number of the entry

// Of this person, of those who put them there, and so on, in the order of the journal. What is older doubts nobody any more.
Changes changes_behind(Store& store, const PersonId& voice, Instant from, Instant upto) {
    Changes all;
    std::vector<PersonId> people{voice};
    for (std::size_t i = 0; i < people.size(); ++i) {
        const auto person = people[i];
        store.journal().each({.from = 1, .limit = -1, .act = "person.", .subject = person.value}, [&](const Entry& entry) {
            if (entry.at < from || upto < entry.at || !is_about_its_voice(entry)) return;
            auto by = community::person_named_by(text_in(entry.detail, "token_of"));
            if (!by) by = community::person_named_by(entry.actor);
            if (by && std::find(people.begin(), people.end(), *by) == people.end()) people.push_back(*by);
            all.emplace(entry.number, Change{person, std::move(by), entry.at, !text_in(entry.detail, "own").empty()});
        });
    }
    return all;
}

// Up to when each speaks for the team by other hands than its own; who is not there does by its wish.
std::map<PersonId, Instant> by_others_until(Store& store, const Denials& denials, const TeamId& team, const Changes& changes) {
    constexpr auto a_while = std::chrono::hours{24} * 7;
    std::map<PersonId, Instant> until;
    for (const auto& [number, change] : changes) {
        std::optional<Instant> end;
        if (change.by && !change.own) end = change.at + a_while;
        // Somebody of the team hands on no more than they are. Of no other: the form of a team that has nobody yet is its own word.
        if (change.by && store.directory().team_at(*change.by, change.at).value_or(team) == team) {
            const bool itself = *change.by == change.voice;  // what they change of themselves makes it no more its wish than it was
            const auto theirs = until.find(*change.by);
            if (theirs != until.end() && (itself || change.at <= theirs->second)) end = std::max(end.value_or(change.at), theirs->second);
            if (!itself && came_under_a_hold(denials, *change.by, change.at)) end = change.at + lately_entered;
        }
        if (end)
            until.insert_or_assign(change.voice, *end);
        else
            until.erase(change.voice);
    }
    return until;
}

// An alternate: since the representative is under a hold; else now. `people`: of the team, as they are or were now.
Instant stands_in_since(const std::vector<community::Person>& people, const Denials& denials, const community::Person& voice, Instant now) {
    Instant since = now;
    if (voice.representative) return since;
    for (const auto& person : people) {
        if (person.team != voice.team || !person.representative) continue;
        for (const auto& denial : denials) {
            const bool theirs = community::is_hold(denial) && !denial.whole_team && denial.whom == person.id.value;
            if (theirs && community::in_force(denial, now)) since = std::min(since, denial.during.from);
        }
    }
    return since;
}

}  // namespace

bool was_put_there(Store& store, const community::Person& voice, Instant now, std::optional<Instant> then) {
    const auto denials = store.powers().denials();
    const auto people = then ? people_of(store, voice.team, *then) : store.directory().people();
    const Instant since = stands_in_since(people, denials, voice, then.value_or(now));
    const auto changes = changes_behind(store, voice.id, since - lately_entered, then.value_or(Instant::max()));
    const auto until = by_others_until(store, denials, voice.team, changes);
    const auto found = until.find(voice.id);
    return found != until.end() && since <= found->second;
}

namespace {

// As they were then: each change since turns it round. None: they came later, or left and the entry does not say what they were.
std::optional<community::Person> as_of(Store& store, const PersonId& id, const TeamId& team, Instant at) {
    bool was_representative = false, was_alternate = false;
    std::optional<std::string> voice;  // with which they left, or are; empty: nobody knows
    store.journal().each({.from = 1, .limit = -1, .act = "person.", .subject = id.value}, [&](const Entry& entry) {
        const bool leaves = entry.act == "person.remove";
        if (voice || entry.at < at || (entry.at == at && !leaves)) return;
        if (leaves || entry.act == "person.add") voice = leaves ? text_in(entry.detail, "voice") : std::string();
        was_representative = was_representative != tells_of(entry, representative);
        was_alternate = was_alternate != tells_of(entry, alternate);
    });
    const auto now = voice ? std::nullopt : store.directory().person(id);
    if (!now && (!voice || voice->empty())) return std::nullopt;
    community::Person person;
    person.id = id;
    person.team = team;
    person.representative = was_representative != (now ? now->representative : voice == "representative");
    person.alternate = was_alternate != (now ? now->alternate : voice == "alternate");
    return person;
}

}  // namespace

std::vector<community::Person> people_of(Store& store, const TeamId& team, Instant at) {
    std::vector<PersonId> ids = store.directory().left_since(team, at);
    for (const auto& person : store.directory().people()) {
        if (person.team == team) ids.push_back(person.id);
    }
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    std::vector<community::Person> all;
    for (const auto& id : ids) {
        if (store.directory().team_at(id, at) != team) continue;
        if (auto person = as_of(store, id, team, at)) all.push_back(std::move(*person));
    }
    return all;
}

}  // namespace caveat::storage
