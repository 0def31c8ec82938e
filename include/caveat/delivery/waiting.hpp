#pragma once
// How a transport waits. The thread it runs on may do other things meanwhile.
#include <chrono>
#include <functional>

namespace caveat::delivery {

class Waiting {
public:
    virtual ~Waiting() = default;
    // The connection that is waited for, from when it is open until before it is closed. One at a time.
    virtual void watch(int socket) = 0;
    virtual void forget(int socket) = 0;
    // Until the socket is ready for POLLIN or POLLOUT, or broken, for at most `longest`; false: it is not. That it is ready is told once:
    // who has not taken all there is must go on without asking.
    [[nodiscard]] virtual bool until_ready(int socket, short events, std::chrono::milliseconds longest) = 0;
    // Returns when `action` is done, which may block as it likes and must not throw. It may run on another thread.
    virtual void aside(const std::function<void()>& action) = 0;
};

// By blocking: for who has nothing else to do meanwhile. Any thread.
[[nodiscard]] Waiting& on_this_thread();

}  // namespace caveat::delivery
