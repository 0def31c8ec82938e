#pragma once
// The community file of `load` and `export`: a census as TOML (interface.md). Unknown keys are refused with their line.
#include <filesystem>
#include <string>

#include "caveat/registry/registry.hpp"
#include "caveat/result.hpp"

namespace caveat::server {

// errc::invalid with every finding, one a line: file:line, what is wrong, what to write instead.
[[nodiscard]] Result<registry::Census> read_community(const std::filesystem::path& file);
[[nodiscard]] std::string write_community(const registry::Census& census);

}  // namespace caveat::server
