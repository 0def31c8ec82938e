#include "body.hpp"

#include <algorithm>
#include <utility>

#include "lines.hpp"

namespace caveat::smtp {
namespace {
constexpr std::size_t piece_size = 64 * 1024;
}  // namespace

void Body::begin(std::size_t announced, std::shared_ptr<Intake::Share> room) {
    clear();
    room_ = std::move(room);
    text_.reserve(std::min({announced, limit_, piece_size}));  // announcing costs the sender nothing
}

void Body::drop() {
    full_ = {};
    text_ = std::string();
    size_ = 0;
    room_.reset();
}

void Body::clear() {
    drop();
    line_ = 0;
    at_ = At::line_start;
    state_ = State::good;
}

std::string Body::take_text() {
    const auto size = std::exchange(size_, 0);
    const auto full = std::exchange(full_, {});
    auto last = std::exchange(text_, std::string());
    if (full.empty()) return last;
    std::string text;
    text.reserve(size);
    for (const auto& piece : full) text += piece;
    return text += last;
}

Body::Step Body::take(std::string_view input) {
    std::size_t i = 0;
    while (i < input.size()) {
        const char c = input[i];
        switch (at_) {
            case At::line_start:
                if (c == '.') {
                    at_ = At::dot;
                    ++i;
                    break;
                }
                at_ = At::inside;
                [[fallthrough]];
            case At::inside: {
                const Step run = take_run(input, i);
                if (run.taken != Taken::more) return run;
                i = run.used;
                break;
            }
            case At::cr:
                if (c != '\n') return {Taken::bare, i};
                keep("\r\n", true);
                at_ = At::line_start;
                ++i;
                break;
            case At::dot:
                // Only the first dot is transport (§4.5.2), whatever comes behind it, a second dot included.
                at_ = c == '\r' ? At::dot_cr : At::inside;
                if (c == '\r') ++i;
                break;
            case At::dot_cr:
                if (c != '\n') return {Taken::bare, i};
                return {Taken::end, i + 1};
        }
    }
    return {Taken::more, input.size()};
}

// Lines without a leading dot are copied in one piece, as many as there are: the common message is one run a read.
Body::Step Body::take_run(std::string_view input, std::size_t from) {
    std::size_t i = from;
    std::size_t kept = from;
    while (i < input.size()) {
        const Found found = find_break(input.substr(i));
        const std::size_t at = i + found.at;
        if (found.kind == Break::bare) return {Taken::bare, at};
        if (found.kind != Break::crlf) {
            at_ = found.kind == Break::half ? At::cr : At::inside;
            keep(input.substr(kept, at - kept), false);
            return {Taken::more, input.size()};
        }
        i = at + 2;
        const bool dotted = i < input.size() && input[i] == '.';
        if (dotted || i == input.size() || line_limit_ > 0) {
            keep(input.substr(kept, i - kept), true);
            kept = i;
        }
        if (!dotted) continue;
        at_ = At::dot;
        return {Taken::more, i + 1};
    }
    at_ = At::line_start;
    return {Taken::more, input.size()};
}

void Body::keep(std::string_view piece, bool ends_line) {
    if (state_ != State::good) return;
    // Of several faults the first in the message is told, however the message was cut on its way.
    auto first = piece.find('\0');
    auto why = State::has_nul;
    const auto at_most = [&](std::size_t left, State beyond) {
        if (left >= piece.size() || left >= first) return;
        first = left;
        why = beyond;
    };
    if (line_limit_ > 0) at_most(line_limit_ - line_, State::line_too_long);
    at_most(limit_ - size_, State::too_big);
    if (first != piece.npos) return give_up(why);
    line_ = ends_line ? 0 : line_ + piece.size();
    if (room_ && !room_->grow(piece.size())) return give_up(State::no_room);
    append(piece);
}

void Body::append(std::string_view piece) {
    size_ += piece.size();
    while (!piece.empty()) {
        if (text_.size() == piece_size) {
            full_.push_back(std::exchange(text_, std::string()));
            text_.reserve(piece_size);
        }
        const auto part = piece.substr(0, piece_size - text_.size());
        text_.append(part);
        piece.remove_prefix(part.size());
    }
}

void Body::give_up(State why) {
    state_ = why;
    drop();
}

}  // namespace caveat::smtp
