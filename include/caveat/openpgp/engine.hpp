#pragma once
// Sealing to one person (OpenPGP, RFC 3156). A person's key is the armoured text of the register: it is looked at and used where it stands,
// and no keyring is kept that could differ from the register. Nothing is signed: there is no key of ours yet. An Engine belongs to one
// thread; each call runs GnuPG once, some 6 ms, so never on a thread that serves sockets. Errors: errc::temporary, GnuPG cannot be run or
// did not do its work. A fault of a key is not an error but a Fitness. Source: promises K1, K2, K6, K8, K11.
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "caveat/openpgp/fitness.hpp"
#include "caveat/result.hpp"

namespace caveat::openpgp {

struct Key {
    Fitness fitness = Fitness::unreadable;
    std::string armour;       // as the register has it
    std::string fingerprint;  // all of it, in hexadecimal (K8); empty if unreadable
};

class Engine {
public:
    virtual ~Engine() = default;

    // The key of a person with these addresses. Whether it has expired is asked of the clock of now, so ask before each use.
    [[nodiscard]] virtual Result<Key> examine(std::string_view armour, std::span<const std::string> addresses) = 0;

    // A MIME entity in canonical form (CRLF) -> its multipart/encrypted, header and body, for exactly the encryption subkey of `to`: no
    // other reader, not even ourselves (K2), integrity protected (K6). errc::invalid: `to` is not usable.
    [[nodiscard]] virtual Result<std::string> seal(std::string_view entity, const Key& to) = 0;
};

// GnuPG by way of GPGME. In `home`, a folder of the daemon's own user with mode 0700, it makes a GnuPG home of its own at the first call
// and removes it at the end; a public key lies there as a file for the time of a call, plaintext goes through pipes only (K13). The
// operator's ~/.gnupg is never looked at: this sets GNUPGHOME of the process, so call it before there are threads. Runs nothing by itself.
[[nodiscard]] std::unique_ptr<Engine> gnupg(std::filesystem::path home);

}  // namespace caveat::openpgp
