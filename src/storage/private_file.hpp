#pragma once
#include <filesystem>

#include "caveat/result.hpp"

namespace caveat::storage {

// A new, empty file, mode 0600. SQLite gives -wal and -shm the mode of the file itself, so making the file first settles all three.
// errc::conflict: it exists.
[[nodiscard]] Result<void> make_private_file(const std::filesystem::path& path);

}  // namespace caveat::storage
