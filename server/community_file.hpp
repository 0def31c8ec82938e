#pragma once
// The community file of `load` and `export`: a census as TOML. Unknown keys are refused with their line.
#include <filesystem>
#include <string>

#include "caveat/registry/registry.hpp"
#include "caveat/result.hpp"

namespace caveat::server {

// errc::invalid with every finding, one a line: file:line, what is wrong, what to write instead.
[[nodiscard]] Result<registry::Census> read_community(const std::filesystem::path& file);
// The same from a text that somebody sent; `source` stands for the file in error messages. Keys only as `key_armor`: a text from outside
// must not make the server read files of this machine.
[[nodiscard]] Result<registry::Census> read_community_text(std::string_view text, const std::string& source);
// What Registry::load found wrong with the census of that file, each line preceded by file and line of its row. Reads the file
// again instead of keeping 400,000 line numbers for the rare case.
[[nodiscard]] Error with_lines(Error error, const std::filesystem::path& file);
[[nodiscard]] Error with_lines(Error error, std::string_view text, const std::string& source);

// Keys inline as `key_armor`. Reading it back gives the same census.
[[nodiscard]] std::string write_community(const registry::Census& census);

}  // namespace caveat::server
