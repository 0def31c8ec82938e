#pragma once
// Facts about this installation that policy needs besides rows: whether its relay is verified, and whether copies of a list can be sealed.
#include "caveat/mailroom/room.hpp"

namespace caveat::mailroom {

[[nodiscard]] policy::World world_of(const Room& room, const community::List& list, Instant at);

}  // namespace caveat::mailroom
