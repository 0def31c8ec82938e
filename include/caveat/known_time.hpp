#pragma once
// What speaks against the wall clock: the newest entry of the journal, from when this process began, and monotonic time since. A clock
// that stands behind them, or too far ahead of them, is doubted, until it is set right or has stood there for a while. Belongs to one
// thread.
#include <chrono>
#include <optional>

#include "caveat/clock.hpp"

namespace caveat {

struct KnownTimeLimits {
    std::chrono::seconds most_ahead = std::chrono::years{5};  // of a site where nobody posted, or of a machine that slept
    std::optional<std::chrono::seconds> believed_after = {};  // having stood there for so long; none: never
};
// For what the daemon does by itself and nobody can call back: the clock has to have stood there for an hour.
inline constexpr KnownTimeLimits before_a_key_is_replaced{std::chrono::seconds{60}, std::chrono::hours{1}};

class KnownTime {
public:
    using Moment = std::chrono::steady_clock::time_point;
    static constexpr std::chrono::seconds slack{60};  // a clock that is slewed or corrected by so little is right

    KnownTime(std::optional<Instant> newest_entry, Instant wall, Moment now, KnownTimeLimits limits = {});
    // The instant that it rather is; none: nothing speaks against the wall clock.
    [[nodiscard]] std::optional<Instant> instead_of(Instant wall, Moment now);

private:
    struct Seen {
        Instant wall;
        Moment at;
    };
    [[nodiscard]] bool stood_there(Instant wall, Moment now);

    KnownTimeLimits limits_;
    Seen known_;                   // it was that instant then
    std::optional<Seen> doubted_;  // since then, the wall clock having stood there
};

}  // namespace caveat
