#pragma once
// Handing one copy to the relay. A seam: tests give the courier one that fails in every way.
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace caveat::delivery {

struct RelayOptions {
    std::string url = "smtp://127.0.0.1:25";  // smtp://, smtps://, with user:password@ if the relay asks for it
    std::string helo;                         // our name in EHLO
    std::chrono::seconds connect_timeout{30};
    std::chrono::seconds transfer_timeout{300};
    bool require_tls = false;
    std::string ca_file;  // empty: the system's
};

struct Reply {
    enum class Kind : std::uint8_t { sent, deferred, failed } kind = Kind::deferred;
    std::string text;  // the relay's words for this recipient, at most 512 bytes; or what kept us from hearing them
};

// One kept connection, one thread at a time.
class Transport {
public:
    virtual ~Transport() = default;
    // Blocks until the relay has answered for this recipient. `mail_from` empty: the null sender. Never throws on what a relay can do.
    [[nodiscard]] virtual Reply hand_over(const std::string& mail_from, const std::string& rcpt_to, const std::string& message) = 0;
};

using TransportMaker = std::function<std::unique_ptr<Transport>()>;

// libcurl's. Loopback and Unix-socket relays, and TLS with a verified certificate, count as verified (ruling s).
[[nodiscard]] TransportMaker smtp_transport(const RelayOptions& options);
[[nodiscard]] bool is_verified(const RelayOptions& options);

}  // namespace caveat::delivery
