#pragma once
// Opening and verifying with the keys of a GnuPG home: facts, no judgement. Each call runs GnuPG, at most for the deadline: never in a
// transaction, nor on a thread that serves sockets or writes. Nothing of a plaintext touches the disk here, and none is given back where
// anything was wrong with it (K6). Source: promises K3, K4, K6.
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/clock.hpp"
#include "caveat/result.hpp"

namespace caveat::openpgp {

struct SeenSignature {
    bool valid = false;  // good, by a key that is known, not revoked, and not expired
    std::string signer;  // fingerprint of the primary key; empty unless valid
    Instant made{};
    std::string unknown = {};  // what names its key, if that is not known: a fingerprint or a key id, of a subkey perhaps
    std::string key_id = {};   // of the key that it says made it, of a subkey perhaps; empty where it is bad, whoever has which keys
};

struct Read {
    std::string plain;  // of what was encrypted or clear-signed
    std::vector<SeenSignature> signatures;
};

class Reader {
public:
    virtual ~Reader() = default;
    // errc::invalid: it cannot be opened with these keys, or is not whole; in one sentence, whatever was wrong, so that it tells nobody
    // what (no oracle). errc::limit: what is inside is larger than `most`. errc::temporary: GnuPG could not be run.
    // errc::denied: GnuPG was ended over it, twice, and does its work otherwise; in words. It is not to be asked about that again.
    [[nodiscard]] virtual Result<Read> open(std::string_view ciphertext, std::size_t most) = 0;
    // A detached signature, armoured or not.
    [[nodiscard]] virtual Result<Read> verify(std::string_view signed_bytes, std::string_view signature) = 0;
    // A clear-signed block.
    [[nodiscard]] virtual Result<Read> verify_block(std::string_view block, std::size_t most) = 0;
};

// With a home as people have it, whose agent is started where none runs. It forks a keeper (src/openpgp/keeper.hpp): call it while there is
// one thread.
[[nodiscard]] std::unique_ptr<Reader> reader(std::filesystem::path home, std::chrono::milliseconds deadline);

}  // namespace caveat::openpgp
