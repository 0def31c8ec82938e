#include "character_escapes.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

#include "ascii.hpp"
#include "html_names.hpp"
#include "text.hpp"

namespace caveat::mail {
namespace {

// Any number of digits, zeros in front among them; 0x80 to 0x9F are those of windows-1252 (HTML 13.2.5.80).
html::Decoded numbered(std::string_view html, std::size_t i) {
    const bool hex = i < html.size() && ascii::lower(html[i]) == 'x';
    if (hex) ++i;
    const auto from = i;
    std::uint32_t value = 0;
    for (; i < html.size() && (hex ? ascii::hex(html[i]) >= 0 : ascii::is_digit(html[i])); ++i) {
        if (value <= 0x10FFFF) value = value * (hex ? 16 : 10) + static_cast<std::uint32_t>(ascii::hex(html[i]));
    }
    if (i == from) return {std::nullopt, from};
    if (value >= 0x80 && value < 0xA0) {
        const auto western = to_utf8(std::string(1, static_cast<char>(value)), "windows-1252");
        const auto byte = [&western](std::size_t k) { return static_cast<unsigned char>(western[k]); };
        if (western.size() == 2) value = (byte(0) & 0x1FU) << 6 | (byte(1) & 0x3FU);
        if (western.size() == 3) value = (byte(0) & 0xFU) << 12 | (byte(1) & 0x3FU) << 6 | (byte(2) & 0x3FU);
    }
    return {value, i + (i < html.size() && html[i] == ';' ? 1 : 0)};
}

// What may not give a file its structure.
bool stands_in_names(char c) {
    const char small = ascii::lower(c);
    return (small >= 'a' && small <= 'z') || ascii::is_digit(c) || std::string_view("+-_.: ").find(c) != std::string_view::npos;
}

// The character that an escape at the start of `text` stands for, and its bytes; or nothing.
std::optional<std::pair<char, std::size_t>> escape_at(std::string_view text) {
    struct Form {
        std::string_view begin;
        int base;
        std::size_t digits;  // none: up to the ";"
    };
    constexpr std::array<Form, 4> forms{{{"\\u", 16, 4}, {"\\x", 16, 2}, {"&#x", 16, 0}, {"&#", 10, 0}}};
    for (const auto& form : forms) {
        if (!ascii::starts_with(text, form.begin)) continue;
        const auto digits = text.substr(form.begin.size(), form.digits > 0 ? form.digits : 8);
        int code = 0;
        const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), code, form.base);
        auto size = static_cast<std::size_t>(read.ptr - digits.data());
        if (size == 0 || size < form.digits || code <= 0 || code > 0x7e) return std::nullopt;
        size += form.begin.size();
        if (form.digits == 0 && !text.substr(size).starts_with(';')) return std::nullopt;
        return std::pair(static_cast<char>(code), size + (form.digits == 0 ? 1 : 0));
    }
    return std::nullopt;
}

}  // namespace

namespace html {

Decoded entity_at(std::string_view html, std::size_t at) {
    constexpr std::size_t longest_name = 32;  // letters; HTML's longest has 31
    std::size_t end = at + 1;
    if (end < html.size() && html[end] == '#') return numbered(html, end + 1);
    while (end < html.size() && end - at <= longest_name && (ascii::is_letter(html[end]) || ascii::is_digit(html[end]))) ++end;
    const auto name = html.substr(at + 1, end - at - 1);
    const bool closed = end < html.size() && html[end] == ';' && !name.empty();
    if (const auto code = html_character(name); code != 0 && (closed || html_bare_name(name) == name))
        return {code, end + (closed ? 1 : 0)};
    if (const auto bare = html_bare_name(name); !bare.empty()) return {html_character(bare), at + 1 + bare.size()};
    if (const auto code = html_character(name); code != 0) return {code, end};
    if (closed) return {0xFFFD, end + 1};  // a name that is not known is one sign
    return {std::nullopt, at + 1};
}

std::string decoded(std::string_view value) {
    std::string out;
    for (std::size_t i = 0; i < value.size();) {
        const auto character = value[i] == '&' ? entity_at(value, i) : Decoded{};
        if (character.code)
            append_utf8(out, *character.code);
        else
            out += value[i];
        i = character.code ? character.end : i + 1;
    }
    return out;
}

}  // namespace html

std::string without_character_escapes(std::string_view text) {
    std::string plain;
    plain.reserve(text.size());
    while (!text.empty()) {
        const auto next = std::min(text.find_first_of("\\&"), text.size());
        plain += text.substr(0, next);
        text.remove_prefix(next);
        const auto one = escape_at(text);
        const bool is_name = one && stands_in_names(one->first);
        plain += is_name ? std::string_view(&one->first, 1) : text.substr(0, 1);
        text.remove_prefix(is_name ? one->second : std::min<std::size_t>(1, text.size()));
    }
    return plain;
}

}  // namespace caveat::mail
