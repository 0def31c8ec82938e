#pragma once
// Handing one copy to the relay. Tests give the courier a transport that fails in every way.
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace caveat::delivery {

struct RelayOptions {
    std::string url = "smtp://127.0.0.1:25";  // smtp://, smtps:// with user:password@ if the relay asks for it, or unix:/path/of/socket
    std::string helo;                         // our name in EHLO
    std::chrono::milliseconds connect_timeout{30'000};    // twice that for greeting, EHLO, TLS and AUTH together
    std::chrono::milliseconds transfer_timeout{300'000};  // for each reply, and for each write to get through
    bool require_tls = false;
    std::string ca_file;  // empty: the system's
};

struct TransportOutcome {
    enum class Kind : std::uint8_t { sent, deferred, failed } kind = Kind::deferred;
    std::string text;  // the relay's words for this recipient, at most 512 bytes of printable ASCII; or what kept us from hearing them
    bool unreachable = false;  // deferred before the copy was even named: no connection, or the relay takes nothing from us now
};

// One kept connection, one thread at a time, with SIGPIPE blocked or ignored.
//   sent      2xx after the message
//   failed    5xx to MAIL, RCPT, DATA or the message (RFC 5321 §4.2.1), but not 421 or what speaks of us: 500, 502-504, 530, 538
//   deferred  everything else: 4xx, silence, a lost connection, a relay that greets with 5xx
class Transport {
public:
    virtual ~Transport() = default;
    // Blocks until the relay has replied for this recipient. An empty `mail_from` is the null sender. No fault of a relay makes it throw.
    [[nodiscard]] virtual TransportOutcome hand_over(const std::string& mail_from, const std::string& rcpt_to,
                                                     const std::string& message) = 0;
};

using TransportMaker = std::function<std::unique_ptr<Transport>()>;

// Over libcurl. Throws std::invalid_argument for a URL that is none of the three. Loopback and Unix-socket relays, and TLS with a verified
// certificate, count as verified (ruling s).
[[nodiscard]] TransportMaker smtp_transport(const RelayOptions& options);
[[nodiscard]] bool is_verified(const RelayOptions& options);

}  // namespace caveat::delivery
