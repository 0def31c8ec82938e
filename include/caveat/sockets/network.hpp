#pragma once
// Addresses as peers have them and as proxies report them, and ranges of them (RFC 4632, RFC 4291 §2.3). Pure; any thread.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caveat::sockets {

using IpAddress = std::array<std::uint8_t, 16>;  // IPv4 as ::ffff:a.b.c.d (RFC 4291 §2.5.5.2)

// A literal IPv4 or IPv6 address without brackets and port; none for anything else.
[[nodiscard]] std::optional<IpAddress> read_address(std::string_view text);

// "127.0.0.1", "10.0.0.0/8", "2001:db8::/32", or "unix": whoever speaks through a Unix socket.
struct Network {
    IpAddress address{};
    unsigned bits = 128;   // of the address that count
    bool is_unix = false;  // then there is no address
};
[[nodiscard]] std::optional<Network> read_network(std::string_view text);
[[nodiscard]] bool holds(const Network& network, std::string_view peer);  // peer: an address, or "unix"

// Whom limits of a peer count, where `proxies` stand in front: the last address of `forwarded_for` (X-Forwarded-For) that is not of a
// proxy, if the peer is one; else the peer. What a peer that is no proxy writes there is not read, and behind a value that is no address
// nothing is. An IPv6 address counts with its whole /64, because one client has all of that (RFC 6177).
[[nodiscard]] std::string counted_peer(std::string_view peer, std::string_view forwarded_for, const std::vector<Network>& proxies);

}  // namespace caveat::sockets
