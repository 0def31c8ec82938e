#pragma once
// How far the journal was when a signature last counted, noted in a file of its own, `lists/last-use` in the home of [openpgp], mode 0600:
// a database that is put back from a copy does not know what was used since, and this tells that it is an older one (K7), or that rows of
// it are gone. A file that was
// itself put back from a copy is not the one that was written here, and counts as none. Source: promise K7.
#include <filesystem>
#include <optional>

#include "caveat/clock.hpp"
#include "caveat/result.hpp"
#include "caveat/storage/journal.hpp"
#include "caveat/storage/uses.hpp"

namespace caveat::server {

struct LastUse {
    storage::Journal::Head at;
    Instant signed_from{};              // signatures that were made before do not count any more
    std::optional<storage::Uses> uses;  // all that counted by then; none in a file of an earlier program
};

// None: it is not there or not readable, was changed or is a copy.
[[nodiscard]] std::optional<LastUse> read_last_use(const std::filesystem::path& file);
// It is on the disk then. errc::temporary.
[[nodiscard]] Result<void> write_last_use(const std::filesystem::path& file, const LastUse& last);

}  // namespace caveat::server
