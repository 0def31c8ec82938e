#include "known_time.hpp"

namespace caveat::mailroom {

KnownTime::KnownTime(Instant newest_entry, Instant wall, Moment now)
    : at_(wall < newest_entry || wall > newest_entry + most_ahead ? newest_entry : wall), moment_(now) {}

std::optional<Instant> KnownTime::instead_of(Instant wall, Moment now) {
    const auto by_now = at_ + std::chrono::floor<std::chrono::microseconds>(now - moment_);
    if (wall < by_now - slack || wall > by_now + most_ahead) return by_now;
    at_ = wall;
    moment_ = now;
    return std::nullopt;
}

}  // namespace caveat::mailroom
