#pragma once
// The security hold (item 42, ruling k): an address or a key may be in other hands for the moment. It is not a penalty: at most 72 h, each
// extension by a decision, the team told at once, and it ends by itself. Without a decision a person is held for no more than these 72 h in
// thirty days, and once by the same hands: so one that was placed for a second, or lifted, uses them up for nobody else. Pure values, any
// thread; errc::denied names the rule and what would be needed.
#include <optional>
#include <string>
#include <vector>

#include "caveat/clock.hpp"
#include "caveat/community/standing.hpp"
#include "caveat/conduct/numbers.hpp"
#include "caveat/ids.hpp"
#include "caveat/result.hpp"

namespace caveat::conduct {

struct HoldExtension {
    Instant at{};
    Instant until{};
    std::string decision;
    bool operator==(const HoldExtension&) const = default;
};

struct Hold {
    PersonId person;
    std::string reason;
    std::string actor;     // of those before a placing: whose doing each was
    std::string decision;  // may be empty for the first 72 h within 30 d
    Instant placed{};
    Instant until{};  // as placed; see ends_at
    std::vector<HoldExtension> extensions;
    std::optional<Instant> lifted;
    std::optional<Instant> told;  // the team was told; due at once
    bool operator==(const Hold&) const = default;
};

struct PlaceHold {
    PersonId person;
    std::string reason;
    std::string actor;  // whose doing it is
    std::string decision;
    std::optional<Period> length;  // none: the most there is
};

[[nodiscard]] Instant ends_at(const Hold& hold);
[[nodiscard]] bool holds_at(const Hold& hold, Instant now);  // on record; what bites: caveat/community/in_force.hpp

// `before`: every hold the person has had.
[[nodiscard]] Result<Hold> place(const PlaceHold& request, const std::vector<Hold>& before, Instant now, const Numbers& numbers);
[[nodiscard]] Result<Hold> extend(const Hold& hold, const Period& by, const std::string& decision, Instant now, const Numbers& numbers);
[[nodiscard]] Result<Hold> lift(const Hold& hold, Instant now);
[[nodiscard]] Result<Hold> tell(const Hold& hold, Instant now);

// On the person, every member list, all verbs; source "hold".
[[nodiscard]] community::Denial as_denial(const Hold& hold);

}  // namespace caveat::conduct
