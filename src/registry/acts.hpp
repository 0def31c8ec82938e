#pragma once
// What the single acts share.
#include "apply.hpp"
#include "caveat/detail.hpp"
#include "check.hpp"

namespace caveat::registry {

// The row as it is kept, or everything that is wrong with it.
template <class Row, class... Rules>
[[nodiscard]] Result<void> sound(const Row& row, const Rules&... rules) {
    Problems problems;
    check(row, rules..., problems);
    if (problems.none()) return {};
    return tl::unexpected(problems.error());
}

struct Entry {
    std::string_view act;  // "team.change"
    std::string_view subject;
    std::string what;
    std::string decision;  // the one the act cites, if it had to
};
void record(storage::Store& store, const community::Actor& by, const Entry& entry, Instant now);

// The secretariat records what was decided and never decides itself (items 54 and 70): such changes cite a decision.
[[nodiscard]] Result<void> cited(const std::string& decision, std::string_view what, std::string_view rule);

}  // namespace caveat::registry
