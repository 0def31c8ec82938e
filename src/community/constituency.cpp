#include "caveat/community/constituency.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "caveat/ascii.hpp"

namespace caveat::community {
namespace {

constexpr std::size_t longest_sought = 255;  // a domain name is no longer (RFC 1035 §2.3.4)
constexpr unsigned bits_before_ipv4 = 96;

char upper(char c) { return ascii::is_small(c) ? static_cast<char>(c - 'a' + 'A') : c; }

std::string in_capitals(std::string_view text) {
    std::string large(text);
    std::transform(large.begin(), large.end(), large.begin(), upper);
    return large;
}

// The number behind the slash, which may have no more than this.
std::optional<unsigned> prefix_length(std::string_view text, unsigned most) {
    unsigned bits = 0;
    const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), bits);
    if (wrong != std::errc{} || end != text.data() + text.size() || bits > most) return std::nullopt;
    return bits;
}

std::optional<NetworkRange> network_from(std::string_view text) {
    const auto slash = text.find('/');
    const std::string address(text.substr(0, slash));
    NetworkRange range;
    std::array<std::uint8_t, 4> four{};
    const bool is_four = inet_pton(AF_INET, address.c_str(), four.data()) == 1;
    if (is_four) {
        range.address[10] = range.address[11] = 0xff;
        std::copy(four.begin(), four.end(), range.address.begin() + 12);
    } else if (inet_pton(AF_INET6, address.c_str(), range.address.data()) != 1) {
        return std::nullopt;
    }
    if (slash == std::string_view::npos) return range;
    const auto bits = prefix_length(text.substr(slash + 1), is_four ? 32 : 128);
    if (!bits) return std::nullopt;
    range.bits = *bits + (is_four ? bits_before_ipv4 : 0);
    return range;
}

bool holds(const NetworkRange& range, const NetworkRange& inner) {
    if (inner.bits < range.bits) return false;
    for (unsigned bit = 0; bit < range.bits; ++bit) {
        const auto mask = static_cast<std::uint8_t>(0x80U >> (bit % 8));
        if ((range.address[bit / 8] & mask) != (inner.address[bit / 8] & mask)) return false;
    }
    return true;
}

std::string system_from(std::string_view text) {
    if (text.size() < 3 || text.size() > 12 || upper(text[0]) != 'A' || upper(text[1]) != 'S') return {};
    return std::all_of(text.begin() + 2, text.end(), ascii::is_digit) ? in_capitals(text) : std::string{};
}

// Of two labels and more, in small letters, without the dot that ends a whole name.
std::string domain_from(std::string_view text) {
    if (text.starts_with("*.")) text.remove_prefix(2);
    while (text.starts_with('.')) text.remove_prefix(1);
    if (text.ends_with('.')) text.remove_suffix(1);
    const auto fits = [](char c) { return ascii::is_alnum(c) || c == '-' || c == '.' || static_cast<unsigned char>(c) >= 0x80; };
    if (text.find('.') == std::string_view::npos || !std::all_of(text.begin(), text.end(), fits)) return {};
    const auto last = text.substr(text.rfind('.') + 1);
    if (text.find("..") != std::string_view::npos || std::all_of(last.begin(), last.end(), ascii::is_digit)) return {};
    return ascii::lower(text);
}

bool is_within(std::string_view name, std::string_view domain) {
    if (!name.ends_with(domain)) return false;
    return name.size() == domain.size() || name[name.size() - domain.size() - 1] == '.';
}

std::string_view host_in(std::string_view text) {
    if (const auto scheme = text.find("://"); scheme != std::string_view::npos) {
        text.remove_prefix(scheme + 3);
        text = text.substr(0, text.find_first_of("/?#"));
        if (text.starts_with('[')) return text.substr(1, text.find(']') - 1);
        text = text.substr(0, text.find(':'));
    }
    return text.substr(text.rfind('@') + 1);  // none: npos + 1 is 0
}

std::optional<HeldBy> held_in(const Sought& what, std::string_view range) {
    std::optional<HeldBy> held;
    if (what.network) {
        const auto network = network_from(range);
        if (network && holds(*network, *what.network)) held = HeldBy{std::string(range), network->bits + 1};
    } else if (!what.domain.empty()) {
        const auto domain = domain_from(range);
        if (!domain.empty() && is_within(what.domain, domain)) held = HeldBy{std::string(range), static_cast<unsigned>(domain.size())};
    } else if (!what.system.empty() && system_from(range) == what.system) {
        held = HeldBy{std::string(range), 1};
    }
    return held;
}

}  // namespace

Result<Sought> sought(std::string_view text) {
    const auto blank = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && blank(text.front())) text.remove_prefix(1);
    while (!text.empty() && blank(text.back())) text.remove_suffix(1);
    Sought what;
    if (text.size() <= longest_sought) {
        const auto host = host_in(text);
        what.text = host;
        what.network = network_from(host);
        if (what.network) return what;
        what.system = system_from(host);
        what.domain = what.system.empty() ? domain_from(host) : std::string{};
        if (host.size() == 2 && std::all_of(host.begin(), host.end(), ascii::is_letter)) what.economy = in_capitals(host);
        if (!what.system.empty() || !what.domain.empty() || !what.economy.empty()) return what;
    }
    return fail(errc::invalid,
                "'{}' is no address, network, domain, autonomous system or economy; write 192.0.2.7, host.example.au, AS64500 "
                "or AU",
                text.substr(0, 80));
}

std::optional<HeldBy> held_by(const Sought& what, std::string_view ranges) {
    constexpr std::string_view between = " \t\r\n,;";
    std::optional<HeldBy> narrowest;
    while (!ranges.empty()) {
        const auto end = std::min(ranges.find_first_of(between), ranges.size());
        auto held = held_in(what, ranges.substr(0, end));
        if (held && (!narrowest || held->narrow > narrowest->narrow)) narrowest = std::move(held);
        ranges.remove_prefix(std::min(end + 1, ranges.size()));
    }
    return narrowest;
}

std::string economy_of(const Sought& what) {
    if (!what.economy.empty()) return what.economy;
    const auto last = what.domain.substr(what.domain.rfind('.') + 1);
    return last.size() == 2 && std::all_of(last.begin(), last.end(), ascii::is_letter) ? in_capitals(last) : std::string{};
}

}  // namespace caveat::community
