#pragma once
// What a program that reads JSON (RFC 8259) shows of it. Pure; linear.
#include <string>
#include <string_view>

namespace caveat::mail {

// An object or a list by its looks. People begin a text with a word in brackets.
[[nodiscard]] bool is_json_data(std::string_view text);

// Every string in it, its escapes resolved, in lines of its own, with a line of words between them.
[[nodiscard]] std::string json_lines(std::string_view json);

}  // namespace caveat::mail
