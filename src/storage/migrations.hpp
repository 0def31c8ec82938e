#pragma once
// The schema as a list of steps. A step that was released is never edited; what comes later is a step of its own (O2).
#include <cstdint>
#include <span>

namespace caveat::storage {

constexpr std::int64_t application_id = 0x63617665;  // "cave": PRAGMA application_id of our files

// PRAGMA user_version counts the steps a file has seen.
[[nodiscard]] std::span<const char* const> migrations();

}  // namespace caveat::storage
