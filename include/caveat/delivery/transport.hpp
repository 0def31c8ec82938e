#pragma once
// Handing one copy to the relay. Tests give the courier a transport that fails in every way.
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "caveat/delivery/waiting.hpp"
#include "caveat/mailroom/outbox.hpp"

namespace caveat::delivery {

struct RelayOptions {
    std::string url = "smtp://127.0.0.1:25";  // smtp://, smtps:// with user:password@ if the relay asks for it, or unix:/path/of/socket
    std::string helo;                         // our name in EHLO
    std::chrono::milliseconds connect_timeout{30'000};    // twice that for greeting, EHLO, TLS and AUTH together
    std::chrono::milliseconds transfer_timeout{300'000};  // for each reply, and for each write to get through
    // From the answer of policy to the relay's 354 at most; then the message is not given, though the relay would take it (A2).
    std::chrono::milliseconds latest_data{10'000};
    bool require_tls = false;
    std::string ca_file;  // empty: the system's
};

// Where the reason lies that a copy was not taken.
enum class Fault : std::uint8_t {
    passing,  // it will go away: 4xx, silence, a lost connection
    reader,   // the relay says no to this one
    address,  // it cannot be written to this relay, which has not heard of it
    message,  // too large, or of a kind or content that is not taken, whoever the reader is
    relay,    // what the relay holds against us, or does not understand: nobody's but the operator's to put right
};

struct TransportOutcome {
    enum class Kind : std::uint8_t { sent, deferred, failed, stale } kind = Kind::deferred;
    std::string text;  // the relay's words for this recipient, at most 512 bytes of printable ASCII; or what kept us from hearing them
    bool line_stops = false;  // deferred, and another copy would fare the same: no connection, or the relay takes nothing from us now
    Fault fault = Fault::passing;
};

// The copy that follows on the same connection. Where the relay offers PIPELINING its commands go out together with the end of the
// message before it (RFC 2920 §3.1), and its own hand-over begins with their replies: one wait a copy instead of two.
struct Envelope {
    std::string mail_from, rcpt_to;
    std::shared_ptr<const mailroom::Shipment> message;  // which is not given before its own hand-over
};
using NextEnvelope = std::function<std::optional<Envelope>()>;  // none: nobody waits, or it may yet go to another hand

// One kept connection, one thread at a time, with SIGPIPE blocked or ignored; made, used and destroyed where its Waiting waits.
//   sent      2xx after the message
//   failed    what a refusal says of this reader or of this message; also what the relay does not offer in its reply to EHLO and the copy
//             needs: nothing of it is sent then. Deferred where EHLO was refused and HELO taken: nobody knows then what is offered
//   deferred  everything else: 4xx, silence, a lost connection, a refusal of ourselves. Which 5xx means what: src/delivery/verdict.cpp.
//             Also a relay that was ready for the message only later than RelayOptions::latest_data: it is hung up on instead.
//   stale     when the connection stood, the answer of policy was older than mailroom::fresh_for: nothing of this copy was sent, policy is
//             to be asked again, and the connection is kept for it (A2)
// Where DSN is offered (RFC 3461), reports are asked to hold the header only.
// Without SMTPUTF8 a domain is written as its A-label and the header in ASCII; without 8BITMIME the message is converted
// (mail/seven_bit.hpp).
class Transport {
public:
    virtual ~Transport() = default;
    // Returns when the relay has replied for this recipient. An empty `mail_from` is the null sender. `asked`: when policy said that the
    // reader may receive it. `next` is asked at most once, when the message is about to be given, and not where the relay is slow. No
    // fault of a relay makes it throw.
    [[nodiscard]] virtual TransportOutcome hand_over(const std::string& mail_from, const std::string& rcpt_to,
                                                     const mailroom::Shipment& message, mailroom::Copy::Moment asked,
                                                     const NextEnvelope& next) = 0;
    // The copy whose envelope was given ahead does not come: the relay is hung up on, as DATA cannot be taken back.
    virtual void take_back_envelope() = 0;
};

using TransportMaker = std::function<std::unique_ptr<Transport>(Waiting&)>;  // the Waiting outlives it

// Over libcurl. Throws std::invalid_argument for a URL that is none of the three. Loopback and Unix-socket relays, and TLS with a verified
// certificate, count as verified (ruling s).
[[nodiscard]] TransportMaker smtp_transport(const RelayOptions& options);
[[nodiscard]] bool is_verified(const RelayOptions& options);

// What a relay says when it is only asked: up to MAIL, which is taken back.
struct RelayTrial {
    bool reached = false;     // name, connection, TLS, EHLO and AUTH are fine
    bool takes_mail = false;  // MAIL too
    std::string words;        // the relay's, or what went wrong
    bool eight_bits = false, utf8 = false;
    std::uint64_t size = 0;  // the largest message in octets; 0: it names none
};
[[nodiscard]] RelayTrial try_relay(const RelayOptions& options, const std::string& mail_from);

}  // namespace caveat::delivery
