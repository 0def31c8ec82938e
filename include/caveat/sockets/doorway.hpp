#pragma once
// The address of a door: its spellings, and a socket that listens there. A Unix socket has mode 0660 before the first client connects, and
// a stale one left by a dead process is replaced. Throws std::runtime_error naming the address. Any thread.
#include <string>
#include <string_view>

namespace caveat::sockets {

struct Doorway {
    int descriptor = -1;  // listening; its owner closes it
    int family = 0;       // AF_INET, AF_INET6 (IPv6 only) or AF_UNIX
    std::string bound;    // the address in use, with the port the system chose for port 0
    std::string path;     // of a Unix socket: its owner removes it at the end
};

// "127.0.0.1:8024", "[::1]:8024" or "unix:/run/caveat/lmtp.sock".
[[nodiscard]] Doorway open_doorway(std::string_view address);

}  // namespace caveat::sockets
