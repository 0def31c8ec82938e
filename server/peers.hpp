#pragma once
// Whether the mail servers around may hand in mail: over TCP the doors take it from this machine and from `peers` in [smtp].
#include <string>
#include <vector>

#include "caveat/sockets/network.hpp"

namespace caveat::server {

// Addresses of `host` (a name, looked up, or an address, perhaps in brackets) that are neither this machine's nor of `peers`.
[[nodiscard]] std::vector<std::string> unnamed_addresses(const std::string& host, const std::vector<sockets::Network>& peers);

// The host of "smtp://user:password@host:port/", "host:port" or "[::1]:25"; empty for a Unix socket.
[[nodiscard]] std::string host_of(std::string_view where);

}  // namespace caveat::server
