#pragma once
// ASCII case, letters and blanks, whatever the locale. Bytes beyond ASCII are none of them, and stay as they are.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace caveat::ascii {

[[nodiscard]] constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
[[nodiscard]] constexpr bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
[[nodiscard]] constexpr bool is_wsp(char c) { return c == ' ' || c == '\t'; }  // WSP of RFC 5234
[[nodiscard]] constexpr bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }
[[nodiscard]] constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
[[nodiscard]] constexpr bool is_small(char c) { return c >= 'a' && c <= 'z'; }
[[nodiscard]] constexpr bool is_letter(char c) { return is_small(lower(c)); }
[[nodiscard]] constexpr bool is_alnum(char c) { return is_letter(c) || is_digit(c); }
[[nodiscard]] constexpr bool is_plain(char c) { return static_cast<unsigned char>(c) < 0x80; }

// How many bytes of ASCII it begins with.
[[nodiscard]] inline std::size_t plain_length(std::string_view text) {
    std::size_t at = 0;
    for (std::uint64_t eight = 0; at + sizeof eight <= text.size(); at += sizeof eight) {
        std::memcpy(&eight, text.data() + at, sizeof eight);
        if ((eight & 0x8080808080808080U) != 0) break;
    }
    while (at < text.size() && is_plain(text[at])) ++at;
    return at;
}

[[nodiscard]] inline bool is_plain(std::string_view text) { return plain_length(text) == text.size(); }

[[nodiscard]] inline std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](char c) { return lower(c); });
    return out;
}

[[nodiscard]] constexpr bool equal(std::string_view a, std::string_view b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

[[nodiscard]] inline bool starts_with(std::string_view text, std::string_view head) {
    return text.size() >= head.size() && equal(text.substr(0, head.size()), head);
}

// Without what is blank at either end.
[[nodiscard]] constexpr std::string_view trim(std::string_view text, bool (*blank)(char) = is_blank) {
    while (!text.empty() && blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && blank(text.back())) text.remove_suffix(1);
    return text;
}

// The value of a hexadecimal digit, or -1.
[[nodiscard]] constexpr int hex(char c) {
    if (is_digit(c)) return c - '0';
    const char l = lower(c);
    return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

// The octet that two of them begin `text` with, or -1.
[[nodiscard]] constexpr int octet(std::string_view text) {
    const int high = text.size() < 2 ? -1 : hex(text[0]), low = text.size() < 2 ? -1 : hex(text[1]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

}  // namespace caveat::ascii
