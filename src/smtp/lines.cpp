#include "lines.hpp"

namespace caveat::smtp {

CommandLine::Step CommandLine::take(std::string_view input) {
    if (input.empty()) return {Taken::more, 0};
    if (after_cr_) return input.front() == '\n' ? Step{whole(), 1} : Step{Taken::bare, 0};

    const Found found = find_break(input);
    keep(input.substr(0, found.at));
    switch (found.kind) {
        case Break::none:
            return {Taken::more, input.size()};
        case Break::half:
            after_cr_ = true;
            return {Taken::more, input.size()};
        case Break::crlf:
            return {whole(), found.at + 2};
        case Break::bare:
            break;
    }
    return {Taken::bare, found.at};
}

void CommandLine::clear() {
    text_.clear();
    after_cr_ = too_long_ = false;
}

void CommandLine::keep(std::string_view piece) {
    if (too_long_) return;
    // Two octets of the limit belong to CRLF.
    if (text_.size() + piece.size() + 2 > limit_) {
        too_long_ = true;
        text_.clear();
        return;
    }
    text_.append(piece);
}

}  // namespace caveat::smtp
