#pragma once
// Posts of a list that was removed, when another is made under its name.
#include <string>

#include "caveat/storage/store.hpp"

namespace caveat::storage {

// From now on they stand under "NAME~1", or the next number that is free, which is the name of no list: nothing is done with them as with posts
// of the new one (ruling jj). Returns that name; empty: there are none. In the caller's transaction, which has a journal entry after it.
// Reads every entry about an ending: for acts that are rare.
std::string set_posts_aside(Store& store, const ListId& list, Instant now);

}  // namespace caveat::storage
