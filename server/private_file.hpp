#pragma once
// A file that a command writes: what leaves the program is for whoever ran it, until they say otherwise.
#include <filesystem>
#include <string_view>

#include "caveat/result.hpp"

namespace caveat::server {

// Mode 0600, whatever the umask says and the file that was there had; what was in it is gone. What is no file, such as a pipe, is written
// to as it is. errc::invalid: it cannot be opened, or is somebody else's; errc::temporary: it cannot be written whole.
[[nodiscard]] Result<void> write_private(const std::filesystem::path& file, std::string_view bytes);

}  // namespace caveat::server
