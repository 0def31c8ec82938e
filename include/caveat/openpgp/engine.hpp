#pragma once
// Sealing to one person (OpenPGP, RFC 3156). A person's key is the armoured text of the register: it is looked at and used where it stands,
// and no keyring is kept that could differ from the register. Nothing is signed here (openpgp/signed.hpp). Each call looks at the key's
// packets (src/openpgp/certificate.hpp), then runs GnuPG once, 6 ms and at most the deadline: never in a transaction, nor on a thread that
// serves sockets or writes. Errors: errc::temporary, GnuPG cannot be run, was late or did not do its work. A fault of a key is not an error
// but a Fitness. Source: promises K1, K2, K6, K8, K11.
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "caveat/clock.hpp"
#include "caveat/openpgp/fitness.hpp"
#include "caveat/result.hpp"

namespace caveat::openpgp {

struct Key {
    Fitness fitness = Fitness::unreadable;
    std::string armour;                        // as the register has it
    std::string fingerprint;                   // all of it, in hexadecimal (K8); empty if unreadable
    std::string because = {};                  // what is unsuitable or unreadable about it, in words; may be empty
    std::string algorithm = {};                // "cv25519", of the subkey that sealing would use; may be empty
    std::optional<Instant> usable_until = {};  // none: it has no end
};
[[nodiscard]] std::string explain(const Key& key);  // the sentence of its fitness, with what lies behind it

class Engine {
public:
    virtual ~Engine() = default;

    // The key of a person with these addresses. Whether it has expired is asked of the clock of now, so ask before each use.
    [[nodiscard]] virtual Result<Key> examine(std::string_view armour, std::span<const std::string> addresses) = 0;

    // A MIME entity in canonical form (CRLF) -> its multipart/encrypted, header and body, for exactly the encryption subkey of `to`: no
    // other reader, not even ourselves (K2), integrity protected (K6). errc::invalid: `to` is not usable.
    [[nodiscard]] virtual Result<std::string> seal(std::string_view entity, const Key& to) = 0;
};

// GnuPG by way of GPGME, in processes of its own, which are killed when a call takes longer than `deadline` and when this process is gone
// (src/openpgp/keeper.hpp). In `home`, a folder of the daemon's own user with mode 0700, it makes a GnuPG home of its own at the first call
// and removes it at the end; what a killed process left there is removed now. A public key lies there as a file for the time of a call,
// plaintext goes through pipes only (K13). The operator's ~/.gnupg is never looked at. Any thread may call it, one waits for the other.
// This forks, so call it before there are threads, and before there is anything in memory that another process should not have: the
// keeper gets a copy of it. Of the descriptors that are open it keeps none but its socket to this process, and what it starts gets not even
// that. If the keeper is killed, every call fails until the program is started again.
// With a `log`, words of trouble go there, each once until a call succeeds, since they name paths of this host; an error then says only
// that GnuPG cannot be asked now. Without one they are the error's. It is called on the caller's thread.
inline constexpr std::chrono::milliseconds gnupg_deadline{10'000};
[[nodiscard]] std::unique_ptr<Engine> gnupg(std::filesystem::path home, std::chrono::milliseconds deadline = gnupg_deadline,
                                            std::function<void(std::string_view)> log = {});

}  // namespace caveat::openpgp
