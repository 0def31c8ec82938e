#pragma once
// Whether a label within a line is set apart from what stands beside it, as in banners, page headers and lines of fields, or is a word of a
// sentence ("we saw TLP:RED data"). What tells them apart is what stands on each side: signs and fields part, and so do capitals, numbers
// and words of secrecy; a word in small letters goes on with a sentence, and a title behind the label with a headline. Pure; examines a
// bounded number of bytes.
#include <cstddef>
#include <string_view>

namespace caveat::mail {

// `begin`, `end`: of the label in `line`, which is short and ends no sentence. "CONFIDENTIAL TLP:RED DO NOT FORWARD", "Case 7, TLP:RED,
// open", "Report TLP:RED: victims", "#7 [open] [TLP:RED] [phishing]", "Case: 7 TLP: RED Status: open", "機密 TLP:RED 転送禁止".
[[nodiscard]] bool is_set_apart(std::string_view line, std::size_t begin, std::size_t end);

}  // namespace caveat::mail
