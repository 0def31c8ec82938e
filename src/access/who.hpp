#pragma once
// A person as a caller, put together from the register as it is at that instant.
#include <array>
#include <chrono>
#include <optional>
#include <string>

#include "caveat/access/caller.hpp"
#include "caveat/policy/rulebook.hpp"
#include "caveat/storage/store.hpp"

namespace caveat::access {

// What is dated further ahead was made while the clock stood ahead.
inline constexpr std::chrono::minutes clock_slack{10};

struct Who {
    Caller caller;
    bool asks_factor = false;             // a role held now asks for a second factor
    std::array<Reach, 2> beside_panels{};  // what they reach of cases by what they are beside a panel that they sit on
};

// None for somebody who is not in the register or whose team has left the community, and for a person under a security hold: their address
// or key may be in other hands (item 42), so nothing that was sent there proves who is calling. Does the same look-ups for everybody who is
// of a team of now.
[[nodiscard]] std::optional<Who> who_is(storage::Store& store, const policy::Rulebook& rules, const PersonId& person, Instant now);

// "session 12", as a Caller has it.
[[nodiscard]] std::string credential_of(const storage::SessionRow& row);

}  // namespace caveat::access
