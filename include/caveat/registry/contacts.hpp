#pragma once
// Whom to write to about an address, a network, a domain, an autonomous system or an economy (items 14, 58 and 59): the members whose
// constituency holds it, the narrowest range first; where none does, the primary contact of the economy. Reads the register and writes
// nothing. One view, on any thread with a store of its own.
#include <string>
#include <string_view>
#include <vector>

#include "caveat/clock.hpp"
#include "caveat/community/people.hpp"
#include "caveat/policy/rulebook.hpp"
#include "caveat/storage/store.hpp"

namespace caveat::registry {

struct Contact {
    community::Team team;
    std::string because;                    // "192.0.2.7 is in its range 192.0.2.0/24"
    std::vector<community::Person> people;  // of the team, on a list of the class `poc`; else who speaks for it; nobody who is held
};

struct Contacts {
    std::string what;               // as it was understood
    std::vector<Contact> contacts;  // of equally narrow ranges all
    std::string why;                // in a sentence, also where there are none
};

// Teams and constituencies are public (item 67); people and their addresses are for the operator and the people of members: for `by` from
// elsewhere, or of a team that may receive nothing, there are none. `economy`: where what is asked about does not name its own; two
// letters, or empty. errc::invalid for what is none of these.
[[nodiscard]] Result<Contacts> contacts_for(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by,
                                            std::string_view what, std::string_view economy, Instant now);

}  // namespace caveat::registry
