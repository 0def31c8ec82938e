#include "bell.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

namespace caveat::delivery {

Bell::Bell() : fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

Bell::~Bell() { close(fd_); }

void Bell::ring() noexcept {
    if (rung_.exchange(true)) return;
    int saved = errno;  // a signal handler must not change it
    std::uint64_t one = 1;
    static_cast<void>(!write(fd_, &one, sizeof one));
    errno = saved;
}

void Bell::sleep(std::chrono::milliseconds most) {
    pollfd wait{fd_, POLLIN, 0};
    if (poll(&wait, 1, static_cast<int>(most.count())) > 0) quiet();
}

void Bell::quiet() {
    std::uint64_t rings = 0;
    static_cast<void>(!read(fd_, &rings, sizeof rings));
    // Only now may the next ring write again. If a ring came in between, the caller sees what was stored before it at its next look.
    rung_.exchange(false);
}

}  // namespace caveat::delivery
