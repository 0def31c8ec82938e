#pragma once
// A file of 16 MiB beside the database, made where there is room, so that what must not wait has some on a disk that others filled to the
// last byte. A command gives it up when it acts, and so does whoever acts over HTTP; reading does not, but where the database would not open
// without. What the daemon does by itself does not, or there would be nothing left for them.
#include "caveat/storage/store.hpp"

namespace caveat::storage {

// Where less than 4 MiB is free; otherwise does nothing. On the thread of the store.
void spend_reserve(Store& store);
// Before each transaction with Disk::spare, from here on.
void spend_reserve_for_acts(Store& store);

}  // namespace caveat::storage
