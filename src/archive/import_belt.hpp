#pragma once
// From the thread that makes the mails of an import ready to the one that writes them, in order, a few megabytes at most.
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <mutex>
#include <utility>
#include <vector>

#include "import_mail.hpp"

namespace caveat::archive {

class Belt {
public:
    // False: nobody takes them any more.
    bool put(ImportMail mail) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return abandoned_ || (bytes_ < most_bytes && mails_.size() < most_mails); });
        if (abandoned_) return false;
        bytes_ += mail.size;
        mails_.push_back(std::move(mail));
        if (are_enough()) changed_.notify_all();
        return true;
    }
    void end(std::exception_ptr trouble) {
        const std::lock_guard lock(mutex_);
        ended_ = true;
        trouble_ = std::move(trouble);
        changed_.notify_all();
    }
    // Some, or the last ones; none: that was all. Throws what the other thread met.
    std::vector<ImportMail> take() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return ended_ || are_enough(); });
        if (mails_.empty() && trouble_) std::rethrow_exception(trouble_);
        bytes_ = 0;
        changed_.notify_all();
        return std::exchange(mails_, {});
    }
    void abandon() {
        const std::lock_guard lock(mutex_);
        abandoned_ = true;
        changed_.notify_all();
    }

private:
    static constexpr std::size_t most_bytes = 4U << 20, most_mails = 500;

    // So that not each of them wakes who takes them.
    [[nodiscard]] bool are_enough() const { return mails_.size() >= most_mails / 8 || bytes_ >= most_bytes / 8; }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<ImportMail> mails_;
    std::size_t bytes_ = 0;
    bool ended_ = false, abandoned_ = false;
    std::exception_ptr trouble_;
};

// Nobody takes them any more, however this scope ends.
struct AtTheEnd {
    explicit AtTheEnd(Belt& belt) : of(belt) {}
    ~AtTheEnd() { of.abandon(); }
    AtTheEnd(const AtTheEnd&) = delete;
    AtTheEnd& operator=(const AtTheEnd&) = delete;
    Belt& of;
};

}  // namespace caveat::archive
