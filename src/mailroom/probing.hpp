#pragma once
// The arrival of a probe (caveat/mailroom/probe.hpp).
#include <optional>
#include <string>
#include <string_view>

#include "caveat/mail/message.hpp"
#include "caveat/mailroom/probe.hpp"

namespace caveat::mailroom {

struct OpenProbe {
    std::string subject;
    std::string nonce;  // stands in what is forged, and nowhere else
};
// None: no address of a probe, or it came already, or too late.
[[nodiscard]] std::optional<OpenProbe> open_probe(const Room& room, std::string_view rcpt_to, Instant now);

// The detail of its entry. `headers` as they came.
[[nodiscard]] std::string seen_of(const Room& room, const OpenProbe& probe, const mail::HeaderBlock& headers);

}  // namespace caveat::mailroom
