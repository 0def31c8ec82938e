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

// An alternate: since the representative is under a hold; else now.
Instant stands_in_since(Store& store, const community::Person& voice, Instant now) {
    Instant since = now;
    if (voice.representative) return since;
    const auto denials = store.powers().denials();
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
    std::optional<Instant> by_others;
    store.journal().each({.from = 1, .limit = -1, .act = "person.", .subject = voice.id.value}, [&](const Entry& entry) {
        if (!is_about_its_voice(entry) || (then && *then < entry.at)) return;
        const bool own = entry.detail.find("\"own\":\"yes\"") != std::string::npos;
        by_others = !own && entry.actor.starts_with("person ") ? std::optional(entry.at) : std::nullopt;
    });
    return by_others && stands_in_since(store, voice, then.value_or(now)) - a_while <= *by_others;
}

}  // namespace caveat::storage
