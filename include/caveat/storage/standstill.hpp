#pragma once
// Rows of the register or of the offices' records were changed by somebody who has no key (Journal::altered): nothing is decided by them,
// nothing written over them and nothing handed over, until they are as they were. Every transaction says so by throwing Altered, which
// every door answers with "try again", but for those that were begun with Needs::nothing.
//
// In the daemon one thread looks, for all stores: they share a Standstill by their Options. Between its looks no row is believed that
// somebody else may have changed: SQLite counts the commits of the file, those of the daemon's own stores are known, and after any other
// the store that comes next adds up before it reads or writes, whoever committed and whatever that takes. So an edit that is put back
// between two looks is used by nobody. A store that has none, or one that nobody looks after, as in a command, looks for itself before it
// first writes.
//
// Entries of the journal are many, and few of them are asked for what they say: each of these is looked at when it is read (Journal::each),
// and all of them, one after the other, by the thread that looks.
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "caveat/storage/store.hpp"

namespace caveat::storage {

struct Altered : Unavailable {
    using Unavailable::Unavailable;
};

// Which commits of the file, as SQLite counts them, have left the rows as they should be: those of this process after one that was looked
// at. Any thread.
class KnownCommits {
public:
    [[nodiscard]] bool has(std::optional<std::uint32_t> commit) {
        std::unique_lock lock(mutex_);
        if (!commit) return false;
        // It may be ours: whoever commits is about to say.
        if (pending_ == commit) settled_.wait(lock, [&] { return pending_ != commit; });
        return range_ && *commit - range_->first <= range_->last - range_->first;
    }
    enum class Lock : std::uint8_t { held, free };  // of the database, for writing
    void learn(std::uint32_t commit, Lock write_lock) {
        const std::lock_guard lock(mutex_);
        const bool newer = !range_ || static_cast<std::int32_t>(commit - range_->last) > 0;
        if (newer || (write_lock == Lock::held && commit != range_->last)) range_ = {commit, commit};
    }
    // With the write lock; `before`: the newest commit. `commit` returns whether it has written anything: else there is none.
    template <class Commit>
    void follow(std::optional<std::uint32_t> before, Commit commit) {
        {
            std::unique_lock lock(mutex_);
            settled_.wait(lock, [&] { return !pending_; });
            if (before && range_ && range_->last == *before) pending_ = *before + 1;
        }
        bool written = false;
        try {
            written = commit();
        } catch (...) {
            settle(false);
            throw;
        }
        settle(written);
    }

private:
    void settle(bool written) {
        const std::lock_guard lock(mutex_);
        if (written && pending_ && range_ && range_->last + 1 == *pending_) range_->last = *pending_;
        pending_.reset();
        settled_.notify_all();
    }

    struct Range {
        std::uint32_t first = 0, last = 0;
    };
    std::mutex mutex_;
    std::condition_variable settled_;
    std::optional<Range> range_;
    std::optional<std::uint32_t> pending_;  // is being written
};

class Standstill {
public:
    // The thread that looks. From the first `look` on nobody else does.
    void look(std::string what) {  // empty: all is as it should be
        const std::lock_guard lock(mutex_);
        looked_after_ = true;
        if (what.empty() && !entries_.empty()) return;  // come upon after the look began: the next one asks of it
        what_ = std::move(what);
        if (what_.empty() == here_) ++times_;
        here_ = !what_.empty();
    }
    void let_go(PostKey letter) { letter_ = letter; }
    // Any other thread that found something; whoever looks tells of it, also when it has been put back meanwhile.
    void meet(const std::string& what) {
        const std::lock_guard lock(mutex_);
        met_ = what;
        what_ = what;
        if (!here_) ++times_;
        here_ = true;
    }
    // An entry of the journal that did not hold when it was read. All stand still for as long as it does not.
    void meet_entry(std::int64_t number, const std::string& what) {
        {
            const std::lock_guard lock(mutex_);
            entries_.insert(number);
        }
        meet(what);
    }
    [[nodiscard]] std::set<std::int64_t> met_entries() const {
        const std::lock_guard lock(mutex_);
        return entries_;
    }
    void forget_entry(std::int64_t number) {
        const std::lock_guard lock(mutex_);
        entries_.erase(number);
    }
    [[nodiscard]] std::string take_met() {
        const std::lock_guard lock(mutex_);
        return std::exchange(met_, {});
    }

    [[nodiscard]] KnownCommits& commits() noexcept { return commits_; }

    // Any thread.
    [[nodiscard]] bool is_looked_after() const noexcept { return looked_after_; }
    [[nodiscard]] bool is_here() const noexcept { return here_; }
    [[nodiscard]] std::int64_t times() const noexcept { return times_; }  // that it began or ended
    [[nodiscard]] PostKey letter() const noexcept { return letter_; }     // to the operator, about it: goes nevertheless; 0: none
    [[nodiscard]] std::string what() const {
        const std::lock_guard lock(mutex_);
        return what_;
    }

private:
    mutable std::mutex mutex_;
    std::string what_, met_;
    std::set<std::int64_t> entries_;
    KnownCommits commits_;
    std::atomic<bool> looked_after_{false}, here_{false};
    std::atomic<std::int64_t> times_{0};
    std::atomic<PostKey> letter_{0};
};

[[nodiscard]] PostKey letter_about_standstill(Store& store);  // 0: none

// For whoever is told: what it is, what follows from it, and what ends it.
[[nodiscard]] std::string standstill_in_words(const std::string& what);

}  // namespace caveat::storage
