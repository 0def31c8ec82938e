#pragma once
// The offices that end with somebody's place in the register, and who may end that place (items 49 and 54). Needs an open
// Store::Transaction.
#include "caveat/registry/registry.hpp"

namespace caveat::registry {

// Whoever leaves the register leaves their offices, and what a ballot needs is counted from the seats that are filled: that is not in the
// hands of who keeps the register (items 49 and 54).
[[nodiscard]] Result<void> leaves_its_offices(const policy::Rulebook& rules, const community::Actor& by, const community::Person& before,
                                              storage::Store& store, Instant now);

// Of who goes: said for each as if it had been ended by itself (committee/terms.cpp), so that those whom it concerns hear of it. Roles of
// lists are not among them.
void end_offices(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, const PersonId& id, Instant now);

}  // namespace caveat::registry
