#pragma once
// Writing a plan and its journal entries. Needs an open Store::Transaction.
#include <string_view>

#include "caveat/policy/rulebook.hpp"
#include "diff.hpp"

namespace caveat::registry {

void apply(const Plan& plan, const policy::Rulebook& rules, storage::Store& store, Instant now);

// One entry per kind of row with its counts, one for each change up to `most_entries` and for each that changes or removes a person,
// changes a list or ends or moves a term, and one with number and digest for the rest: otherwise 200,000 subscriptions would make the
// journal the slowest part of the load, and nobody reads them one by one. Of what a person loads each change has its entry, as its single
// act has it: who is concerned is told by that.
constexpr std::size_t most_entries = 1'000;
void record(const std::vector<Change>& changes, const community::Actor& by, storage::Journal& journal, Instant now);

[[nodiscard]] std::string_view name(Change::Kind kind);  // "add" | "change" | "remove"

}  // namespace caveat::registry
