#pragma once
// What waits for a caller, in JSON, with its schema. Pure, any thread.
#include "caveat/access/caller.hpp"
#include "caveat/committee/agenda.hpp"
#include "caveat/facts/register.hpp"

namespace caveat::facts {

// What access says of a caller, as the committee asks it, for each right it shows by.
[[nodiscard]] committee::Asker asker_of(const access::Caller& caller);

[[nodiscard]] Json fact(const std::vector<committee::Waiting>& all, Instant now);
extern const Schema agenda_schema;

}  // namespace caveat::facts
