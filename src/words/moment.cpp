#include "caveat/moment.hpp"

#include <fmt/chrono.h>

namespace caveat {

std::string moment(Instant t) {
    const auto second = std::chrono::floor<std::chrono::seconds>(t);
    const bool full = std::chrono::floor<std::chrono::minutes>(t) == second;
    return full ? fmt::format("{:%Y-%m-%d %H:%M} UTC", second) : fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", second);
}

}  // namespace caveat
