#include "text_lines.hpp"

#include <algorithm>

namespace caveat::mail {

std::string_view cut(std::string_view text, std::size_t most) {
    if (text.size() <= most) return text;
    while (most > 0 && (text[most] & 0xC0) == 0x80) --most;  // never through a character
    return text.substr(0, most);
}

std::string_view cut_before(std::string_view text, std::size_t most, std::string_view ends) {
    if (text.size() <= most) return text;
    const auto last = text.substr(0, most).find_last_of(ends);
    return last == std::string_view::npos ? cut(text, most) : text.substr(0, last);
}

std::string_view take_line(std::string_view& text) {
    std::size_t i = 0, width = 0;
    for (; i < text.size() && width == 0; ++i) {
        const auto c = text[i];
        if (c == '\r') width = text.substr(i, 2) == "\r\n" ? 2 : 1;
        if (c == '\n' || c == '\f' || c == '\v') width = 1;
        if (c == '\xC2' && text.substr(i, 2) == "\xC2\x85") width = 2;
        if (c == '\xE2' && (text.substr(i, 3) == "\xE2\x80\xA8" || text.substr(i, 3) == "\xE2\x80\xA9")) width = 3;
    }
    const std::size_t size = width == 0 ? text.size() : i - 1;
    const auto line = text.substr(0, size);
    text.remove_prefix(size + width);
    return line;
}

std::optional<std::string_view> quoted(std::string_view line) {
    const auto first = line.find_first_not_of(" \t");
    if (first == std::string_view::npos || line[first] != '>') return std::nullopt;
    const auto rest = line.find_first_not_of("> \t");
    return rest == std::string_view::npos ? std::string_view() : line.substr(rest);
}

std::optional<std::string_view> uuencoded_name(std::string_view line) {
    constexpr std::string_view begin = "begin ";
    if (!line.starts_with(begin)) return std::nullopt;
    const auto digits = std::min(line.find_first_not_of("01234567", begin.size()), line.size());
    const auto count = digits - begin.size();
    if (count < 3 || count > 4 || digits + 1 >= line.size() || line[digits] != ' ') return std::nullopt;
    return line.substr(digits + 1);
}

}  // namespace caveat::mail
