#pragma once
// Sockets for Sessions: TCP and Unix listeners on one Asio io_context, the `net` thread. A session's failure ends that session only.
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "caveat/smtp/session.hpp"

namespace caveat::smtp {

struct Endpoint {
    std::string address;  // "127.0.0.1:8024", "[::1]:8024" or "unix:/run/caveat/lmtp.sock" (mode 0660)
    Protocol protocol = Protocol::lmtp;
};

struct ListenerOptions {
    std::vector<Endpoint> endpoints;
    SessionOptions session;                    // the protocol is the endpoint's
    std::chrono::seconds command_timeout{300};  // RFC 5321 §4.5.3.2.7
    std::chrono::seconds data_timeout{600};
    std::size_t max_connections = 200;         // then 421 and close
};

// Hands a submission to the desk; `done` is called once, from any thread.
using Accept = std::function<void(mailroom::Submission, std::function<void(std::vector<mailroom::Received>)> done)>;

class Listener {
public:
    // Binds. Throws std::runtime_error naming the address that cannot be had.
    Listener(ListenerOptions options, Accept accept, std::function<void(std::string_view)> log);
    ~Listener();

    void run();   // serves until stop()
    void stop();  // any thread: no new connections, open sessions get 421 when they next wait
    [[nodiscard]] std::vector<std::string> bound() const;  // the addresses in use, with the ports the system chose for port 0

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace caveat::smtp
