#pragma once
// The team against which an Appeal Panel's list was made. Whoever is of it is a party there and serves that list in no office: sees neither
// its roster nor what is posted, decides on nothing that waits, and has none of its owners' mail (items 27 and 38, ruling l). Reads only.
#include <optional>

#include "caveat/community/list.hpp"
#include "caveat/storage/store.hpp"

namespace caveat::storage {

[[nodiscard]] std::optional<TeamId> party_of_room(Store& store, const community::List& list);  // none: it is no panel's
// On the list of a panel that the committee seated: until thirty days after its decision (ruling l).
[[nodiscard]] bool is_on_a_panel(Store& store, const PersonId& person);
[[nodiscard]] bool is_party_of_room(Store& store, const ListId& list, const PersonId& person);

}  // namespace caveat::storage
