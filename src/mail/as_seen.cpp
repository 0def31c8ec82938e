#include "as_seen.hpp"

#include <algorithm>
#include <array>

#include "ascii.hpp"
#include "code_points.hpp"
#include "text.hpp"

namespace caveat::mail {
namespace {

// Never seen: controls, soft hyphen, joiners, marks of direction, fillers, variation selectors, tags; and lines and circles
// drawn under, through or around letters.
constexpr std::array<CodeRange, 21> unseen_ranges{{
    {0x80, 0x84},     {0x86, 0x9F},     {0xAD, 0xAD},     {0x332, 0x338},   {0x34F, 0x34F},     {0x61C, 0x61C},     {0x115F, 0x1160},
    {0x17B4, 0x17B5}, {0x180B, 0x180F}, {0x200B, 0x200F}, {0x202A, 0x202E}, {0x2060, 0x206F},   {0x20D0, 0x20FF},   {0x3164, 0x3164},
    {0xFE00, 0xFE0F}, {0xFEFF, 0xFEFF}, {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFFB}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
}};

// ESC and what belongs to it: "[1;31m" of ECMA-48 terminals, "(B" of ISO-2022 (ECMA-35).
std::size_t escape_sequence(std::string_view text) {
    constexpr std::size_t longest = 32;
    const auto within_codes = [&text](std::size_t i, char low, char high) {
        return i < text.size() && i < longest && text[i] >= low && text[i] <= high;
    };
    std::size_t i = 1;
    if (text.substr(1, 1) == "[") {
        for (++i; within_codes(i, ' ', '?'); ++i) {
        }
        return within_codes(i, '@', '~') ? i + 1 : 1;
    }
    while (within_codes(i, ' ', '/')) ++i;
    return i > 1 && within_codes(i, '0', '~') ? i + 1 : 1;
}

}  // namespace

std::optional<std::string> turned_round(std::string_view utf8) {
    constexpr std::string_view override_mark = "\xE2\x80\xAE", end_mark = "\xE2\x80\xAC";
    if (utf8.find(override_mark) == std::string_view::npos) return std::nullopt;
    std::string shown;
    std::string turned;
    bool turning = false;
    const auto flush = [&] {
        for (std::size_t end = turned.size(); end > 0;) {
            std::size_t last = end - 1;
            while (last > 0 && (turned[last] & 0xC0) == 0x80) --last;
            shown.append(turned, last, end - last);
            end = last;
        }
        turned.clear();
        turning = false;
    };
    for (std::size_t i = 0; i < utf8.size(); ++i) {
        const auto mark = utf8.substr(i, override_mark.size());
        if (mark == override_mark || mark == end_mark) {
            flush();
            turning = mark == override_mark;
            i += mark.size() - 1;
            continue;
        }
        if (utf8[i] == '\n' || utf8[i] == '\r' || utf8[i] == '\f' || utf8[i] == '\v') flush();
        (turning ? turned : shown) += utf8[i];
    }
    flush();
    return shown;
}

namespace {

// The last character, of the same line.
void take_back(std::string& text) {
    if (text.empty() || text.back() == '\n') return;
    while (text.size() > 1 && (static_cast<unsigned char>(text.back()) & 0xC0) == 0x80) text.pop_back();
    text.pop_back();
}

}  // namespace

std::optional<std::string> otherwise_seen(std::string_view utf8) {
    const auto is_unseen_control = [](char c) { return ascii::is_control(c) && !ascii::is_blank(c) && c != '\f' && c != '\v'; };
    const bool controls = std::any_of(utf8.begin(), utf8.end(), is_unseen_control);
    const bool bracketed = utf8.find("\xE2\x92") != std::string_view::npos || utf8.find("\xF0\x9F\x84") != std::string_view::npos;
    if (!controls && !bracketed) return std::nullopt;
    std::string out, struck;  // as it is shown where controls are not, and where a backspace takes a sign back
    const bool strikes = utf8.find('\b') != std::string_view::npos;
    while (!utf8.empty()) {
        if (utf8[0] == '\x1B') {
            utf8.remove_prefix(escape_sequence(utf8));
            continue;
        }
        const auto c = code_point(utf8);
        const std::size_t size = std::max<std::size_t>(c.size, 1), before = out.size();
        if (strikes && utf8[0] == '\b') take_back(struck);
        if (c.value >= 0x249C && c.value <= 0x24B5)
            out += static_cast<char>('a' + (c.value - 0x249C));
        else if (c.value >= 0x1F110 && c.value <= 0x1F129)
            out += static_cast<char>('A' + (c.value - 0x1F110));
        else if (size > 1 || !is_unseen_control(utf8[0]))
            out += utf8.substr(0, size);
        if (strikes) struck += std::string_view(out).substr(before);
        utf8.remove_prefix(size);
    }
    return strikes ? out + '\n' + struck : out;
}

std::string_view letters_among_signs(std::string_view signs, std::string_view line) {
    for (std::size_t at = 0; (at = signs.find("\xF0\x9F", at)) != std::string_view::npos; ++at) {
        const auto c = code_point(signs.substr(at)).value;
        if (c >= 0x1F130 && c <= 0x1F1FF) return line.substr(at);
    }
    return {};
}

std::string as_seen(std::string_view utf8) {
    if (ascii::is_plain(utf8)) return std::string(utf8);
    std::string seen;
    seen.reserve(utf8.size());
    while (!utf8.empty()) {
        const auto c = code_point(utf8);
        const std::size_t size = std::max<std::size_t>(c.size, 1);
        const bool is_number = !seen.empty() && ascii::is_digit(seen.back());
        if (c.value == 0x20E3 && is_number)
            seen += ')';  // a digit on a key, as a number in front of a line
        else if (c.size < 2 || !within(unseen_ranges, c.value))
            seen += utf8.substr(0, size);
        if (c.value >= 0x2460 && c.value <= 0x2473) seen += ')';  // in a circle: "①TLP" is no word
        utf8.remove_prefix(size);
    }
    return normalise(seen);
}

}  // namespace caveat::mail
