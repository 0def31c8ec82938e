#pragma once
// The label put above the text of a copy whose post says several (rules.md §3.3). Pure.
#include <optional>
#include <string>
#include <string_view>

#include "caveat/community/tlp.hpp"
#include "caveat/mail/message.hpp"

namespace caveat::mail {

// The body with "TLP:AMBER" and an empty line in front. Nothing where it cannot be done rightly: anything but one plain text in a charset
// whose letters are those of ASCII, a text that is signed or sealed, one that begins with that line already.
[[nodiscard]] std::optional<std::string> with_label_line(const HeaderBlock& headers, std::string_view body, community::Tlp label);

}  // namespace caveat::mail
