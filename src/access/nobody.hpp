#pragma once
// Whom a letter is written and sealed to that nobody will get, so that asking for a stranger takes the same work (A7).
#include <string_view>

#include "caveat/community/people.hpp"

namespace caveat::access {

[[nodiscard]] community::Person nobody();
// In force since 2020 and without end. Its secret half was thrown away; nothing that is sealed to it is kept either.
[[nodiscard]] std::string_view nobodys_key();

}  // namespace caveat::access
