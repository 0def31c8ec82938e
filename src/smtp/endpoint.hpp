#pragma once
// The spellings of Endpoint::address, and the care a Unix socket's file needs. Throws std::runtime_error naming the address.
#include <cstdint>
#include <string>
#include <string_view>

namespace caveat::smtp {

struct Place {
    std::string host;  // a literal IPv4 or IPv6 address, without brackets
    std::uint16_t port = 0;
    std::string path;  // of a Unix socket; then there is no host

    [[nodiscard]] bool is_unix() const { return !path.empty(); }
};

[[nodiscard]] Place read_place(std::string_view address);

// Removes the socket a dead process left behind. Whatever else is at `path`, and a socket somebody listens on, stays and is complained of.
void clear_stale_socket(const std::string& path);

}  // namespace caveat::smtp
