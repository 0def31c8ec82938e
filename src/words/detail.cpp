#include "caveat/detail.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace caveat {
namespace {

// Octets of the character that `text` begins with (RFC 3629 §4); 0: none does.
std::size_t character(std::string_view text) {
    const auto octet = [&](std::size_t i) { return static_cast<unsigned>(static_cast<unsigned char>(text[i])); };
    const unsigned lead = octet(0);
    if (lead < 0x80) return 1;
    const std::size_t size = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
    if (size == 0 || text.size() < size) return 0;
    for (std::size_t i = 1; i < size; ++i) {
        if ((octet(i) & 0xC0U) != 0x80) return 0;
    }
    const bool overlong = (lead == 0xE0 && octet(1) < 0xA0) || (lead == 0xF0 && octet(1) < 0x90);
    const bool beyond = (lead == 0xED && octet(1) > 0x9F) || (lead == 0xF4 && octet(1) > 0x8F);  // surrogates, or above U+10FFFF
    return overlong || beyond ? 0 : size;
}

// RFC 8259 §7 and §8.1. What is no UTF-8 becomes U+FFFD: an entry that no reader of JSON takes would be lost to an export.
std::string json_quoted(std::string_view text) {
    std::string json = "\"";
    while (!text.empty()) {
        const char c = text.front();
        const auto size = character(text);
        if (c == '"' || c == '\\') {
            json += '\\';
            json += c;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            json += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else if (size == 0) {
            json += "\\ufffd";
        } else {
            json += text.substr(0, size);
        }
        text.remove_prefix(std::max<std::size_t>(size, 1));
    }
    return json + "\"";
}

// The text that begins here, behind its quote; what follows its end is left. Within a text each quote has a backslash before it, so that no
// text holds what looks like a field.
std::string text_at(std::string_view& detail) {
    std::string text;
    for (; !detail.empty() && detail.front() != '"'; detail.remove_prefix(1)) {
        if (detail.front() == '\\' && detail.size() > 1) {
            detail.remove_prefix(1);
            text += detail.front() == 'n' || detail.front() == 't' ? ' ' : detail.front();
        } else {
            text += detail.front();
        }
    }
    detail.remove_prefix(std::min<std::size_t>(1, detail.size()));
    return text;
}

}  // namespace

Detail& Detail::raw(std::string_view key, std::string_view json) {
    if (text_.size() > 1) text_ += ',';
    text_ += json_quoted(key);
    text_ += ':';
    text_ += json;
    return *this;
}

Detail& Detail::add(std::string_view key, std::string_view text) { return raw(key, json_quoted(text)); }

Detail& Detail::add(std::string_view key, std::span<const std::string> texts) {
    std::string json = "[";
    for (const auto& text : texts) {
        if (json.size() > 1) json += ',';
        json += json_quoted(text);
    }
    return raw(key, json + "]");
}

std::string text_in(std::string_view detail, std::string_view name) {
    const auto begin = fmt::format("\"{}\":\"", name);
    const auto at = detail.find(begin);
    if (at == std::string_view::npos) return {};
    detail.remove_prefix(at + begin.size());
    return text_at(detail);
}

std::vector<std::string> texts_in(std::string_view detail, std::string_view name) {
    const auto begin = fmt::format("\"{}\":[", name);
    const auto at = detail.find(begin);
    std::vector<std::string> all;
    if (at == std::string_view::npos) return all;
    for (detail.remove_prefix(at + begin.size()); !detail.empty() && detail.front() != ']';) {
        const bool begins = detail.front() == '"';
        detail.remove_prefix(1);
        if (begins) all.push_back(text_at(detail));
    }
    return all;
}

}  // namespace caveat
