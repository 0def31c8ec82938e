#pragma once
// PAP labels (rules.md §4): "PAP:AMBER", WHITE being the old name of CLEAR. Pure.
#include <optional>
#include <string_view>

#include "caveat/community/caveats.hpp"

namespace caveat::mail {

[[nodiscard]] std::optional<community::Pap> strictest_pap(std::string_view text);  // anywhere in a text of one line
[[nodiscard]] std::optional<community::Pap> pap_field(std::string_view value);     // a whole value: "AMBER", "PAP:AMBER"
[[nodiscard]] bool begins_with_pap(std::string_view line);

}  // namespace caveat::mail
