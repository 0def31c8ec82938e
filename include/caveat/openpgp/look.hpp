#pragma once
// What the packets of a public key tell without GnuPG: algorithms, sizes and the number of its parts (src/openpgp/certificate.hpp). Pure,
// linear in the size of the text, any thread.
#include <string>
#include <string_view>

namespace caveat::openpgp {

// Why nothing can be sealed to this armoured key, whatever its signatures, its expiry and its user ids say; in words, for people. Empty if
// packets alone speak for it.
[[nodiscard]] std::string flaw_of(std::string_view armour);

}  // namespace caveat::openpgp
