#pragma once
// A file of 16 MiB beside the database, made where there is room, so that what must not wait has some on a disk that others filled to the
// last byte. A command gives it up when it opens the database, as the daemon does at its start; whoever acts over HTTP does it with this.
// What the daemon does by itself does not, or there would be nothing left for them.
#include "caveat/storage/store.hpp"

namespace caveat::storage {

// Where less than 4 MiB is free; otherwise does nothing. On the thread of the store.
void spend_reserve(Store& store);

}  // namespace caveat::storage
