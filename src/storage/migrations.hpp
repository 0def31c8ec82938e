#pragma once
// The schema as a list of steps. A step that was released is never edited; a later change is a step of its own (O2). What a step changes
// about a table that the journal vouches for has a line in bound.cpp, too; and each schema that was released has a database in
// tests/corpus/upgrade.
#include <cstdint>
#include <span>

#include "bound.hpp"

namespace caveat::storage {

constexpr std::int64_t application_id = 0x63617665;  // "cave": PRAGMA application_id of our files

struct Schema {
    std::span<const char* const> steps;  // PRAGMA user_version counts the steps a file has seen
    std::span<const BoundTable> bound;
};
[[nodiscard]] const Schema& schema_of_this_program();

}  // namespace caveat::storage
