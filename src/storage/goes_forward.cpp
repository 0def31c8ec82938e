#include "caveat/storage/goes_forward.hpp"

namespace caveat::storage {

Result<void> goes_forward(Store& store, Instant now) {
    constexpr std::chrono::minutes clocks_differ{10};  // so much between the daemon's and that of a command is nobody's fault
    const auto newest = store.journal().newest_of_daily_life();
    if (!newest || *newest <= now + clocks_differ) return {};
    return fail(
        errc::temporary,
        "this clock says {}, and the journal was written at {}: nothing is recorded before what is on record; set the clock right, or, "
        "if it is right now, start the daemon, which puts that into the journal",
        to_string(now), to_string(*newest));
}

}  // namespace caveat::storage
