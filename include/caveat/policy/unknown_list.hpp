#pragma once
// What whoever may not know a list hears of it: what they hear of an address that does not exist (A7, item 65).
#include "caveat/community/reason.hpp"
#include "caveat/policy/rulebook.hpp"

namespace caveat::policy {

// One reason for both, so that neither its words nor its form tells which it was.
[[nodiscard]] community::Reason no_such_list(const Rulebook& rules);

}  // namespace caveat::policy
