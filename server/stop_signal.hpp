#pragma once
// What ends a thread of the daemon that looks, works and rests.
#include <chrono>
#include <condition_variable>
#include <mutex>

namespace caveat::server {

class StopSignal {
public:
    void give() {  // any thread
        const std::lock_guard lock(mutex_);
        given_ = true;
        changed_.notify_all();
    }
    [[nodiscard]] bool is_given() {
        const std::lock_guard lock(mutex_);
        return given_;
    }
    // False as soon as it is given.
    [[nodiscard]] bool rest(std::chrono::milliseconds most) {
        std::unique_lock lock(mutex_);
        return !changed_.wait_for(lock, most, [&] { return given_; });
    }

private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool given_ = false;
};

}  // namespace caveat::server
