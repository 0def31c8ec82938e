#include "caveat/delivery/waiting.hpp"

#include <poll.h>

#include <cerrno>

namespace caveat::delivery {
namespace {

class Blocking final : public Waiting {
public:
    void watch(int) override {}
    void forget(int) override {}
    bool until_ready(int socket, short events, std::chrono::milliseconds longest) override {
        pollfd wait{socket, events, 0};
        for (;;) {
            const int n = poll(&wait, 1, static_cast<int>(longest.count()));
            if (n < 0 && errno == EINTR) continue;
            return n > 0;
        }
    }
    void aside(const std::function<void()>& action) override { action(); }
};

}  // namespace

Waiting& on_this_thread() {
    static Blocking blocking;
    return blocking;
}

}  // namespace caveat::delivery
