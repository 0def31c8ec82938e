#pragma once
// What waits while nobody has confirmed what somebody else changed of a person (Unconfirmed). Values, any thread.
#include <string>
#include <vector>

#include "caveat/community/people.hpp"

namespace caveat::community {

// The address that mail goes to is none of those that were there before.
[[nodiscard]] bool address_waits(const Person& person, const std::vector<Unconfirmed>& waiting);

// No link to sign in is sent: nobody has confirmed the address, or a key was taken away and the link would leave in clear.
[[nodiscard]] bool withholds_links(const Person& person, const std::vector<Unconfirmed>& waiting);

}  // namespace caveat::community
