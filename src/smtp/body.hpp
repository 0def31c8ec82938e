#pragma once
// The message between 354 and CRLF.CRLF (RFC 5321 §4.1.1.4, §4.5.2): finds the end, takes out the stuffed dots, bounds the memory.
// Every octet is looked at a fixed number of times, however the reads are cut. What came is kept in pieces of one size until the end:
// strings that grow and are given up by turns leave holes, and many messages without an end took four times the memory that they held.
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "intake.hpp"

namespace caveat::smtp {

class Body {
public:
    enum class Taken {
        more,
        end,   // CRLF.CRLF was seen
        bare,  // a CR or LF alone: nothing that follows can be trusted (S1)
    };
    enum class State { good, too_big, line_too_long, no_room, has_nul };
    struct Step {
        Taken taken;
        std::size_t used;
    };

    Body(std::size_t limit, std::size_t line_limit) : limit_(limit), line_limit_(line_limit) {}  // a line limit of 0 is none

    // `announced` by SIZE=, or 0. What is kept is counted in `room`; without one there is no limit but the message's.
    void begin(std::size_t announced, std::shared_ptr<Intake::Share> room = nullptr);
    [[nodiscard]] Step take(std::string_view input);
    [[nodiscard]] State state() const { return state_; }
    [[nodiscard]] std::string take_text();
    [[nodiscard]] std::shared_ptr<Intake::Share> take_room() { return std::move(room_); }  // as long as the text is kept
    [[nodiscard]] std::size_t held() const { return size_; }
    void clear();

private:
    // What the last octet was. A dot that begins a line, and its CR, are held back until the next octet shows what they mean.
    enum class At { line_start, inside, cr, dot, dot_cr };

    [[nodiscard]] Step take_run(std::string_view input, std::size_t from);
    void keep(std::string_view piece, bool ends_line);
    void append(std::string_view piece);
    void drop();
    void give_up(State why);

    std::size_t limit_;
    std::size_t line_limit_;
    std::vector<std::string> full_;
    std::string text_;  // behind them
    std::size_t size_ = 0;
    std::shared_ptr<Intake::Share> room_;
    std::size_t line_ = 0;  // octets of the line so far
    At at_ = At::line_start;
    State state_ = State::good;
};

}  // namespace caveat::smtp
