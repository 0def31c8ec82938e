#include "address.hpp"

#include <algorithm>

#include "caveat/ascii.hpp"

namespace caveat::smtp {
namespace {

constexpr bool is_printable(char c) { return c >= ' ' && c <= '~'; }

// Beyond ASCII everything is atext (RFC 6531 §3.3); whether it is UTF-8 is asked of the whole path.
bool is_atext(char c) {
    return !ascii::is_plain(c) || ascii::is_alnum(c) || std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

// Underscores are no host names, yet mail is sent from such domains.
bool is_label_octet(char c) { return !ascii::is_plain(c) || ascii::is_alnum(c) || c == '-' || c == '_'; }

bool is_dot_string(std::string_view text) {
    bool atom = false;
    for (const char c : text) {
        if (c == '.' ? !atom : !is_atext(c)) return false;
        atom = c != '.';
    }
    return atom;
}

bool is_label(std::string_view label) {
    return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
           std::all_of(label.begin(), label.end(), is_label_octet);
}

bool is_domain(std::string_view text) {
    if (text.size() >= 3 && text.front() == '[' && text.back() == ']') {
        const auto literal = text.substr(1, text.size() - 2);
        return std::all_of(literal.begin(), literal.end(),
                           [](char c) { return is_printable(c) && c != ' ' && c != '[' && c != '\\' && c != ']'; });
    }
    while (true) {
        const auto dot = text.find('.');
        if (!is_label(text.substr(0, dot))) return false;
        if (dot == std::string_view::npos) return true;
        text.remove_prefix(dot + 1);
    }
}

// The length of the quoted string at the front, 0 when it is none; `plain` gets what it says.
std::size_t read_quoted(std::string_view text, std::string& plain) {
    for (std::size_t i = 1; i < text.size(); ++i) {
        if (text[i] == '"') return i + 1;
        if (text[i] == '\\' && ++i == text.size()) return 0;
        if (ascii::is_plain(text[i]) && !is_printable(text[i])) return 0;
        plain += text[i];
    }
    return 0;
}

std::optional<std::string> take_local_part(std::string_view& rest) {
    if (rest.front() != '"') {
        const auto end = std::min(rest.find_first_of("@>"), rest.size());
        std::string local(rest.substr(0, end));
        rest.remove_prefix(end);
        if (!is_dot_string(local)) return std::nullopt;
        return local;
    }
    std::string plain;
    const auto size = read_quoted(rest, plain);
    if (size == 0) return std::nullopt;
    std::string local = is_dot_string(plain) ? plain : std::string(rest.substr(0, size));
    rest.remove_prefix(size);
    return local;
}

bool skip_source_route(std::string_view& rest) {
    if (!rest.starts_with('@')) return true;
    const auto colon = rest.find(':');
    if (colon == std::string_view::npos) return false;
    auto hops = rest.substr(0, colon);
    rest.remove_prefix(colon + 1);
    while (!hops.empty()) {
        const auto comma = std::min(hops.find(','), hops.size());
        if (hops.front() != '@' || !is_domain(hops.substr(1, comma - 1))) return false;
        hops.remove_prefix(std::min(comma + 1, hops.size()));
    }
    return true;
}

}  // namespace

bool Path::is_ascii() const { return ascii::is_plain(local) && ascii::is_plain(domain); }

std::optional<Path> take_path(std::string_view& rest) {
    if (!rest.starts_with('<')) return std::nullopt;
    rest.remove_prefix(1);
    Path path;
    if (!rest.starts_with('>')) {
        if (!skip_source_route(rest) || rest.empty()) return std::nullopt;
        auto local = take_local_part(rest);
        if (!local) return std::nullopt;
        path.local = std::move(*local);
        if (rest.starts_with('@')) {
            const auto end = rest.find('>');
            if (end == std::string_view::npos || !is_domain(rest.substr(1, end - 1))) return std::nullopt;
            path.domain = rest.substr(1, end - 1);
            rest.remove_prefix(end);
        }
    }
    if (!rest.starts_with('>')) return std::nullopt;
    rest.remove_prefix(1);
    if (path.address().size() > longest_address) return std::nullopt;
    if (!is_utf8(path.local) || !is_utf8(path.domain)) return std::nullopt;
    return path;
}

bool is_utf8(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        if (lead < 0x80) {
            ++i;
            continue;
        }
        const std::size_t size = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
        if (size == 0 || text.size() - i < size) return false;
        const auto second = static_cast<unsigned char>(text[i + 1]);
        // Overlong forms, surrogates and what lies beyond U+10FFFF all show in the second octet.
        const unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        const unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        if (second < low || second > high) return false;
        for (std::size_t k = 2; k < size; ++k) {
            if ((static_cast<unsigned char>(text[i + k]) & 0xC0) != 0x80) return false;
        }
        i += size;
    }
    return true;
}

}  // namespace caveat::smtp
