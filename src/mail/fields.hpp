#pragma once
// Cutting a header block leniently: for enclosed parts and for reading odd mail. read_headers decides what a post must satisfy.
#include <functional>
#include <string>
#include <string_view>

#include "caveat/mail/message.hpp"

namespace caveat::mail {

struct Line {
    std::string_view text;  // without its line end
    std::size_t next = 0;   // offset of the line behind
};

// The line at `pos` of `bytes`; it ends at LF, with or without CR before, or at the end.
[[nodiscard]] Line line_at(std::string_view bytes, std::size_t pos);

// Views into `bytes`, starting at `pos`. The block ends behind an empty line, before the first line that is no field (as Python's and
// most other readers have it) and before a line for which `stop` is true (a boundary). errc::limit beyond the limits of `limits`.
[[nodiscard]] Result<HeaderBlock> cut_fields(std::string_view bytes, std::size_t pos, const Limits& limits,
                                             const std::function<bool(std::string_view)>& stop = {});

// What was cut ends as a header should, and not before a line that is no field.
[[nodiscard]] bool ends_in_empty_line(std::string_view header);

// It says how the entity is made up, not what somebody wrote.
[[nodiscard]] bool is_of_shape(std::string_view name);

// Puts such a line behind the others.
void append_field(std::string& out, std::string_view name, std::string_view value);

// Of the field that begins there, also behind a byte order mark; or "".
[[nodiscard]] std::string_view name_of_field(std::string_view& line);

}  // namespace caveat::mail
