#include "json_lines.hpp"

#include <algorithm>

#include "ascii.hpp"
#include "text.hpp"

namespace caveat::mail {
namespace {

// The character of "\\uXXXX" at the start of `text`, of which it takes the digits; the halves of a pair become U+FFFD.
char32_t take_code(std::string_view& text) {
    constexpr std::size_t digits = 4;
    char32_t code = 0;
    for (std::size_t i = 0; i < digits; ++i) {
        const int digit = i < text.size() ? ascii::hex(text[i]) : -1;
        if (digit < 0) return 0xFFFD;
        code = code * 16 + static_cast<char32_t>(digit);
    }
    text.remove_prefix(digits);
    return code >= 0xD800 && code < 0xE000 ? 0xFFFD : code;
}

// `text`: behind a backslash.
void append_escaped(std::string& out, std::string_view& text) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c == 'n' || c == 'r' || c == 'f')
        out += '\n';
    else if (c == 't' || c == 'b')
        out += ' ';
    else if (c == 'u')
        append_utf8(out, take_code(text));
    else
        out += c;
}

}  // namespace

bool is_json_data(std::string_view text) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    text = ascii::trim(text);
    if (text.starts_with(byte_order_mark)) text = ascii::trim(text.substr(byte_order_mark.size()));
    if (text.starts_with('{')) return true;
    if (!text.starts_with('[')) return false;
    const auto first = ascii::trim(text.substr(1));
    return first.starts_with('{') || first.starts_with('[') || first.starts_with('"');
}

std::string json_lines(std::string_view json) {
    constexpr std::string_view between = "\n(the next string)\n";  // so that two of them never read as one text
    std::string out;
    while (!json.empty()) {
        json.remove_prefix(std::min(json.find('"'), json.size() - 1) + 1);
        while (!json.empty() && json.front() != '"') {
            const char c = json.front();
            json.remove_prefix(1);
            if (c != '\\' || json.empty())
                out += c;
            else
                append_escaped(out, json);
        }
        if (!json.empty()) json.remove_prefix(1);
        out += between;
    }
    return out;
}

}  // namespace caveat::mail
