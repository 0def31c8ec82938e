#pragma once
// An instant as letters say it. Any thread.
#include <string>

#include "caveat/clock.hpp"

namespace caveat {

// In UTC: "2026-03-02 09:15 UTC", with seconds where there are any ("09:15:30"). A fraction is cut off: of a deadline that is the safe
// side.
[[nodiscard]] std::string moment(Instant t);

}  // namespace caveat
