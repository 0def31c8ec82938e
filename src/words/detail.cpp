#include "caveat/detail.hpp"

#include <fmt/core.h>

namespace caveat {
namespace {

// RFC 8259 §7. Bytes beyond ASCII are left as they are: what comes here is UTF-8 or was made safe before.
std::string json_quoted(std::string_view text) {
    std::string json = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            json += '\\';
            json += c;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            json += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
            json += c;
        }
    }
    return json + "\"";
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

}  // namespace caveat
