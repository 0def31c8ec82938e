#pragma once
// An encrypted OpenPGP message taken apart and put together for one reader, and what of a mail GnuPG may see. Pure, linear in its size, any
// thread. Source: promise K1, RFC 9580 §10.3 (messages), §5.1 (session keys), §5.2 (signatures), §5.13.1 (integrity protected data), §6
// (armour), §7 (clear-signed text); RFC 3156 §4.
#include <cstddef>
#include <list>
#include <optional>
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

// ---- what GnuPG is given of a mail: looked at first, as keys are, and without the armour it came in. None: it is not asked about it.

// Session keys, and then one packet of data with integrity protection, in armour or as it is. With an id that is hidden GnuPG tries every
// secret key, each time, so of those there are at most 16, and most_session_keys of all.
[[nodiscard]] std::optional<std::string> message_for_gnupg(std::string_view message);

// The octets of its data: the same in whatever armour they come, in whatever pieces, and behind whomever's session keys; nobody who lacks
// the session key makes others of them. Of what message_for_gnupg lets through; of anything else what is there.
[[nodiscard]] std::string encrypted_data_of(std::string_view message);

inline constexpr std::size_t most_signatures_of_a_mail = 8;
inline constexpr std::size_t longest_signature = 64U << 10;  // bytes, without armour: all of them
// A detached signature: packets of signatures and no other, because compressed data or what GnuPG skips may be of any size behind it.
[[nodiscard]] std::optional<std::string> signature_for_gnupg(std::string_view signature);
// A clear-signed block (RFC 9580 §7) whose signature is such a one, put into an armour of ours; no other armour begins in its text.
[[nodiscard]] std::optional<std::string> block_for_gnupg(std::string_view block);

// The multipart/encrypted, header and body, of the message that these two packets make; behind `before`.
[[nodiscard]] std::string entity_of(std::string_view session_key, std::string_view data, std::string_view before = {});

// The same for one reader of the data after another: what is alike in all of them is armoured once.
class SharedArmour {
public:
    SharedArmour() : SharedArmour(std::string()) {}
    explicit SharedArmour(std::string data);
    SharedArmour(SharedArmour&&) noexcept;
    SharedArmour& operator=(SharedArmour&&) noexcept;
    ~SharedArmour();

    [[nodiscard]] std::string entity(std::string_view before, std::string_view session_key);
    [[nodiscard]] std::size_t size() const;  // bytes that it holds

private:
    struct Lines;
    static constexpr std::size_t most_kept = 4;     // lengths of session keys
    static constexpr std::size_t large = 1U << 20;  // bytes of data: then lines are kept for the last length alone

    [[nodiscard]] const Lines& lines_from(std::size_t begins);

    std::string data_;
    std::list<Lines> lines_;
};

}  // namespace caveat::openpgp
