#pragma once
// A text line by line, and cut where a limit ends what is read of it. Pure; linear.
#include <cstddef>
#include <optional>
#include <string_view>

namespace caveat::mail {

[[nodiscard]] std::string_view cut(std::string_view text, std::size_t most);

// At most `most` bytes, ending before one of `ends`: half a label ("TLP:AMBER+ST") would be another label.
[[nodiscard]] std::string_view cut_before(std::string_view text, std::size_t most, std::string_view ends);

// CR, LF, CRLF, form feed, vertical tab, NEL, U+2028 and U+2029 end a line. `text` begins behind the line taken.
std::string_view take_line(std::string_view& text);

// Behind the quote marks of a quoted line; nothing for a line that is not quoted.
[[nodiscard]] std::optional<std::string_view> quoted(std::string_view line);

// "begin 644 report.txt": the name.
[[nodiscard]] std::optional<std::string_view> uuencoded_name(std::string_view line);

}  // namespace caveat::mail
