#pragma once
// Whether who speaks for a team does so by its wish (item 15), as the journal tells. Reads only.
#include <chrono>
#include <optional>
#include <vector>

#include "caveat/community/people.hpp"
#include "caveat/storage/store.hpp"

namespace caveat::storage {

// Before a hold, and so long it is in doubt. What was entered in somebody's name earlier has been in use for so long that it is taken for
// theirs.
inline constexpr std::chrono::hours lately_entered{24 * 30};

// Whoever keeps the register can enter a representative or an alternate. Who was put there by other hands than the team's less than a week
// ago, for an alternate: before they had to stand in, is not the team itself yet: those concerned have hardly heard of it. They vote and
// answer for it; they take nobody's place in it, and take nothing back that it has said. What the operator enters is the team's wish. So is
// what its own people enter, unless a hold came soon after on whoever did, which doubts what came in their name (item 42), and what those
// enter who came in by it: for `lately_entered` from that first entry, or until somebody who is in no doubt enters them anew. What they
// change of themselves makes it no more the team's wish than it was.
// `then`: whether it was so at that instant, whatever was entered since.
[[nodiscard]] bool was_put_there(Store& store, const community::Person& voice, Instant now, std::optional<Instant> then = std::nullopt);

// The people of a team as they were at that instant, whoever has come, changed or left since: id, team and whether its representative or
// an alternate, by what the journal tells of since. Without those of whom it does not tell: who left before their entry said what they were.
[[nodiscard]] std::vector<community::Person> people_of(Store& store, const TeamId& team, Instant at);

}  // namespace caveat::storage
