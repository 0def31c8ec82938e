#pragma once
// XML, and tables of HTML, as data: what stands in them that may be a label. Pure; linear.
#include <string>
#include <string_view>

namespace caveat::mail {

// Whether it is XML and not HTML, which people are to read.
[[nodiscard]] bool is_xml_data(std::string_view text);

// The text of each element, each comment and the value of each attribute, a line of its own. An element within a sentence does not part it.
[[nodiscard]] std::string xml_lines(std::string_view xml);

// The rows of tables, a line each, with a tab in front of each cell.
[[nodiscard]] std::string html_rows(std::string_view html);

}  // namespace caveat::mail
