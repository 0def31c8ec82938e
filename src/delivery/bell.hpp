#pragma once
// Wakes one sleeping thread from any other, or from a signal handler. An eventfd and not std::counting_semaphore, which in the standard
// library of g++ 12 can miss a timed wake-up (its bug 104928).
#include <atomic>
#include <chrono>

namespace caveat::delivery {

class Bell {
public:
    Bell();
    ~Bell();
    Bell(const Bell&) = delete;
    Bell& operator=(const Bell&) = delete;

    void ring() noexcept;
    void sleep(std::chrono::milliseconds most);  // returns at once if it rang since the last sleep

    // For who sleeps on several things: readable once it rang. After `quiet` the next ring wakes again.
    [[nodiscard]] int handle() const { return fd_; }
    void quiet();

private:
    int fd_;
    std::atomic<bool> rung_{false};  // spares the second ring its system call
};

}  // namespace caveat::delivery
