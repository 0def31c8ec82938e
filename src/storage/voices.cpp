#include "caveat/storage/voices.hpp"

#include <algorithm>
#include <functional>

#include "caveat/community/representation.hpp"

namespace caveat::storage {
namespace {

// What an entry of the journal says of who speaks for a team, beyond its act. Within a text each quote has a backslash before it, so that
// no text holds what looks like a field.
bool is_about_its_voice(const Entry& entry) {
    if (entry.act == "person.add") return true;
    const auto begin = entry.detail.find("\"fields\":[");
    if (begin == std::string::npos) return false;
    const auto fields = std::string_view(entry.detail).substr(begin, entry.detail.find(']', begin) - begin);
    return fields.find("\"alternate\"") != std::string_view::npos || fields.find("\"representative\"") != std::string_view::npos;
}

using Denials = std::vector<community::Denial>;

constexpr std::string_view person_act = "person ";

bool is_its_own(const Entry& entry) { return entry.detail.find("\"own\":\"yes\"") != std::string::npos; }

bool came_under_a_hold(const Denials& denials, const PersonId& whom, Instant at) {
    return std::any_of(denials.begin(), denials.end(), [&](const auto& denial) {
        const bool theirs = community::is_hold(denial) && !denial.whole_team && denial.whom == whom.value;
        return theirs && at <= denial.during.from && denial.during.from <= at + lately_entered;
    });
}

// Up to when somebody speaks for the team by other hands than its own, as those entries tell; none: by its wish. What they changed of
// themselves makes it no more so than it was.
std::optional<Instant> by_others_until(Store& store, const Denials& denials, const community::Person& voice,
                                       const std::function<bool(const Entry&)>& counts) {
    constexpr auto a_while = std::chrono::hours{24} * 7;
    const auto itself = std::string(person_act) + voice.id.value;
    std::optional<Entry> last;
    store.journal().each({.from = 1, .limit = -1, .act = "person.", .subject = voice.id.value}, [&](const Entry& entry) {
        const bool of_itself = entry.actor == itself && is_its_own(entry);
        if (is_about_its_voice(entry) && !of_itself && counts(entry)) last = entry;
    });
    if (!last || !last->actor.starts_with(person_act)) return std::nullopt;
    if (!is_its_own(*last)) return last->at + a_while;
    community::Person by;
    by.id = PersonId{last->actor.substr(person_act.size())};
    by.team = voice.team;
    // The form of a team that had nobody yet is its own word too, whoever recorded it.
    if (store.directory().team_at(by.id, last->at).value_or(voice.team) != voice.team) return std::nullopt;
    if (came_under_a_hold(denials, by.id, last->at)) return last->at + lately_entered;
    // Who was no more than that themself hands on no more.
    const auto theirs = by_others_until(store, denials, by, [&](const Entry& entry) { return entry.number < last->number; });
    return theirs && last->at <= *theirs ? theirs : std::nullopt;
}

// An alternate: since the representative is under a hold; else now.
Instant stands_in_since(Store& store, const Denials& denials, const community::Person& voice, Instant now) {
    Instant since = now;
    if (voice.representative) return since;
    for (const auto& person : store.directory().people()) {
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
    const auto until = by_others_until(store, denials, voice, [&](const Entry& entry) { return !then || entry.at <= *then; });
    return until && stands_in_since(store, denials, voice, then.value_or(now)) <= *until;
}

}  // namespace caveat::storage
