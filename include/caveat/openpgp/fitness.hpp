#pragma once
// What a key is good for. Whatever is not usable gets nothing sealed to it, and nothing goes out in clear instead. Source: promises K1, K8.
#include <array>
#include <cstdint>
#include <string_view>

#include "caveat/community/reason.hpp"

namespace caveat::openpgp {

enum class Fitness : std::uint8_t {
    usable,
    unreadable,     // not exactly one OpenPGP public key
    secret,         // it holds a secret key, which never belongs here
    unsuitable,     // of an algorithm, a size or a number of parts that is not taken (src/openpgp/certificate.hpp)
    revoked,        // by its owner
    expired,        // the key as a whole
    foreign,        // no valid user id of it has an address of the person
    no_encryption,  // none of its subkeys that are in force can encrypt
};
inline constexpr std::array all_fitness{Fitness::usable,  Fitness::unreadable, Fitness::secret,  Fitness::unsuitable,
                                        Fitness::revoked, Fitness::expired,    Fitness::foreign, Fitness::no_encryption};
[[nodiscard]] community::Code code(Fitness fitness);
[[nodiscard]] std::string_view name(Fitness fitness);      // "key_expired", the name of the code: for the journal
[[nodiscard]] std::string_view sentence(Fitness fitness);  // "it has expired": for people

}  // namespace caveat::openpgp
