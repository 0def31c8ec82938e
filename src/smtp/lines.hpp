#pragma once
// Where a line ends, and whether it ends as RFC 5321 §2.3.8 says: CR and LF together or neither (S1).
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

namespace caveat::smtp {

enum class Break {
    none,  // neither CR nor LF
    crlf,
    half,  // the text ends in CR: the next octet decides
    bare,  // a CR or LF alone
};

struct Found {
    Break kind;
    std::size_t at;  // of the CR or LF; the size of the text when there is none
};

// The first break of `text`. Two memchr up to the next LF and no further, so that walking a text break by break is linear.
[[nodiscard]] inline Found find_break(std::string_view text) {
    if (text.empty()) return {Break::none, 0};
    const auto offset = [&](const void* p) { return static_cast<std::size_t>(static_cast<const char*>(p) - text.data()); };
    const void* lf = std::memchr(text.data(), '\n', text.size());
    const std::size_t reach = lf ? offset(lf) : text.size();
    const void* cr = std::memchr(text.data(), '\r', reach);
    if (!cr) return {lf ? Break::bare : Break::none, reach};
    const std::size_t at = offset(cr);
    if (at + 1 == text.size()) return {Break::half, at};
    return {text[at + 1] == '\n' ? Break::crlf : Break::bare, at};
}

// Collects one command line over any number of reads. What exceeds the limit is skipped, not kept.
class CommandLine {
public:
    enum class Taken { more, line, too_long, bare };
    struct Step {
        Taken taken;
        std::size_t used;  // octets of the input that belong to this line
    };

    explicit CommandLine(std::size_t limit) : limit_(limit) {}  // octets with CRLF

    // After `line` the text is in text() until clear(); after `too_long` the whole line has gone by.
    [[nodiscard]] Step take(std::string_view input);
    [[nodiscard]] std::string_view text() const { return text_; }
    [[nodiscard]] std::size_t held() const { return text_.size(); }
    void clear();

private:
    void keep(std::string_view piece);
    [[nodiscard]] Taken whole() const { return too_long_ ? Taken::too_long : Taken::line; }

    std::size_t limit_;
    std::string text_;
    bool after_cr_ = false;
    bool too_long_ = false;
};

}  // namespace caveat::smtp
