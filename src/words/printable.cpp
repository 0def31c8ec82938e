#include "caveat/printable.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace caveat {
namespace {

struct Character {
    char32_t point = 0;
    std::size_t size = 1;  // bytes
    bool sound = true;     // else one byte that begins no character
};

// RFC 3629 §3: no longer than needed, no surrogates, nothing above U+10FFFF.
Character read_character(std::string_view text) {
    constexpr std::array<char32_t, 4> least{0, 0x80, 0x800, 0x10000};
    const auto first = static_cast<unsigned char>(text.front());
    if (first < 0x80) return {first};
    const std::size_t more = first >= 0xf0 ? 3U : first >= 0xe0 ? 2U : 1U;
    if (first < 0xc2 || first > 0xf4 || text.size() <= more) return {first, 1, false};
    char32_t point = first & (0x3fU >> more);
    for (std::size_t i = 1; i <= more; ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if ((byte & 0xc0U) != 0x80) return {first, 1, false};
        point = point << 6U | (byte & 0x3fU);
    }
    if (point < least[more] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return {first, 1, false};
    return {point, more + 1};
}

struct Range {
    char32_t first, last;
};
// Cf without the Arabic, Syriac, Kaithi and Egyptian signs that are drawn; and Zl, Zp.
constexpr std::array<Range, 11> unseen{{{0xad, 0xad},
                                        {0x61c, 0x61c},
                                        {0x180e, 0x180e},
                                        {0x200b, 0x200f},
                                        {0x2028, 0x202e},
                                        {0x2060, 0x206f},
                                        {0xfeff, 0xfeff},
                                        {0xfff9, 0xfffb},
                                        {0x1bca0, 0x1bca3},
                                        {0x1d173, 0x1d17a},
                                        {0xe0001, 0xe007f}}};
constexpr std::array<char32_t, 14> viramas{0x94d, 0x9cd, 0xa4d, 0xacd,  0xb4d,  0xbcd,  0xc4d,
                                           0xccd, 0xd4d, 0xdca, 0x1039, 0x17d2, 0x1b44, 0xa9c0};

bool is_arabic(char32_t c) { return c >= 0x620 && c <= 0x6ff; }
bool is_picture(char32_t c) { return (c >= 0x2190 && c <= 0x2bff) || c == 0xfe0f || (c >= 0x1f000 && c <= 0x1faff); }

bool joins(char32_t joiner, char32_t before, char32_t after) {
    if (joiner != 0x200c && joiner != 0x200d) return false;
    if (std::find(viramas.begin(), viramas.end(), before) != viramas.end()) return true;
    return (is_arabic(before) && is_arabic(after)) || (joiner == 0x200d && is_picture(before) && is_picture(after));
}

bool is_odd(char32_t c) {
    if (c < 0x20 || (c >= 0x7f && c <= 0x9f)) return true;
    return c >= 0xad && std::any_of(unseen.begin(), unseen.end(), [&](const Range& r) { return c >= r.first && c <= r.last; });
}

// escape(out, character) writes what may not stand as it is.
template <class Keeps, class Escape>
std::string shown_as(std::string_view text, Keeps keeps, Escape escape) {
    std::string out;
    out.reserve(text.size());
    char32_t before = 0;
    while (!text.empty()) {
        const auto now = read_character(text);
        const auto rest = text.substr(now.size);
        const auto after = rest.empty() ? U'\0' : read_character(rest).point;
        if (now.sound && (!is_odd(now.point) || keeps(now.point) || joins(now.point, before, after))) {
            out += text.substr(0, now.size);
        } else {
            escape(out, now);
        }
        before = now.point;
        text = rest;
    }
    return out;
}

void for_people(std::string& out, const Character& c) {
    out += c.point < 0x80 || !c.sound ? fmt::format("\\x{:02x}", static_cast<unsigned>(c.point))
                                      : fmt::format("\\u{{{:x}}}", static_cast<unsigned>(c.point));
}

void for_programs(std::string& out, const Character& c) {
    const auto point = static_cast<unsigned>(c.point);
    if (!c.sound) {
        out += "\\ufffd";
    } else if (point < 0x10000) {
        out += fmt::format("\\u{:04x}", point);
    } else {
        out += fmt::format("\\u{:04x}\\u{:04x}", 0xd7c0U + (point >> 10U), 0xdc00U + (point & 0x3ffU));
    }
}

void for_toml(std::string& out, const Character& c) {
    const auto point = c.sound ? static_cast<unsigned>(c.point) : 0xfffdU;
    out += point < 0x10000 ? fmt::format("\\u{:04X}", point) : fmt::format("\\U{:08X}", point);
}

}  // namespace

std::string printable(std::string_view text) {
    return shown_as(
        text, [](char32_t) { return false; }, for_people);
}

std::string printable_lines(std::string_view text) {
    return shown_as(
        text, [](char32_t c) { return c == '\n' || c == '\t'; }, for_people);
}

// Controls below U+0020 stand in JSON only between values, as blanks.
std::string printable_json(std::string_view json) {
    return shown_as(
        json, [](char32_t c) { return c < 0x20; }, for_programs);
}

std::string printable_toml(std::string_view quoted) {
    return shown_as(
        quoted, [](char32_t c) { return c == '\n'; }, for_toml);
}

}  // namespace caveat
