#pragma once
// The words in which people write periods and denials, at every door. Pure, any thread. Reading is errc::invalid with what to write
// instead; whether an act is allowed is never judged here.
#include <optional>
#include <string>
#include <vector>

#include "caveat/conduct/notice.hpp"
#include "caveat/conduct/numbers.hpp"
#include "caveat/ids.hpp"
#include "caveat/result.hpp"

namespace caveat::facts {

// What is not given stays empty.
[[nodiscard]] Result<std::optional<conduct::Period>> read_period(const std::string& text);    // "14d", "72h", "6mo", "1y"
[[nodiscard]] Result<conduct::DeniedSet> read_denied(const std::vector<std::string>& texts);  // "teams:receive,post"
[[nodiscard]] std::vector<TeamId> teams_of(const std::vector<std::string>& ids);

}  // namespace caveat::facts
