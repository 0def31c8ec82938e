#pragma once
// What would change, in JSON, with the schema that says so.
#include "caveat/facts/register.hpp"
#include "caveat/mailroom/preview.hpp"

namespace caveat::facts {

// At most so many changes of each kind; the counts are whole.
[[nodiscard]] Json fact(const mailroom::Preview& preview, std::size_t most);
extern const Schema simulated_schema;

}  // namespace caveat::facts
