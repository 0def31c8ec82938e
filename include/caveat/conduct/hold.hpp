#pragma once
// The security hold (item 42, ruling k): an address or a key may be in other hands for the moment. It is not a penalty: at most 72 h, each
// extension by a decision, the team told at once, and it ends by itself. Pure values, any thread; errc::denied names the rule and what
// would be needed.
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
    std::string actor;
    std::string decision;  // may be empty for the first within 30 d
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
    std::string actor;
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
