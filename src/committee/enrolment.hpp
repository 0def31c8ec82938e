#pragma once
// What an application does to the register: the applicant's row, the member's or partner's, and the way out. Inside the caller's
// transaction; whether it may be done was judged before.
#include "caveat/conduct/application.hpp"
#include "caveat/policy/rulebook.hpp"
#include "caveat/storage/store.hpp"

namespace caveat::committee {

// Can these contacts become persons of the team? errc::conflict if an id or an address is somebody else's.
[[nodiscard]] Result<void> contacts_fit(storage::Store& store, const TeamId& team, const conduct::Form& form);

void note_applicant(storage::Store& store, const policy::Rulebook& rules, const TeamId& team, const conduct::Form& form);
void forget_applicant(storage::Store& store, const policy::Rulebook& rules, const conduct::Application& a);
// After an approval and again after the MoU. A partner that had access as something else keeps it until then.
void enrol(storage::Store& store, const policy::Rulebook& rules, const conduct::Application& a);
void expel(storage::Store& store, const policy::Rulebook& rules, community::Team& team, Instant now);

}  // namespace caveat::committee
