#pragma once
// What a relay's reply means: whose the reason is, and what becomes of the copy. Pure.
#include <string_view>

#include "caveat/delivery/transport.hpp"

namespace caveat::delivery {

enum class Phase : std::uint8_t {
    opening,  // greeting, EHLO, STARTTLS, AUTH
    mail,
    null_mail,  // MAIL with the null sender, which some relays take from nobody (RFC 5321 §4.5.5 notwithstanding)
    rcpt,
    data,
    message,  // after the final dot
};

struct Verdict {
    Fault fault = Fault::passing;
    bool line_stops = false;
    bool operator==(const Verdict&) const = default;

    // What the reader or the message is to blame for stays so; for the rest there will be another time.
    [[nodiscard]] bool is_final() const { return fault == Fault::reader || fault == Fault::message; }
};

// Of a reply that is no success. `code` 0: none came. `words` begin with the code; an enhanced status (RFC 3463) behind it is looked at.
[[nodiscard]] Verdict verdict_of(Phase phase, int code, std::string_view words);

}  // namespace caveat::delivery
