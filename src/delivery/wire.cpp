#include "wire.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace caveat::delivery {
namespace {

constexpr std::size_t longest_path = 256 - 2;  // RFC 5321 §4.5.3.1.3, without the brackets
constexpr std::size_t longest_reply = 512;

std::string rewrite(std::string_view message) {
    std::string out;
    out.reserve(message.size() + message.size() / 64 + 16);
    bool line_begins = true;
    for (std::size_t i = 0; i < message.size(); ++i) {
        char c = message[i];
        if (c == '\r' || c == '\n') {
            if (c == '\r' && i + 1 < message.size() && message[i + 1] == '\n') ++i;
            out += "\r\n";
            line_begins = true;
            continue;
        }
        if (c == '\0') continue;
        if (line_begins && c == '.') out += '.';
        out += c;
        line_begins = false;
    }
    return out;
}

}  // namespace

Wire::Wire(std::string_view message, bool other_lines) : body_(message) {
    if (other_lines) {
        rewritten_ = rewrite(message);
        body_ = rewritten_;
    }
    end_ = body_.empty() || body_.ends_with("\r\n") ? ".\r\n" : "\r\n.\r\n";
}

bool is_ascii(std::string_view text) {
    std::uint64_t seen = 0;  // eight bytes at a time: an early exit would cost more than it saves
    std::size_t i = 0;
    for (; i + sizeof seen <= text.size(); i += sizeof seen) {
        std::uint64_t eight = 0;
        std::memcpy(&eight, text.data() + i, sizeof eight);
        seen |= eight;
    }
    for (; i < text.size(); ++i) seen |= static_cast<unsigned char>(text[i]);
    return (seen & 0x8080808080808080ULL) == 0;
}

std::string_view domain_of(std::string_view address) { return address.substr(address.rfind('@') + 1); }

bool fits_a_path(std::string_view address) {
    if (address.size() > longest_path) return false;
    return std::none_of(address.begin(), address.end(), [](char c) {
        auto u = static_cast<unsigned char>(c);
        return u < 0x20 || u == 0x7f || c == '<' || c == '>';
    });
}

std::string printable(std::string_view words) {
    std::string out(words.substr(0, longest_reply));
    for (char& c : out) {
        auto u = static_cast<unsigned char>(c);
        if (u < 0x20) c = ' ';
        if (u >= 0x7f) c = '?';
    }
    while (out.ends_with(' ')) out.pop_back();
    return out;
}

}  // namespace caveat::delivery
