#pragma once
// Rows of the register or of the offices' records were changed by somebody who has no key (Journal::altered): nothing is decided by them,
// nothing written over them and nothing handed over, until they are as they were. Every transaction says so by throwing Altered, which
// every door answers with "try again", but for those that were begun with Needs::nothing.
//
// In the daemon one thread looks, for all stores: they share a Standstill by their Options. A store that has none, or one that nobody looks
// after, as in a command, looks for itself before it first writes.
#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <utility>

#include "caveat/storage/store.hpp"

namespace caveat::storage {

struct Altered : Unavailable {
    using Unavailable::Unavailable;
};

class Standstill {
public:
    // The thread that looks. From the first `look` on nobody else does.
    void look(std::string what) {  // empty: all is as it should be
        const std::lock_guard lock(mutex_);
        what_ = std::move(what);
        if (what_.empty() == here_) ++times_;
        here_ = !what_.empty();
        looked_after_ = true;
    }
    void let_go(PostKey letter) { letter_ = letter; }

    // Any thread.
    [[nodiscard]] bool is_looked_after() const noexcept { return looked_after_; }
    [[nodiscard]] bool is_here() const noexcept { return here_; }
    [[nodiscard]] std::int64_t times() const noexcept { return times_; }   // that it began or ended
    [[nodiscard]] PostKey letter() const noexcept { return letter_; }      // to the operator, about it: goes nevertheless; 0: none
    [[nodiscard]] std::string what() const {
        const std::lock_guard lock(mutex_);
        return what_;
    }

private:
    mutable std::mutex mutex_;
    std::string what_;
    std::atomic<bool> looked_after_{false}, here_{false};
    std::atomic<std::int64_t> times_{0};
    std::atomic<PostKey> letter_{0};
};

[[nodiscard]] PostKey letter_about_standstill(Store& store);  // 0: none

// For whoever is told: what it is, what follows from it, and what ends it.
[[nodiscard]] std::string standstill_in_words(const std::string& what);

}  // namespace caveat::storage
