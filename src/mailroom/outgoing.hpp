#pragma once
// What the three parts of the outbox pass to each other: posts on their way out, rows leased together, copies approved or refused.
#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "caveat/mailroom/outbox.hpp"

namespace caveat::mailroom {

// Rows leased together, with what was read of their people. Never changed: a copy keeps the facts on which it was approved.
struct Batch {
    std::shared_ptr<const storage::Post> post;
    std::optional<community::List> list;  // none: it is gone, or the post is a notice
    std::vector<storage::Due> due;
    std::vector<community::Standing> standings;  // of the same people, in the same order
    storage::RegisterVersion register_version;  // of all that was read here; it grows with what is forgotten, too
    bool forgotten = false;
};

// One leased copy; once approved, its reader may receive it as of `asked`.
struct Leased {
    std::shared_ptr<const Batch> batch;
    std::size_t at = 0;  // which row of the batch
    Copy::Moment asked{};
    bool sealed = false;  // it goes sealed to its reader, or not at all

    [[nodiscard]] const storage::Post& post() const { return *batch->post; }
    [[nodiscard]] const storage::Due& due() const { return batch->due[at]; }
    [[nodiscard]] const community::Standing& who() const { return batch->standings[at]; }
};

// One copy that does not go now, and what is to be recorded with it.
struct Refusal {
    storage::Outcome outcome;
    PersonId person;
    bool clock_behind = false;  // it waits for a clock that was set back
};
[[nodiscard]] Refusal refusal_of(const Leased& copy, storage::DeliveryState state, community::Reason because, Instant now,
                                 Instant next = {});

// Rows of posts with open copies, read once and kept while they are in use.
class OutgoingPosts {
public:
    explicit OutgoingPosts(const Room& room) : room_(room) {}
    [[nodiscard]] std::shared_ptr<const storage::Post> get(PostKey key);
    // As it is in this version of the register: a post may have been given another label, and that counts as a change of it.
    [[nodiscard]] std::shared_ptr<const storage::Post> as_of(PostKey key, const storage::RegisterVersion& version);

private:
    static constexpr std::size_t most = 64;

    const Room& room_;
    std::deque<std::shared_ptr<const storage::Post>> recent_;
    storage::RegisterVersion version_;  // of which all of them are, or of a later one
};

}  // namespace caveat::mailroom
