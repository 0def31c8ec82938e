#pragma once
// The message between 354 and CRLF.CRLF (RFC 5321 §4.1.1.4, §4.5.2): finds the end, takes out the stuffed dots, bounds the memory.
// Every octet is looked at a fixed number of times, however the reads are cut.
#include <cstddef>
#include <string>
#include <string_view>

namespace caveat::smtp {

class Body {
public:
    enum class Taken {
        more,
        end,   // CRLF.CRLF was seen
        bare,  // a CR or LF alone: nothing that follows can be trusted (S1)
    };
    enum class State { good, too_big, line_too_long };
    struct Step {
        Taken taken;
        std::size_t used;
    };

    Body(std::size_t limit, std::size_t line_limit) : limit_(limit), line_limit_(line_limit) {}  // a line limit of 0 is none

    void begin(std::size_t announced);  // by SIZE=, or 0
    [[nodiscard]] Step take(std::string_view input);
    [[nodiscard]] State state() const { return state_; }
    [[nodiscard]] std::string take_text();
    [[nodiscard]] std::size_t held() const { return text_.size(); }
    void clear();

private:
    // What the last octet was. A dot that begins a line, and its CR, are held back until the next octet shows what they mean.
    enum class At { line_start, inside, cr, dot, dot_cr };

    [[nodiscard]] Step take_run(std::string_view input, std::size_t from);
    void keep(std::string_view piece, bool ends_line);
    void make_room(std::size_t size);
    void give_up(State why);

    std::size_t limit_;
    std::size_t line_limit_;
    std::size_t announced_ = 0;
    std::string text_;
    std::size_t line_ = 0;  // octets of the line so far; only counted when there is a limit
    At at_ = At::line_start;
    State state_ = State::good;
};

}  // namespace caveat::smtp
