#pragma once
// Links to sign in, sessions and commands to confirm that were used or ended: the hash of each stays among those of signatures that counted
// (used_signature), bound by the journal. So a row of before, put back with its seal, opens nothing; Journal::verify names it, and tells if
// its hash was taken out. What is over by its own time leaves none. In the place of the time stands until when it would have opened
// something.
#include <string_view>

namespace caveat::storage {

inline constexpr std::string_view used_up_kind = "used up";

// Of a row with a secret.
inline constexpr std::string_view not_used_up = "NOT EXISTS (SELECT 1 FROM used_signature WHERE digest = hex(secret))";

}  // namespace caveat::storage
