#pragma once
// The numbers of the book as they are kept with a case or a ballot: "key<tab>value" lines in the book's own words, so that a case goes on
// under the numbers it began with whatever the book says later, and a reader of the database can check them.
#include <string>
#include <string_view>

#include "caveat/conduct/numbers.hpp"
#include "caveat/policy/rulebook.hpp"
#include "caveat/result.hpp"

namespace caveat::committee {

[[nodiscard]] std::string kept_numbers(const policy::Rulebook& rules);
// What is left out has the seeds' value. Nobody asks again whether the numbers are sound: they were when the case or ballot began.
[[nodiscard]] Result<conduct::Numbers> numbers_from(std::string_view kept);

}  // namespace caveat::committee
