#pragma once
// What the packets of a public key tell without GnuPG: algorithms, sizes and the number of its parts (src/openpgp/certificate.hpp). Pure,
// linear in the size of the text, any thread.
#include <span>
#include <string>
#include <string_view>

namespace caveat::openpgp {

// Why nothing can be sealed to this armoured key, whatever its signatures, its expiry and its user ids say; in words, for people. Empty if
// packets alone speak for it.
[[nodiscard]] std::string flaw_of(std::string_view armour);

// Its user ids are all of other addresses than these. Nobody has checked their signatures, so that "no" says nothing.
[[nodiscard]] bool is_of_others(std::string_view armour, std::span<const std::string> addresses);

// Of its primary key: 40 hexadecimal digits; empty if it cannot be read. GnuPG takes no armour with two primary keys, so that a key that
// can be used and says this one is this one.
[[nodiscard]] std::string fingerprint_in(std::string_view armour);

// It, or a subkey of it, has this id: a fingerprint or the last 16 digits of one.
[[nodiscard]] bool is_named(std::string_view armour, std::string_view id);

}  // namespace caveat::openpgp
