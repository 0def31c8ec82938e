#pragma once
// A copy as a relay can take it, from what the relay offered in its reply to EHLO. Pure.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "caveat/delivery/transport.hpp"

namespace caveat::delivery {

struct Offer {
    bool told = true;         // false: the relay refused EHLO and took HELO, so what it offers is not known
    bool pipelining = false;  // RFC 2920
    bool eight_bits = false;  // 8BITMIME, RFC 6152
    bool utf8 = false;        // SMTPUTF8, RFC 6531
    bool starttls = false;    // RFC 3207
    bool reports = false;     // DSN, RFC 3461
    std::uint64_t size = 0;   // RFC 1870: the largest message in octets; 0: none is named
    std::string auth;         // the mechanisms of AUTH (RFC 4954), a blank between two

    void take(std::string_view line);  // a line of the reply, behind "250-"
};

struct Fitted {
    std::string mail_from, rcpt_to;
    std::string_view message;  // one of the shipment's forms
    bool other_lines = false;  // of that form: mail::has_other_lines
    bool says_eight_bits = false, says_utf8 = false;
    std::optional<TransportOutcome> refusal;  // it cannot be sent to this relay, and why
};
[[nodiscard]] Fitted fit(const Offer& offer, const std::string& mail_from, const std::string& rcpt_to, const mailroom::Shipment& message);

}  // namespace caveat::delivery
