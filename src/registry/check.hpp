#pragma once
// Checks whether the register can hold a census or one row of it. Words are compared with the rule book; nothing is looked up elsewhere.
#include <string>

#include "caveat/community/subject.hpp"
#include "caveat/policy/rulebook.hpp"
#include "caveat/registry/registry.hpp"
#include "problems.hpp"

namespace caveat::registry {

inline constexpr std::size_t most_key = 64 * 1024;  // bytes of an armoured key: GnuPG checks each signature on it whenever it is used

// What can be checked on one row alone.
void check(const community::Team& team, const policy::Rulebook& rules, Problems& problems);
void check(const community::Person& person, std::string_view domain, Problems& problems);
void check(const community::Term& term, const policy::Rulebook& rules, Problems& problems);
void check(const community::List& list, const policy::Rulebook& rules, Problems& problems);
void check(const community::Denial& denial, Problems& problems);

// The whole: every row, every reference, and everything that must be unique.
[[nodiscard]] Problems check(const Census& census, const policy::Rulebook& rules, std::string_view domain);

// Rows as the register keeps and compares them: addresses as mail::canonical_address has them, keys with plain line ends, clearances in
// order.
void make_canonical(community::Team& team);
void make_canonical(community::Person& person);
void make_canonical(Census& census);

}  // namespace caveat::registry
