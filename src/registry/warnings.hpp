#pragma once
// What is allowed, and yet is probably a mistake. Pure.
#include <string>
#include <vector>

#include "diff.hpp"

namespace caveat::registry {

constexpr std::size_t most_warnings = 100;  // then a line with the number of the rest

[[nodiscard]] std::vector<std::string> warnings(const Census& census, const Plan& plan, const policy::Rulebook& rules, Instant now);

}  // namespace caveat::registry
