#pragma once
// The thread of the daemon that looks after keys: whatever door brought a list that encrypts, or a person's key, the list gets its key and
// the person's is looked at, and all are looked at daily; who has a key that ends soon is told. It has a connection to the database of its
// own and is the only thread that waits for GnuPG's examinations but the HTTP door's locksmith. Forms of applications that came with a key
// are verified here, too. While the clock is doubted (KnownTime) no key of ours is replaced by itself: a clock that stands ahead for a
// moment would leave keys of the future.
#include <functional>
#include <string_view>

#include "caveat/known_time.hpp"
#include "house.hpp"
#include "stop_signal.hpp"

namespace caveat::server {

class KeyWatch {
public:
    KeyWatch(House& house, storage::Store store, std::function<void(std::string_view)> log)
        : house_(house),
          store_(std::move(store)),
          log_(std::move(log)),
          known_(store_.journal().newest_until(Instant::max()), house.clock().now(), std::chrono::steady_clock::now(),
                 before_a_key_is_replaced) {}

    void run();                    // until stop()
    void stop() { stop_.give(); }  // any thread

private:
    void look();
    void tell(const std::string& trouble);  // empty: there is none
    void replace_own_key();
    void replace_keys_made_ahead();
    bool documents_came();
    void warn_of_ends();

    House& house_;
    storage::Store store_;
    std::function<void(std::string_view)> log_;
    std::string told_;  // the last trouble; each is told of once
    std::int64_t journal_seen_ = 0;
    std::chrono::steady_clock::time_point next_warning_{};
    ClockWatch clock_;
    KnownTime known_;

    StopSignal stop_;
};

}  // namespace caveat::server
