#pragma once
// What a change of a person leaves to be confirmed, of the register as it is (caveat/registry/confirmation.hpp). Needs an open
// Store::Transaction.
#include <optional>
#include <vector>

#include "caveat/openpgp/fitness.hpp"
#include "caveat/registry/confirmation.hpp"
#include "diff.hpp"

namespace caveat::registry {

// As long as no mail has come or gone, the community is being set up, and nothing waits. `looked`: what GnuPG says of the key that is
// wanted; none: it was not asked, and a revocation in it is believed.
[[nodiscard]] Weighed weigh_now(storage::Store& store, const community::Person& before, const community::Person& wanted,
                                const community::Actor& by, Instant now, std::optional<openpgp::Fitness> looked = {});
// Of somebody who is about to be entered under an id that another had before, and is not known again by all that they bring: all of it
// waits, and nothing of before counts for them. Who had a key when they left and comes without it: another key is taken out of `person`,
// and waits, now or when it is brought.
[[nodiscard]] std::vector<community::Unconfirmed> entered_again(storage::Store& store, community::Person& person,
                                                                const community::Actor& by, Instant now);
// What waits from now on, and what does not any more, with an entry for each row that is new.
void keep_waiting(storage::Store& store, const community::Actor& by, const PersonId& person, const Weighed& weighed, Instant now);
// The same, with the person as they are now and the entry of that.
void keep(storage::Store& store, const community::Actor& by, const community::Person& before, const Weighed& weighed, Instant now);

}  // namespace caveat::registry
