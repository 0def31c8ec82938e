#pragma once
// Whether who speaks for a team does so by its wish (item 15), as the journal tells. Reads only.
#include <optional>

#include "caveat/community/people.hpp"
#include "caveat/storage/store.hpp"

namespace caveat::storage {

// Whoever keeps the register can enter a representative or an alternate. Who was put there by other hands than the team's less than a week
// ago, for an alternate: before they had to stand in, is not the team itself yet: those concerned have hardly heard of it. They vote and
// answer for it; they take nobody's place in it, and take nothing back that it has said. What the operator enters is the team's wish.
// `then`: whether it was so at that instant, whatever was entered since.
[[nodiscard]] bool was_put_there(Store& store, const community::Person& voice, Instant now, std::optional<Instant> then = std::nullopt);

}  // namespace caveat::storage
