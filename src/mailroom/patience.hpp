#pragma once
// How long the copies of a post have been on their way, as far as the clock can be believed: what the wall clock said when this process
// first looked, and monotonic time from then on. A clock that jumps a year ahead for a second gives up nothing. On the courier's thread.
#include <chrono>
#include <cstdint>
#include <unordered_map>

#include "caveat/mailroom/outbox.hpp"

namespace caveat::mailroom {

class Patience {
public:
    using Moment = std::chrono::steady_clock::time_point;

    Patience(const OutboxOptions& options, Moment now) : options_(options), trusted_from_(now) {}

    // Since when the wall clock, as it stands now, says that the post has been on its way.
    [[nodiscard]] Instant since(const storage::Post& post, Instant wall, Moment now);
    // RFC 5321 §4.5.4.1: after OutboxOptions::give_up, and not by what one clock said alone: so many attempts were made, or this process
    // has seen the clock stand for a while.
    [[nodiscard]] bool over(const storage::Post& post, std::int32_t attempts, Instant wall, Moment now);

    void clock_was_set(Moment now) { trusted_from_ = now; }
    void forget(PostKey post) { seen_.erase(post); }

private:
    static constexpr std::chrono::hours stood_for{24};

    struct Seen {
        std::chrono::microseconds waited{};  // by then, says the wall clock
        Moment at;
    };
    [[nodiscard]] std::chrono::microseconds waited(const storage::Post& post, Instant wall, Moment now);

    const OutboxOptions& options_;
    Moment trusted_from_;
    std::unordered_map<PostKey, Seen> seen_;  // of posts with open copies
};

}  // namespace caveat::mailroom
