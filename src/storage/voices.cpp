#include "caveat/storage/voices.hpp"

#include <algorithm>

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

// A hold came soon after it on whoever did it.
bool is_in_doubt(const Denials& denials, std::string_view actor, Instant at) {
    constexpr std::string_view person_act = "person ";
    return actor.starts_with(person_act) && std::any_of(denials.begin(), denials.end(), [&](const auto& denial) {
               const bool theirs = community::is_hold(denial) && !denial.whole_team && denial.whom == actor.substr(person_act.size());
               return theirs && at <= denial.during.from && denial.during.from <= at + lately_entered;
           });
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
    constexpr auto a_while = std::chrono::hours{24} * 7;
    const auto denials = store.powers().denials();
    const auto itself = "person " + voice.id.value;
    std::optional<Instant> others_until;  // what others entered is the team's from then on
    store.journal().each({.from = 1, .limit = -1, .act = "person.", .subject = voice.id.value}, [&](const Entry& entry) {
        if (!is_about_its_voice(entry) || (then && *then < entry.at)) return;
        const bool own = entry.detail.find("\"own\":\"yes\"") != std::string::npos;
        others_until.reset();
        if (!own && entry.actor.starts_with("person ")) others_until = entry.at + a_while;
        if (own && entry.actor != itself && is_in_doubt(denials, entry.actor, entry.at)) others_until = entry.at + lately_entered;
    });
    return others_until && stands_in_since(store, denials, voice, then.value_or(now)) <= *others_until;
}

}  // namespace caveat::storage
