#pragma once
// Sockets for Sessions: TCP and Unix listeners on one Asio io_context, the `net` thread. A session's failure ends that session only.
// run() is that thread; the constructor, bound() before run() and stop() may be anywhere. Every wait has a deadline, connections have a
// limit. The log is called on the net thread and gets session numbers, counts and codes, never an address or a message (O5).
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "caveat/smtp/session.hpp"
#include "caveat/sockets/network.hpp"

namespace caveat::smtp {

struct Endpoint {
    std::string address;  // "127.0.0.1:8024", "[::1]:8024" (IPv6 only) or "unix:/run/caveat/lmtp.sock" (mode 0660; a stale one is replaced)
    Protocol protocol = Protocol::lmtp;
};

// 127.0.0.0/8 and ::1.
[[nodiscard]] std::vector<sockets::Network> loopback();

struct ListenerOptions {
    std::vector<Endpoint> endpoints;
    // Who may hand in mail over TCP; others read 554 and are gone. What an MTA in front has not seen may bear any Authentication-Results.
    // Who reaches a Unix socket is for the modes of its file and folder to say.
    std::vector<sockets::Network> peers = loopback();
    SessionOptions session;                                                // the protocol is the endpoint's
    std::chrono::milliseconds command_timeout{std::chrono::seconds(300)};  // for each whole command; RFC 5321 §4.5.3.2.7
    std::chrono::milliseconds data_timeout{std::chrono::seconds(600)};     // silence within a message, and then of the mailroom
    std::chrono::milliseconds message_timeout{std::chrono::hours(1)};      // for a whole message, however steadily it comes
    // Then 421 and close. The last tenth is for peers that have fewer than nine tenths of them.
    std::size_t max_connections = 200;
    // In a door that is full, whoever has been longest without a message makes place for who comes, if for so long; else that one is told
    // to come again. Time within a message does not count, unless for so long it has come slower than that many bytes a second on average.
    std::chrono::milliseconds idle_when_full{std::chrono::seconds(1)};
    std::chrono::milliseconds trickle_when_full{std::chrono::seconds(60)};
    std::size_t trickle = 100;
    // Bytes of messages, from the first to the mailroom's reply, over all connections; one peer gets three quarters of them. Then 452.
    std::size_t max_intake = 128 * 1024 * 1024;
};

// Hands a submission to the desk, on the net thread: must not block. `done` is called once, from any thread, even after the session or the
// Listener is gone. If it throws, or `done` never comes, the client is told to try again.
using Accept = std::function<void(mailroom::Submission, std::function<void(std::vector<mailroom::Received>)> done)>;

class Listener {
public:
    // Binds. Throws std::runtime_error naming the address that cannot be had.
    Listener(ListenerOptions options, Accept accept, std::function<void(std::string_view)> log);
    ~Listener();

    void run();   // serves until stop(); once. Throws when a door cannot go on (out of memory)
    void stop();  // any thread: no new connections, open sessions get 421 when they next wait; run() returns within two seconds
    [[nodiscard]] std::vector<std::string> bound() const;  // the addresses in use, with the ports the system chose for port 0

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace caveat::smtp
