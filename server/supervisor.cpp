#include "supervisor.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace caveat::server {
namespace {

std::string from_environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string{} : std::string{value};
}

std::uint64_t number_from(const std::string& text) {
    std::uint64_t number = 0;
    const auto [end, trouble] = std::from_chars(text.data(), text.data() + text.size(), number);
    return trouble == std::errc{} && end == text.data() + text.size() ? number : 0;
}

}  // namespace

void forbid_core_files() {
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    ::prctl(PR_SET_DUMPABLE, 0);
}

Supervisor::Supervisor() : socket_(from_environment("NOTIFY_SOCKET")) {
    const auto watched = from_environment("WATCHDOG_PID");
    if (!watched.empty() && number_from(watched) != static_cast<std::uint64_t>(::getpid())) return;
    constexpr std::uint64_t most = 24ULL * 3600 * 1'000'000;
    pulse_ = std::chrono::microseconds{std::min(number_from(from_environment("WATCHDOG_USEC")), most) / 2};
}

void Supervisor::tell(std::string_view state) const {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (socket_.empty() || socket_.size() >= sizeof address.sun_path) return;
    std::copy(socket_.begin(), socket_.end(), address.sun_path);
    if (address.sun_path[0] == '@') address.sun_path[0] = '\0';
    const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return;
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
    // Never waits: the desk has more to do than to wait for a supervisor that does not read.
    (void)::sendto(fd, state.data(), state.size(), MSG_DONTWAIT | MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address), length);
    ::close(fd);
}

}  // namespace caveat::server
