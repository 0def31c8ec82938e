#include "caveat/known_time.hpp"

namespace caveat {
namespace {

using std::chrono::floor;
using std::chrono::microseconds;

}  // namespace

KnownTime::KnownTime(std::optional<Instant> newest_entry, Instant wall, Moment now, KnownTimeLimits limits)
    : limits_(limits), known_{wall, now} {
    if (newest_entry && (wall < *newest_entry || wall > *newest_entry + limits_.most_ahead)) known_.wall = *newest_entry;
}

std::optional<Instant> KnownTime::instead_of(Instant wall, Moment now) {
    const auto by_now = known_.wall + floor<microseconds>(now - known_.at);
    const bool doubted = wall < by_now - slack || wall > by_now + limits_.most_ahead;
    if (doubted && !stood_there(wall, now)) return by_now;
    known_ = {wall, now};
    doubted_.reset();
    return std::nullopt;
}

// A clock that was set once more while it was doubted begins anew.
bool KnownTime::stood_there(Instant wall, Moment now) {
    const auto stands = [&] { return doubted_->wall + floor<microseconds>(now - doubted_->at); };
    if (!doubted_ || wall < stands() - slack || wall > stands() + slack) doubted_ = {wall, now};
    return limits_.believed_after && now - doubted_->at >= *limits_.believed_after;
}

}  // namespace caveat
