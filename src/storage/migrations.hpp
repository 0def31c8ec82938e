#pragma once
// The schema as a list of steps. A step that was released is never edited; a later change is a step of its own (O2). What a step changes
// about a table that the journal vouches for has a line in the same file, too; tests/corpus/upgrade has a database of each schema that was
// released. After a new step, `unit_storage "[schema]"` writes schema.inc anew.
#include <cstdint>
#include <span>
#include <string_view>

#include "bound.hpp"

namespace caveat::storage {

// The numbers of steps, for what begins with them.
constexpr std::size_t seals_step = 20;
constexpr std::size_t books_step = 21;
constexpr std::size_t caveats_step = 22;
constexpr std::size_t waiting_step = 23;
constexpr std::size_t keys_step = 24;
constexpr std::size_t matters_step = 25;
constexpr std::size_t contacts_step = 26;
constexpr std::size_t keys_change_step = 27;
constexpr std::size_t commands_step = 28;
constexpr std::size_t archive_step = 29;
constexpr std::size_t own_end_step = 31;
constexpr std::size_t keeping_step = 33;
constexpr std::size_t sealed_reminders_step = 34;
constexpr std::size_t unconfirmed_step = 35;
constexpr std::size_t letters_bound_step = 36;
constexpr std::size_t departed_step = 37;
constexpr std::size_t left_teams_step = 38;
constexpr std::size_t tally_step = 39;

constexpr std::int64_t application_id = 0x63617665;  // "cave": PRAGMA application_id of our files

struct Schema {
    std::span<const char* const> steps;  // PRAGMA user_version counts the steps a file has seen
    std::span<const BoundTable> bound;
    // What the steps lead to, as `text_of_schema` writes it: to make it anew for every start would be a third of what a command costs.
    // Where it is left out, or is not what the file has, the steps are run and compared with the file.
    std::string_view whole = {};
};
[[nodiscard]] const Schema& schema_of_this_program();

}  // namespace caveat::storage
