#pragma once
// What is put above the text of a copy: the label where its post says several (rules.md §3.3), and that its author is not proven. Pure.
#include <optional>
#include <string>
#include <string_view>

#include "caveat/community/tlp.hpp"
#include "caveat/mail/message.hpp"

namespace caveat::mail {

// The body with "TLP:AMBER" and an empty line in front. Nothing where it cannot be done rightly: anything but one plain text in a charset
// whose letters are those of ASCII, a text that is signed or sealed, one that begins with that line already.
[[nodiscard]] std::optional<std::string> with_label_line(const HeaderBlock& headers, std::string_view body, community::Tlp label);

// The body with those lines in front: of ASCII, without "=", each with CRLF. Nothing where it cannot be done rightly, as above.
[[nodiscard]] std::optional<std::string> with_lines_above(const HeaderBlock& headers, std::string_view body, const std::string& lines);

}  // namespace caveat::mail
