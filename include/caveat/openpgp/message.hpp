#pragma once
// An encrypted OpenPGP message taken apart and put together for one reader. Pure, linear in its size, any thread. Source: RFC 9580 §10.3
// (messages), §5.1 (session keys), §5.13.1 (integrity protected data), §6 (armour); RFC 3156 §4.
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/result.hpp"

namespace caveat::openpgp {

inline constexpr std::size_t most_session_keys = 1000;

struct SessionKey {
    std::string key_id;      // of the subkey it is for: 16 hexadecimal digits in upper case
    std::string_view whole;  // the packet, with its header
};

// Views into the message.
struct TakenApart {
    std::vector<SessionKey> session_keys;
    std::string_view data;  // the packet of the integrity protected data, to the end of the message
};

// errc::invalid: anything but session keys of version 3 and then data of version 1 with integrity protection, whole and with nothing behind
// it. A password among the ways to open it is such a thing.
[[nodiscard]] Result<TakenApart> take_apart(std::string_view message);

// Names nobody: programs try every key they have (§5.1.8). Text that is no packet of take_apart comes back as it is.
[[nodiscard]] std::string without_key_id(std::string_view session_key);

// Whether GnuPG may be asked to open it: with an id that is hidden it tries every secret key, each time, so of those there are at most
// 16, and most_session_keys of all. A message in armour or as it is; false for what cannot be read as either.
[[nodiscard]] bool may_be_tried(std::string_view message);

// The multipart/encrypted, header and body, of the message that these two packets make; behind `before`.
[[nodiscard]] std::string entity_of(std::string_view session_key, std::string_view data, std::string_view before = {});

}  // namespace caveat::openpgp
