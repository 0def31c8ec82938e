#pragma once
// The form of an application as a TOML file: [application] team, category, subtype; [form] with the fields of item 21; [[contact]].
// errc::invalid with file and line for every key that is wrong; what is left out makes a draft, and the office says what it lacks.
#include <filesystem>

#include "caveat/conduct/application.hpp"

namespace caveat::server {

[[nodiscard]] Result<conduct::SubmitApplication> read_application(const std::filesystem::path& file);

}  // namespace caveat::server
