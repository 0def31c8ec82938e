#include "rolls.hpp"

#include <algorithm>
#include <set>

#include "caveat/detail.hpp"
#include "electors.hpp"
#include "proposals.hpp"
#include "register.hpp"
#include "set_back.hpp"

namespace caveat::committee {
namespace {

using conduct::Rule;

// What passes with reduced quorum waits 28 days for a petition; a book may say otherwise, so with room to spare.
constexpr auto petition_time = std::chrono::hours{24} * 100;

bool is_rolled(storage::Store& store, const storage::Motion& motion, Instant now) {
    const auto said = said_by(store, motion, now);
    return std::any_of(said.begin(), said.end(), [](const auto& r) { return r.what == "enrolled" || r.what == "elector"; });
}

bool is_noted(const std::vector<storage::Remark>& said, const TeamId& team) {
    return std::any_of(said.begin(), said.end(), [&](const auto& r) { return r.what == "gone" && r.team == team; });
}

// Of the departures that a count or a petition can still lose something by, those not on record.
std::vector<conduct::Departure> unnoted(storage::Store& store, const policy::Rulebook& rules, const Decision& d, Instant now) {
    auto gone = d.departures;
    if (d.petition && d.petition->fate == conduct::Fate::waiting && d.enrolled) {
        std::set<TeamId> still;
        for (const auto& member : members(store, rules)) still.insert(member.team);
        for (const auto* roll : {&d.electors, &d.others}) {
            for (const auto& one : *roll) {
                if (!still.contains(one.team)) gone.push_back({one.team, now - tick});
            }
        }
    }
    const auto motion = store.minutes().motion(d.id);
    const auto said = motion ? said_by(store, *motion, now) : std::vector<storage::Remark>{};
    std::set<TeamId> seen;
    std::erase_if(gone, [&](const auto& g) { return is_noted(said, g.team) || !seen.insert(g.team).second; });
    return gone;
}

}  // namespace

void record_departures(storage::Store& store, const policy::Rulebook& rules, const Decision& d, Instant now) {
    for (const auto& gone : unnoted(store, rules, d, now)) {
        store.minutes().say(d.id, {std::min(gone.at, now), "system", "gone", gone.team, ""});
    }
}

void open_roll(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, const std::string& id, Instant now) {
    const auto motion = store.minutes().motion(id);
    if (!motion || now < motion->opens) return;
    if (is_rolled(store, *motion, now)) return;
    const auto voters = enrol(store, rules, *motion, by, now);
    enter_act(store, by, "decision.opened", id, Detail().add("electorate", voters), now);
}

bool keep_rolls(storage::Store& store, const policy::Rulebook& rules, const vault::Vault& vault, Instant now, bool only_look) {
    const community::Actor the_program{"system", std::nullopt};
    bool written = false;
    for (const auto& motion : store.minutes().motions()) {
        const bool of_members = motion.rule == name(Rule::two_thirds) || motion.rule == name(Rule::majority);
        const bool open = motion.opens <= now && now < motion.closes && !motion.closed;
        if (!open && !(of_members && now < motion.closes + petition_time)) continue;
        const auto d = assemble_decision(store, rules, vault, motion, now);
        if (!d || now < motion.opens) continue;
        const auto gone = unnoted(store, rules, *d, now);
        const bool unrolled = open && !d->enrolled && !is_rolled(store, motion, now);
        if (gone.empty() && !unrolled) continue;
        written = true;
        if (only_look) return true;
        if (unrolled) open_roll(store, rules, the_program, motion.id, now);
        for (const auto& g : gone) store.minutes().say(motion.id, {std::min(g.at, now), "system", "gone", g.team, ""});
        if (gone.empty()) continue;
        std::vector<std::string> names;
        for (const auto& g : gone) names.push_back(g.team.value);
        enter_act(store, the_program, "decision.departures", motion.id, Detail().add("gone", names), now);
    }
    return written;
}

}  // namespace caveat::committee
