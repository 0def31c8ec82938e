#pragma once
// An act of an application as one line of text to be stored, and back; written like act_text.hpp, and as there new fields are only ever
// added at the end.
#include <optional>
#include <string>
#include <string_view>

#include "caveat/conduct/application.hpp"

namespace caveat::committee {

[[nodiscard]] std::string text_of(const conduct::ApplicationAct& act);
[[nodiscard]] std::optional<conduct::ApplicationAct> application_act_from(std::string_view text);  // none: not written by text_of

}  // namespace caveat::committee
