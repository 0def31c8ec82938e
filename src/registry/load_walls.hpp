#pragma once
// A load is no way around what single acts may not do, and asks what they ask. What is refused is named row by row, each with the way that
// there is.
#include "caveat/policy/rulebook.hpp"
#include "caveat/storage/register.hpp"
#include "diff.hpp"

namespace caveat::registry {

// A community without any list, ever, is being set up: its lists come as they are. `whole`: the community as it will be. errc::denied.
[[nodiscard]] Result<void> walls_stand(const Plan& plan, const Census& whole, const Census& current, const policy::Rulebook& rules,
                                       storage::Register& rows, Instant now);

// What a person could not do act by act they do by no file either: a team's status that its application records, what was of a role on a
// list, another's role with a token that somebody made in their name. errc::denied.
[[nodiscard]] Result<void> as_by_single_acts(const community::Actor& by, const Plan& plan, const Census& whole, const Census& current,
                                             const policy::Rulebook& rules, Instant now);

}  // namespace caveat::registry
