#include "endpoint.hpp"

#include <fmt/core.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <stdexcept>

namespace caveat::smtp {
namespace {

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

}  // namespace

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

void clear_stale_socket(const std::string& path) {
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0) return;
    if (!S_ISSOCK(found.st_mode)) throw std::runtime_error(fmt::format("unix:{}: there is something that is no socket", path));
    if (somebody_listens(path)) throw std::runtime_error(fmt::format("unix:{}: another process listens there", path));
    ::unlink(path.c_str());
}

}  // namespace caveat::smtp
