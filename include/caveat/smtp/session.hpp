#pragma once
// The server side of SMTP (RFC 5321) and LMTP (RFC 2033) without a socket: bytes in, replies out. Fuzzed as it stands.
// Strict: commands and data lines end in CRLF, a bare CR or LF gets one reply and the connection ends (S1). Nothing here knows
// which addresses exist: every recipient of our domain is taken, and judged after DATA (A7).
// One thread at a time. Memory is bounded by the options and by what is fed at once; nothing throws but std::bad_alloc.
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/mailroom/mailroom.hpp"

namespace caveat::smtp {

enum class Protocol { smtp, lmtp };

class Intake;  // src/smtp

struct SessionOptions {
    Protocol protocol = Protocol::lmtp;
    std::string host_name = "localhost";  // in the greeting; no list name (item 65)
    std::string domain;                   // whose recipients we take
    std::size_t max_message = 25 * 1024 * 1024;
    std::size_t max_recipients = 100;     // a transaction
    std::size_t max_command_line = 2048;  // octets with CRLF; RFC 5321 §4.5.3.1.4 asks for 512 and room for extensions
    std::size_t max_data_line = 0;        // octets with CRLF; 0: no limit but the message's
    std::size_t max_errors = 10;          // since the last message; then 421
    std::size_t max_transactions = 1000;  // a connection, then 421
    std::shared_ptr<Intake> intake = {};  // the memory all sessions share: beyond it 452; none: no limit but each message's own
};

class Session {
public:
    Session(SessionOptions options, std::string peer);
    ~Session();

    // Feed what was read; at most what the listener's buffer holds. Afterwards, in this order: send take_output(); if closing(), close;
    // if take_submission() has a value, hand it to the mailroom, read nothing more and call answered().
    // The greeting is in take_output() from the beginning.
    void feed(std::string_view bytes);
    [[nodiscard]] std::string take_output();
    [[nodiscard]] std::optional<mailroom::Submission> take_submission();
    // One reply per recipient of the submission taken. Then goes on with what was pipelined behind it.
    void answered(const std::vector<mailroom::Received>& received);
    void timed_out();  // 421 and closing
    void too_slow();   // 421 and closing: the message took longer than a message may
    void shut_down();  // 421 and closing
    void dismissed();  // likewise: others wait for its place
    [[nodiscard]] bool closing() const;
    [[nodiscard]] bool receiving_data() const;   // between 354 and the dot: other deadlines hold
    [[nodiscard]] std::size_t messages() const;  // begun with 354 so far
    [[nodiscard]] std::size_t held() const;      // octets kept: line, message, replies and what was pipelined behind a message

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace caveat::smtp
