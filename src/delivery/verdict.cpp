// RFC 5321 §4.2.1 lets 5xx mean "do not try this again". It does not say for whom: what a relay says about us (a sender that it does not
// like, a password that expired, an address of ours on somebody's list) is no verdict on a reader, and must not fail a whole list in a
// second. So only what is plainly about a reader or a message is final.
#include "verdict.hpp"

#include <algorithm>
#include <array>

#include "caveat/ascii.hpp"

namespace caveat::delivery {
namespace {

struct VerdictRow {
    Phase phase{};
    int first = 0, last = 0;    // codes
    std::string_view status{};  // the enhanced status, or how it begins; empty: any or none
    Verdict verdict{};
};

constexpr Verdict passing{Fault::passing, false};
constexpr Verdict line_is_down{Fault::passing, true};
constexpr Verdict about_us{Fault::relay, true};
// After the dot a reason that is neither the reader's nor the message's may still be this message's; and at RCPT a rule may be about us or
// about this reader alone. Were the line to stop, one such copy would keep all others; were it final, a relay that begins to dislike us
// would fail a whole list. So each copy is tried again until its patience is over.
constexpr Verdict unclear{Fault::relay, false};
constexpr Verdict about_reader{Fault::reader, false};
constexpr Verdict about_message{Fault::message, false};

// The first that matches counts; what none matches is passing.
constexpr std::array table{
    VerdictRow{Phase::opening, 500, 599, "", about_us},
    VerdictRow{Phase::opening, 0, 499, "", line_is_down},

    VerdictRow{Phase::mail, 500, 599, "", about_us},
    VerdictRow{Phase::mail, 421, 421, "", line_is_down},
    VerdictRow{Phase::mail, 0, 0, "", line_is_down},

    VerdictRow{Phase::null_mail, 500, 599, "", unclear},  // list mail has a sender, and goes on
    VerdictRow{Phase::null_mail, 421, 421, "", line_is_down},
    VerdictRow{Phase::null_mail, 0, 0, "", line_is_down},

    VerdictRow{Phase::rcpt, 500, 500, "", about_us},  // our commands
    VerdictRow{Phase::rcpt, 502, 504, "", about_us},
    VerdictRow{Phase::rcpt, 530, 530, "", about_us},  // who we are (RFC 4954 §6)
    VerdictRow{Phase::rcpt, 535, 535, "", about_us},
    VerdictRow{Phase::rcpt, 538, 538, "", about_us},
    VerdictRow{Phase::rcpt, 500, 599, "5.7.8", about_us},
    VerdictRow{Phase::rcpt, 500, 599, "5.7.9", about_us},
    // Postfix, by default (smtpd_delay_reject), refuses client, name and sender only here.
    VerdictRow{Phase::rcpt, 500, 599, "5.1.7", about_us},  // our sender address (RFC 3463 §3.2)
    VerdictRow{Phase::rcpt, 500, 599, "5.1.8", about_us},
    VerdictRow{Phase::rcpt, 500, 599, "5.7.", unclear},  // "client host blocked", "not owned by user", or "not to this one from you"
    VerdictRow{Phase::rcpt, 500, 599, "", about_reader},

    VerdictRow{Phase::data, 500, 599, "5.3.4", about_message},
    VerdictRow{Phase::data, 500, 599, "5.6.", about_message},
    VerdictRow{Phase::data, 552, 552, "", about_message},
    VerdictRow{Phase::data, 500, 599, "", about_us},

    VerdictRow{Phase::message, 500, 500, "", about_us},
    VerdictRow{Phase::message, 502, 504, "", about_us},
    VerdictRow{Phase::message, 530, 530, "", about_us},
    VerdictRow{Phase::message, 535, 535, "", about_us},
    VerdictRow{Phase::message, 538, 538, "", about_us},
    VerdictRow{Phase::message, 500, 599, "5.7.8", about_us},
    VerdictRow{Phase::message, 500, 599, "5.7.9", about_us},
    VerdictRow{Phase::message, 500, 599, "5.7.60", about_us},  // Exchange: may not send as this sender
    VerdictRow{Phase::message, 500, 599, "5.1.7", about_us},
    VerdictRow{Phase::message, 500, 599, "5.1.8", about_us},
    VerdictRow{Phase::message, 500, 599, "5.1.", about_reader},  // some relays look at the mailbox only now
    VerdictRow{Phase::message, 500, 599, "5.2.", about_reader},
    VerdictRow{Phase::message, 500, 599, "5.3.4", about_message},
    VerdictRow{Phase::message, 500, 599, "5.6.", about_message},
    VerdictRow{Phase::message, 500, 599, "5.7.", about_message},
    VerdictRow{Phase::message, 500, 599, "5.3.", unclear},
    VerdictRow{Phase::message, 500, 599, "5.4.", unclear},
    VerdictRow{Phase::message, 552, 552, "", about_message},
    VerdictRow{Phase::message, 550, 550, "", about_message},  // "for policy reasons" (RFC 5321 §4.3.2)
    VerdictRow{Phase::message, 500, 599, "", unclear},
};

// "550 5.1.1 no such user", also of a reply of many lines, where a hyphen follows the code.
bool has_status(std::string_view words, std::string_view status) {
    if (status.empty()) return true;
    words.remove_prefix(std::min<std::size_t>(4, words.size()));
    if (!words.starts_with(status)) return false;
    const auto rest = words.substr(status.size());
    return status.ends_with('.') || rest.empty() || !ascii::is_digit(rest.front());
}

}  // namespace

Verdict verdict_of(Phase phase, int code, std::string_view words) {
    const auto row = std::find_if(table.begin(), table.end(), [&](const VerdictRow& r) {
        return r.phase == phase && code >= r.first && code <= r.last && has_status(words, r.status);
    });
    return row == table.end() ? passing : row->verdict;
}

}  // namespace caveat::delivery
