#pragma once
// When a denial bites (A2): asked here by everything that acts on one. Values, any thread.
#include "caveat/community/standing.hpp"

namespace caveat::community {

[[nodiscard]] inline bool is_hold(const Denial& denial) { return denial.source == "hold"; }

// A sanction may be noticed in advance, and bites from its beginning to its end. A security hold is never placed in advance (item 42): if
// its beginning lies ahead, the clock was set back after it was placed, so it bites until its end.
[[nodiscard]] inline bool in_force(const Denial& denial, Instant now) {
    return is_hold(denial) ? !denial.during.over_at(now) : denial.during.contains(now);
}

}  // namespace caveat::community
