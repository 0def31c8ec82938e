#pragma once
// What an application changes in the register: the row of the applicant, then of the member or partner, and the end of membership. Runs
// inside the caller's transaction, after it was decided that the change is allowed.
#include "caveat/conduct/application.hpp"
#include "caveat/policy/rulebook.hpp"
#include "caveat/storage/store.hpp"

namespace caveat::committee {

// Are these contacts written so that they can become persons? Asks nothing of the register. `domain` is ours.
[[nodiscard]] Result<void> contacts_fit(const conduct::Form& form, std::string_view domain);
// errc::conflict, naming whose it is, if an id or an address is somebody else's, or an id that of somebody who left another team (ruling
// kk): for the ears of the office only. A team that files its own form is not asked this, because it must not learn who is registered
// where; the office hears it when it puts the application to the vote.
[[nodiscard]] Result<void> contacts_are_nobodys(storage::Store& store, const TeamId& team, const conduct::Form& form);
// And errc::denied if an address is of somebody who is under a security hold (item 42). That passes, so that no vote waits for it, but
// nobody is let in before.
[[nodiscard]] Result<void> contacts_free(storage::Store& store, const TeamId& team, const conduct::Form& form, Instant now);

void note_applicant(storage::Store& store, const policy::Rulebook& rules, const TeamId& team, const conduct::Form& form);
void forget_applicant(storage::Store& store, const policy::Rulebook& rules, const conduct::Application& a);
// Called after an approval and again after the MoU. A partner that had access in another category keeps it until the MoU.
// Who was of this team before, and is entered again not as they left, waits to be confirmed as at any other door (item 60); by the MoU
// nobody is entered again who left since the approval.
void enrol(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, const conduct::Application& a, Instant now);
void expel(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, community::Team& team, Instant now);

}  // namespace caveat::committee
