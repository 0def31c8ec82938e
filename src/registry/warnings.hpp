#pragma once
// What is allowed, and yet is probably a mistake. Pure.
#include <optional>
#include <string>
#include <vector>

#include "diff.hpp"

namespace caveat::registry {

constexpr std::size_t most_warnings = 100;  // then a line with the number of the rest

// Of what a file describes, given the whole community as it will be.
[[nodiscard]] std::vector<std::string> warnings(const Census& described, const Census& whole, const Plan& plan,
                                                const policy::Rulebook& rules, Instant now);

// Why nothing of this list arrives with somebody on its roster, as things stand; none where something may, or nothing is wished.
// `who` has the place on the roster already.
[[nodiscard]] std::optional<std::string> nothing_today(const community::Subscription& subscription, const community::Standing& who,
                                                       const community::List& list, const policy::Rulebook& rules, Instant now);

}  // namespace caveat::registry
