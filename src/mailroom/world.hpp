#pragma once
// Facts about this installation that policy needs besides rows: whether its relay is verified, and (once there is sealing) whether a copy
// can be sealed.
#include "caveat/mailroom/room.hpp"

namespace caveat::mailroom {

[[nodiscard]] policy::World world_of(const Room& room, Instant at);

}  // namespace caveat::mailroom
