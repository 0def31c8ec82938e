#pragma once
// The key to which a letter is sealed that nobody will get, so that a reader without a key costs the same work (A7); also what `doctor`
// seals to, to see GnuPG work.
#include <string_view>

namespace caveat::openpgp {

// In force since 2020 and without end. Its secret half was thrown away; nothing that is sealed to it is kept either.
[[nodiscard]] std::string_view nobodys_key();

}  // namespace caveat::openpgp
