#pragma once
// The keys of our own lists, and one message sealed to many readers. A list's secret half lies in `home`/lists, in gpg-agent's form, and
// nowhere else (K12); nothing of people lies there. Each call runs GnuPG, at most for the deadline: never in a transaction, nor on a thread
// that serves sockets or writes. Errors: errc::temporary, GnuPG cannot be run, was late or did not do its work; nothing is ever given back
// in clear instead. Source: promises K1, K2, K6, K11, K12.
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/clock.hpp"
#include "caveat/openpgp/message.hpp"
#include "caveat/result.hpp"

namespace caveat::openpgp {

struct OwnKey {
    std::string fingerprint;                   // 40 hexadecimal digits
    std::string armour;                        // the public half
    std::optional<Instant> usable_until = {};  // none: it has no end
};

// A person's key as the register has it, and the fingerprint that was seen when it was looked at: another one is not sealed to.
struct ReaderKey {
    std::string fingerprint;
    std::string armour;
};

// A message to many readers in its parts. Each copy takes one of the session keys and the data, so that no copy names another reader (K2).
struct Slice {
    std::string data;                                      // one packet, signed by the list inside
    std::vector<std::optional<std::string>> session_keys;  // a packet for each reader, as they were given; none: the key failed
};

class OwnKeys {
public:
    virtual ~OwnKeys() = default;

    // Held by whoever makes keys, in this process or another, from the look whether there is one until it is on record. errc::temporary:
    // somebody else has it for longer than the deadline.
    [[nodiscard]] virtual Result<std::shared_ptr<void>> alone() = 0;
    // A new one: ed25519 with cv25519, its user id is the address, without a passphrase. `life` 0: without an end. It is on the disk.
    [[nodiscard]] virtual Result<OwnKey> make(std::string_view address, std::chrono::seconds life) = 0;

    // A detached signature with SHA-256, armoured, over a text whose line ends may be changed on the way (RFC 9580 §5.2.1, type 0x01).
    [[nodiscard]] virtual Result<std::string> sign(std::string_view text, const OwnKey& signer) = 0;

    // A MIME entity in canonical form (CRLF), signed by `signer` with SHA-256 and sealed with AES-256 and integrity protection (SEIPDv1),
    // whatever the keys prefer. At most `most_in_a_slice` readers. A key that GnuPG does not take fails alone.
    [[nodiscard]] virtual Result<Slice> seal(std::string_view entity, const OwnKey& signer, std::span<const ReaderKey> readers) = 0;
};
inline constexpr std::size_t most_in_a_slice = 250;

// As `gnupg` in engine.hpp, by a keeper and a runner of its own: the same is to be said of forking, of threads and of the log. The runner
// has a throw-away home with the readers' keys and an agent that ends with it, so that no lock of GnuPG ever lies beside the secret keys.
[[nodiscard]] std::unique_ptr<OwnKeys> own_keys(std::filesystem::path home, std::chrono::milliseconds deadline,
                                                std::function<void(std::string_view)> log = {});

}  // namespace caveat::openpgp
