#pragma once
// The notation of the access matrix: "R P A", "own R m A [AMBER] +decision", "–".
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compiled.hpp"

namespace caveat::policy {

// Either the cell, or what is wrong with the text in a few words.
[[nodiscard]] std::variant<Cell, std::string> parse_cell(std::string_view text);

// "1 year", "18 months": how long, in calendar months; 0 if the text is no period.
[[nodiscard]] int parse_months(std::string_view text);

[[nodiscard]] std::vector<std::string_view> split_words(std::string_view text);

// "one, two, three": for remedies.
[[nodiscard]] std::string listed(const std::vector<std::string>& words);

}  // namespace caveat::policy
