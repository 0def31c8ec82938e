#include "caveat/conduct/meeting.hpp"

#include <algorithm>
#include <array>
#include <compare>
#include <map>
#include <set>

#include "caveat/moment.hpp"
#include "names.hpp"

namespace caveat::conduct {
namespace {

constexpr std::array<Named<Quorum>, 4> quorums{
    {{Quorum::none, "none"}, {Quorum::reduced, "reduced"}, {Quorum::full, "full"}, {Quorum::unneeded, "unneeded"}}};

// What changes the number of valid signatures, in time order; a team gone at an instant does not sign at that instant.
struct SignatureChange {
    Instant at;
    bool signs = false;
    TeamId team;
    auto operator<=>(const SignatureChange&) const = default;
};

std::vector<SignatureChange> signature_changes(const std::map<TeamId, std::optional<Instant>>& members,
                                               std::span<const Signature> signatures, Instant voted, Instant until) {
    std::vector<SignatureChange> all;
    for (const auto& [team, left] : members) {
        if (left && *left < until) all.push_back({*left, false, team});
    }
    for (const Signature& s : signatures) {
        const auto signer = members.find(s.team);
        if (signer == members.end() || s.at < voted || until <= s.at) continue;
        if (!signer->second || s.at < *signer->second) all.push_back({s.at, true, s.team});
    }
    std::sort(all.begin(), all.end());
    return all;
}

std::string said(const Petition& p, Instant effective) {
    const auto words = fmt::format("{} of {} members signed, {} needed", p.valid, p.members, p.needed);
    if (p.fate == Fate::disallowed) return fmt::format("{} and reached at {}: the decision is disallowed.", words, moment(*p.arrived));
    if (p.fate == Fate::waiting) return fmt::format("{} before {}.", words, moment(effective));
    return fmt::format("{} before {}: the decision stands.", words, moment(effective));
}

}  // namespace

std::string_view name(Quorum quorum) { return name_in(quorums, quorum); }

std::string_view name(Fate fate) {
    constexpr std::array<Named<Fate>, 3> fates{{{Fate::waiting, "waiting"}, {Fate::stands, "stands"}, {Fate::disallowed, "disallowed"}}};
    return name_in(fates, fate);
}

Quorum general_quorum(std::int64_t present, std::int64_t eligible, const Numbers& numbers) {
    if (eligible <= 0 || present <= 0) return Quorum::none;
    if (present >= numbers.gm_quorum.at_least(eligible)) return Quorum::full;
    return present >= numbers.gm_reduced.at_least(eligible) ? Quorum::reduced : Quorum::none;
}

std::int64_t present_with_vote(const Attendance& attendance, std::span<const TeamId> electorate) {
    const std::set<TeamId> voters(electorate.begin(), electorate.end());
    const std::set<TeamId> there(attendance.present.begin(), attendance.present.end());
    return std::count_if(there.begin(), there.end(), [&](const TeamId& team) { return voters.contains(team); });
}

std::vector<TeamId> valid_givers(const Attendance& attendance, std::span<const TeamId> electorate) {
    const std::set<TeamId> voters(electorate.begin(), electorate.end());
    const std::set<TeamId> there(attendance.present.begin(), attendance.present.end());
    std::set<TeamId> givers;
    for (const Proxy& p : attendance.proxies) {
        if (voters.contains(p.giver) && !there.contains(p.giver) && there.contains(p.holder)) givers.insert(p.giver);
    }
    return {givers.begin(), givers.end()};
}

std::vector<TeamId> electorate(std::span<const Member> members, Instant opens, Date day, const Numbers& numbers) {
    std::set<TeamId> voters;
    for (const Member& m : members) {
        if (m.member_at(opens) && may_vote_on(day, m.since, numbers)) voters.insert(m.team);
    }
    return {voters.begin(), voters.end()};
}

Petition petition(Instant voted, Instant effective, std::span<const Member> members, std::span<const Signature> signatures,
                  const Numbers& numbers, Instant now) {
    std::map<TeamId, std::optional<Instant>> then;
    for (const Member& m : members) {
        if (m.member_at(voted)) then.emplace(m.team, m.left);
    }
    Petition p;
    p.members = static_cast<std::int64_t>(then.size());
    p.needed = std::max<std::int64_t>(1, numbers.gm_petition.at_least(p.members));

    // Once there are enough signatures the decision is disallowed for good: nothing that happens later revives it.
    std::set<TeamId> valid;
    for (const SignatureChange& step :
         signature_changes(then, signatures, voted, std::min(effective, now + std::chrono::microseconds{1}))) {
        if (step.signs)
            valid.insert(step.team);
        else
            valid.erase(step.team);
        if (static_cast<std::int64_t>(valid.size()) < p.needed) continue;
        p.arrived = step.at;
        break;
    }
    p.valid = static_cast<std::int64_t>(valid.size());
    p.fate = p.arrived ? Fate::disallowed : now < effective ? Fate::waiting : Fate::stands;
    p.why = said(p, effective);
    return p;
}

}  // namespace caveat::conduct
