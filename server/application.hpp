#pragma once
// The daemon: the only place where stores, offices and doors are put together. Threads: net (sockets), desk (offices write), courier.
#include "caveat/result.hpp"
#include "config.hpp"

namespace caveat::server {

// Runs until SIGTERM or SIGINT. errc::temporary: a door's address is taken, another daemon is at work on this database.
[[nodiscard]] Result<void> serve(const Config& config);

}  // namespace caveat::server
