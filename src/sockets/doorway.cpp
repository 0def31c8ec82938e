#include "caveat/sockets/doorway.hpp"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <stdexcept>

namespace caveat::sockets {
namespace {

struct Place {
    std::string host;  // a literal IPv4 or IPv6 address, without brackets
    std::uint16_t port = 0;
    std::string path;  // of a Unix socket; then there is no host

    [[nodiscard]] bool is_unix() const { return !path.empty(); }
};

bool somebody_listens(const std::string& path) {
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    std::memcpy(name.sun_path, path.data(), path.size());
    const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (probe < 0) throw std::runtime_error(fmt::format("unix:{}: {}", path, std::strerror(errno)));
    const bool refused = ::connect(probe, reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0 && errno == ECONNREFUSED;
    ::close(probe);
    return !refused;
}

Place read_place(std::string_view address) {
    const auto wrong = [&](std::string_view why) { return std::runtime_error(fmt::format("{}: {}", address, why)); };
    constexpr std::string_view unix_prefix = "unix:";
    if (address.starts_with(unix_prefix)) {
        const auto path = address.substr(unix_prefix.size());
        if (path.empty()) throw wrong("write unix:/path/of/the/socket");
        if (path.size() >= sizeof(sockaddr_un::sun_path)) throw wrong("the path of a Unix socket has at most 107 octets");
        return {"", 0, std::string(path)};
    }
    const auto colon = address.rfind(':');
    if (colon == std::string_view::npos) throw wrong("write address:port or unix:/path");
    auto host = address.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    if (host.empty()) throw wrong("an address is needed before the port, 0.0.0.0 or [::] for all");
    const auto digits = address.substr(colon + 1);
    std::uint16_t port = 0;
    const auto [stop, trouble] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (trouble != std::errc() || stop != digits.data() + digits.size()) throw wrong("the port is a number up to 65535");
    return {std::string(host), port, ""};
}

// Anything else at `path`, and a socket on which somebody listens, stays and is an error.
void clear_stale_socket(const std::string& path) {
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0) return;
    if (!S_ISSOCK(found.st_mode)) throw std::runtime_error(fmt::format("unix:{}: there is something that is not a socket", path));
    if (somebody_listens(path)) throw std::runtime_error(fmt::format("unix:{}: another process listens there", path));
    ::unlink(path.c_str());
}

struct Address {
    sockaddr_storage bytes{};
    socklen_t size = 0;
};

Address address_of(const Place& place) {
    Address address;
    if (place.is_unix()) {
        auto& name = reinterpret_cast<sockaddr_un&>(address.bytes);
        name.sun_family = AF_UNIX;
        std::memcpy(name.sun_path, place.path.data(), place.path.size());
        address.size = sizeof name;
        return address;
    }
    auto& v4 = reinterpret_cast<sockaddr_in&>(address.bytes);
    if (::inet_pton(AF_INET, place.host.c_str(), &v4.sin_addr) == 1) {
        v4.sin_family = AF_INET;
        v4.sin_port = htons(place.port);
        address.size = sizeof v4;
        return address;
    }
    auto& v6 = reinterpret_cast<sockaddr_in6&>(address.bytes);
    if (::inet_pton(AF_INET6, place.host.c_str(), &v6.sin6_addr) != 1) {
        throw std::runtime_error(fmt::format("{}:{}: no literal IPv4 or IPv6 address", place.host, place.port));
    }
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(place.port);
    address.size = sizeof v6;
    return address;
}

std::string bound_to(int descriptor, const Place& place) {
    if (place.is_unix()) return "unix:" + place.path;
    Address address;
    address.size = sizeof address.bytes;
    ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address.bytes), &address.size);
    const bool v6 = address.bytes.ss_family == AF_INET6;
    const auto port =
        ntohs(v6 ? reinterpret_cast<sockaddr_in6&>(address.bytes).sin6_port : reinterpret_cast<sockaddr_in&>(address.bytes).sin_port);
    return v6 ? fmt::format("[{}]:{}", place.host, port) : fmt::format("{}:{}", place.host, port);
}

}  // namespace

Doorway open_doorway(std::string_view text) {
    const Place place = read_place(text);
    if (place.is_unix()) clear_stale_socket(place.path);
    Address address = address_of(place);
    Doorway door;
    door.family = address.bytes.ss_family;
    door.path = place.path;
    door.descriptor = ::socket(door.family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto failed = [&] {
        const int error = errno;
        if (door.descriptor >= 0) ::close(door.descriptor);
        return std::runtime_error(fmt::format("{}: {}", text, std::strerror(error)));
    };
    if (door.descriptor < 0) throw failed();
    const int on = 1;
    if (!place.is_unix()) ::setsockopt(door.descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (door.family == AF_INET6) ::setsockopt(door.descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    if (::bind(door.descriptor, reinterpret_cast<const sockaddr*>(&address.bytes), address.size) != 0) throw failed();
    // Between bind and listen nobody can connect, so the mode is right before the first client.
    if (place.is_unix() && ::chmod(place.path.c_str(), 0660) != 0) throw failed();
    if (::listen(door.descriptor, SOMAXCONN) != 0) throw failed();
    door.bound = bound_to(door.descriptor, place);
    return door;
}

}  // namespace caveat::sockets
