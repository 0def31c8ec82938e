#pragma once
// The General Meeting: quorum, proxies, and the petition that stops a decision taken with reduced quorum.
// The electorate of a meeting is fixed on its day (ruling o); who is present is what the Secretariat recorded. Integers only.
// Pure values, any thread; teams that are not in the electorate are skipped, not refused. Source: rules.md items 43-47, rulings (o), (p),
// (r).
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/clock.hpp"
#include "caveat/conduct/numbers.hpp"
#include "caveat/conduct/terms.hpp"
#include "caveat/ids.hpp"

namespace caveat::conduct {

enum class Quorum {
    none,     // no meeting
    reduced,  // what it decides waits for a petition first
    full,
    unneeded,  // the rule asks for none: votes by e-mail, unanimity held electronically
};
[[nodiscard]] std::string_view name(Quorum quorum);

// Of `eligible` members with a vote, `present` in person. No member with a vote: no meeting.
[[nodiscard]] Quorum general_quorum(std::int64_t present, std::int64_t eligible, const Numbers& numbers);

// A vote lent for one meeting. It counts if the giver has a vote and is away and the holder is there; no limit per holder.
struct Proxy {
    TeamId giver;
    TeamId holder;
    bool operator==(const Proxy&) const = default;
};

// Who was there: of the General Meeting, or of a sitting of the Steering Committee (which knows no proxies).
struct Attendance {
    Instant at{};
    std::vector<TeamId> present;
    std::vector<Proxy> proxies;
    bool face_to_face = false;  // else a teleconference, as far as the record says (item 50)
    bool operator==(const Attendance&) const = default;
};

[[nodiscard]] std::int64_t present_with_vote(const Attendance& attendance, std::span<const TeamId> electorate);
[[nodiscard]] std::vector<TeamId> valid_givers(const Attendance& attendance, std::span<const TeamId> electorate);  // each once

// The Operational Members with a vote: members at the opening whose right exists on the day (ruling o), sorted by id.
[[nodiscard]] std::vector<TeamId> electorate(std::span<const Member> members, Instant opens, Date day, const Numbers& numbers);

struct Signature {
    TeamId team;
    Instant at{};  // when it reached the SC
    bool operator==(const Signature&) const = default;
};

enum class Fate {
    waiting,     // the delay still runs
    stands,      // in effect: too few signatures arrived in time
    disallowed,  // for good; a signature withdrawn or a team gone afterwards changes nothing
};
[[nodiscard]] std::string_view name(Fate fate);

struct Petition {
    std::int64_t valid = 0;
    std::int64_t needed = 0;
    std::int64_t members = 0;        // all Operational Members at the time of the vote, newcomers included
    std::optional<Instant> arrived;  // with the signature that made it enough
    Fate fate = Fate::waiting;
    std::string why;
    bool operator==(const Petition&) const = default;
};

// Signatures count from the vote until, not at, the instant of effect; each team once; a team that left before the petition was complete
// has none. `members` is everyone who was a member at some time: who was at the vote follows from their dates.
[[nodiscard]] Petition petition(Instant voted, Instant effective, std::span<const Member> members, std::span<const Signature> signatures,
                                const Numbers& numbers, Instant now);

}  // namespace caveat::conduct
