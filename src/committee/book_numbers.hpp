#pragma once
// The numbers of the book as they are stored with a case or a ballot: lines "key<tab>value" in the book's own words. So a case goes on
// under the numbers it began with, whatever the book says later, and a reader of the database can check them.
#include <string>
#include <string_view>

#include "caveat/conduct/numbers.hpp"
#include "caveat/policy/rulebook.hpp"
#include "caveat/result.hpp"

namespace caveat::committee {

[[nodiscard]] std::string kept_numbers(const policy::Rulebook& rules);
// Policy's identity() of the book they were kept from; empty of what was begun before that was kept.
[[nodiscard]] std::string book_of(std::string_view kept);
// Beside them with an application: what its category is, which decides how many sponsors it needs and who takes the status away. Of one
// that was submitted before this was kept, what the word stood for then.
[[nodiscard]] std::string kept_traits(const policy::Rulebook& rules, std::string_view category);
[[nodiscard]] community::CategoryTraits traits_from(std::string_view kept, std::string_view category);
// What is left out has the seeds' value. Nobody asks again whether the numbers are sound: they were when the case or ballot began.
[[nodiscard]] Result<conduct::Numbers> numbers_from(std::string_view kept);

}  // namespace caveat::committee
