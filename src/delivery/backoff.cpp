// The schedule of RFC 5321 §4.5.4.1.
#include "caveat/delivery/courier.hpp"

#include <algorithm>
#include <cmath>

namespace caveat::delivery {

std::chrono::seconds backoff(const Schedule& schedule, std::int32_t attempts, double jitter) {
    auto doublings = std::clamp(attempts - 1, 0, 40);  // 60 s doubled 40 times is past every cap and far from overflow
    auto wait =
        std::min(std::ldexp(static_cast<double>(schedule.first_retry.count()), doublings), static_cast<double>(schedule.max_retry.count()));
    // Never zero: a schedule in seconds must not turn into a busy loop.
    return std::chrono::seconds(std::max<std::int64_t>(1, std::llround(wait * (0.75 + jitter / 2))));
}

}  // namespace caveat::delivery
