#pragma once
#include <chrono>
#include <optional>

#include "caveat/clock.hpp"

namespace caveat::mailroom {

// What speaks against the wall clock: the newest entry of the journal, from when this process began, and monotonic time since. A clock
// that stands behind them is wrong; one that is years ahead is taken to be.
class KnownTime {
public:
    using Moment = std::chrono::steady_clock::time_point;
    static constexpr std::chrono::seconds slack{60};    // a clock that is slewed or corrected by so little is right
    static constexpr std::chrono::years most_ahead{5};  // of a site where nobody posted, or of a machine that slept
    KnownTime(Instant newest_entry, Instant wall, Moment now);
    // The instant that it rather is; none: nothing speaks against the wall clock.
    [[nodiscard]] std::optional<Instant> instead_of(Instant wall, Moment now);

private:
    Instant at_;  // it was, at the moment
    Moment moment_;
};

}  // namespace caveat::mailroom
