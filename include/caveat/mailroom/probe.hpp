#pragma once
// A letter that caveat sends to itself through the MTA in front, with forged Authentication-Results on it: are they removed on the way
// (RFC 8601 §5, A5)? Its address is made with the master key and is good once, for ten minutes; at any other time it is an address that
// does not exist. What arrives is no post: it is looked at and forgotten, and one entry of the journal says what was seen.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "caveat/mailroom/room.hpp"

namespace caveat::mailroom {

constexpr std::chrono::seconds probe_life{600};

struct Probe {
    std::string address;     // of its sender and of its recipient
    std::string message;     // ready for DATA, CRLF line ends
    std::string subject;     // of the entry in the journal, "probe.arrived"
    std::int64_t after = 0;  // the newest entry when it was made
};
// Writes nothing. A command and the daemon are two processes: what they share is the master key and the database.
[[nodiscard]] Probe make_probe(const Room& room);

// The detail of the entry, a JSON object: "forged", the authserv-ids whose forged field arrived; "mark", one of right | missing | wrong |
// twice, where the MTA has one (Settings::front_mark). None: it has not arrived yet.
[[nodiscard]] std::optional<std::string> arrival_of(const Room& room, const Probe& probe);

}  // namespace caveat::mailroom
