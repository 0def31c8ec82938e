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

// Two copies of one key, as GnuPG's import makes one of them: every user id, subkey and own signature that either has, so that a revocation
// or a later end is not undone by an older copy. As it stands where one has all of the other, `other` where both have. Whether a signature
// is good GnuPG says. Empty: they are not one key, or one cannot be read.
[[nodiscard]] std::string joined(std::string_view known, std::string_view other);

// It holds a revocation of the key as a whole that names the key itself as its issuer; nobody has checked it.
[[nodiscard]] bool says_revoked(std::string_view armour);
// Of two copies of one key: the last signature in the other was made later. Nobody has checked them either.
[[nodiscard]] bool is_older(std::string_view copy, std::string_view than);

// It, or a subkey of it, has this id: a fingerprint or the last 16 digits of one.
[[nodiscard]] bool is_named(std::string_view armour, std::string_view id);

}  // namespace caveat::openpgp
