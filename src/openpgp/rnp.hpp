#pragma once
// librnp encrypts to many readers what GnuPG has signed, in a runner of its own (keeper.hpp) where nothing else is: no agent, no secret
// key. Its library is loaded there and in no process of ours, so that whatever a key does to it ends with that runner. Whether a key is
// good at all is GnuPG's judgement (engine.hpp); here the part of it that is sealed to is found, and what has lapsed is not taken. Source:
// https://www.rnpgp.org, version 0.16.
#include <chrono>
#include <filesystem>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "caveat/result.hpp"
#include "errands.hpp"

namespace caveat::openpgp {

class Rnp {
public:
    // As own_keys.hpp says of forking, of threads and of the log.
    Rnp(std::filesystem::path home, std::chrono::milliseconds deadline, Errands::Log log);

    // It was ended over its work a moment ago: a key over which it ends must not have everybody wait for the deadline each time.
    [[nodiscard]] bool rests() const;

    // The packets of a signed message, sealed with AES-256 and integrity protection (SEIPDv1). `readers`: a fingerprint and the packets of
    // a key in turn. To all of them, or errc::temporary: the library cannot be used, or does not take a key; the log says which, once.
    [[nodiscard]] Result<std::string> seal(std::string_view packets, std::span<const std::string_view> readers);

private:
    using Moment = std::chrono::steady_clock::time_point;

    void tell(const std::string& trouble);

    Errands errands_;
    Errands::Log log_;
    mutable std::mutex one_at_a_time_;
    std::optional<Moment> rests_until_;
    std::string in_the_log_;  // the last trouble; none since it did its work
};

}  // namespace caveat::openpgp
