#pragma once
// Opens what came to our lists, with a key of ours, and verifies it with people's keys as the register has them. As own_keys.hpp: a keeper
// and a runner of its own, beside the one that seals, so that neither waits for the other; a throw-away home, in which only the secret keys
// are not its own. Source: promises K3, K4, K6, K12.
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "caveat/openpgp/own_keys.hpp"
#include "caveat/openpgp/reader.hpp"

namespace caveat::openpgp {

// What one message is read with, and with nothing else.
struct ReadingKeys {
    std::vector<OwnKey> own;        // of the list it came to; none: nothing can be opened
    std::vector<ReaderKey> people;  // whose signatures are known
};

class Opener {
public:
    virtual ~Opener() = default;
    // For the thread that asks for it, and not for longer than the opener lives.
    [[nodiscard]] virtual std::unique_ptr<Reader> with(ReadingKeys keys) = 0;
};

// `home`, forking, threads and the log: as own_keys().
[[nodiscard]] std::unique_ptr<Opener> opener(std::filesystem::path home, std::chrono::milliseconds deadline,
                                             std::function<void(std::string_view)> log = {});

}  // namespace caveat::openpgp
