#include "caveat/sockets/network.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

#include "caveat/ascii.hpp"

namespace caveat::sockets {
namespace {

constexpr std::string_view by_socket = "unix";
constexpr std::size_t longest_address = 45;  // INET6_ADDRSTRLEN without its NUL
constexpr int most_hops = 16;
constexpr IpAddress mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr unsigned mapped_bits = 96;

bool is_v4(const IpAddress& address) { return std::equal(mapped.begin(), mapped.begin() + mapped_bits / 8, address.begin()); }

std::string_view without_blanks(std::string_view text) { return ascii::trim(text, ascii::is_wsp); }

bool is_of(const std::vector<Network>& proxies, std::string_view peer) {
    return std::any_of(proxies.begin(), proxies.end(), [&](const auto& network) { return holds(network, peer); });
}

}  // namespace

std::optional<IpAddress> read_address(std::string_view text) {
    if (text.empty() || text.size() > longest_address || text.find('\0') != std::string_view::npos) return std::nullopt;
    const std::string written(text);
    IpAddress address = mapped;
    if (::inet_pton(AF_INET, written.c_str(), address.data() + mapped_bits / 8) == 1) return address;
    if (::inet_pton(AF_INET6, written.c_str(), address.data()) == 1) return address;
    return std::nullopt;
}

std::optional<Network> read_network(std::string_view text) {
    if (text == by_socket) return Network{.is_unix = true};
    const auto slash = std::min(text.find('/'), text.size());
    const auto address = read_address(text.substr(0, slash));
    if (!address) return std::nullopt;
    Network network{.address = *address};
    if (slash == text.size()) return network;
    const auto digits = text.substr(slash + 1);
    const unsigned before = text.find(':') == std::string_view::npos ? mapped_bits : 0;
    const auto [stop, trouble] = std::from_chars(digits.data(), digits.data() + digits.size(), network.bits);
    if (trouble != std::errc() || stop != digits.data() + digits.size() || network.bits > 128 - before) return std::nullopt;
    network.bits += before;
    return network;
}

bool holds(const Network& network, std::string_view peer) {
    if (network.is_unix) return peer == by_socket;
    const auto address = read_address(peer);
    if (!address) return false;
    const auto whole = static_cast<std::ptrdiff_t>(network.bits / 8);
    if (!std::equal(address->begin(), address->begin() + whole, network.address.begin())) return false;
    const unsigned rest = network.bits % 8;
    const auto at = static_cast<std::size_t>(whole);
    return rest == 0 || (((*address)[at] ^ network.address[at]) >> (8 - rest)) == 0;
}

std::string counted_peer(std::string_view peer, std::string_view forwarded_for, const std::vector<Network>& proxies) {
    for (int hops = 0; hops < most_hops && !forwarded_for.empty() && is_of(proxies, peer); ++hops) {
        const auto comma = forwarded_for.rfind(',');
        const auto last = without_blanks(forwarded_for.substr(comma == std::string_view::npos ? 0 : comma + 1));
        if (!read_address(last)) break;
        peer = last;
        forwarded_for = comma == std::string_view::npos ? std::string_view() : forwarded_for.substr(0, comma);
    }
    auto address = read_address(peer);
    if (!address) return std::string(peer);
    std::array<char, longest_address + 1> text{};
    if (is_v4(*address)) return ::inet_ntop(AF_INET, address->data() + mapped_bits / 8, text.data(), text.size());
    std::fill(address->begin() + 8, address->end(), std::uint8_t{0});
    return std::string(::inet_ntop(AF_INET6, address->data(), text.data(), text.size())) + "/64";
}

}  // namespace caveat::sockets
