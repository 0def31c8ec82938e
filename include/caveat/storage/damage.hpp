#pragma once
// What a damaged disk, or whoever wrote past this program, has left in the file. Reads the whole file: for `caveat doctor`, not for the
// daemon. Damage is a sentence for the operator here, never an exception; only a file that cannot be had throws Unavailable.
#include <functional>
#include <string>
#include <vector>

#include "caveat/storage/store.hpp"

namespace caveat::storage {

// What a page of the file holds is not what was written: thrown by whatever needs it.
struct Damaged : Broken {
    using Broken::Broken;
};
// Whether that was met since the process began, on any connection. Any thread.
[[nodiscard]] bool damage_was_met() noexcept;

// SQLite's integrity and foreign-key checks (at most 1000 findings each); then what they cannot see, in the tables that no entry of the
// journal vouches for: names and codes that are no text, numbers that name nothing, copies and bodies that were lost. Empty if all is
// sound. What the journal vouches for is Journal::verify's to find.
[[nodiscard]] std::vector<std::string> damage(Store& store);

// Opens a sealed row, given what it was sealed for; false if it does not open.
using Opens = std::function<bool(const Sealed& sealed, const std::string& sealed_for)>;
// The bodies of posts and letters, and what was inside posts, that do not open, a sentence each.
[[nodiscard]] std::vector<std::string> damaged_bodies(Store& store, const Opens& opens);

}  // namespace caveat::storage
