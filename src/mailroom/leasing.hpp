#pragma once
// The first part of the outbox: leases copies and asks which of their readers may receive now (A2). It does nothing but SQL and asking,
// because it runs inside the write lock.
#include <optional>
#include <vector>

#include "outgoing.hpp"

namespace caveat::mailroom {

class Leasing {
    // How far the rows of the last lease were asked about, and whose turn it was.
    struct Position {
        std::shared_ptr<const Batch> batch;
        std::size_t at = 0;
        PostKey last_post = 0;
    };

public:
    struct Round {
        std::vector<Leased> approved;
        std::vector<Refusal> refused;
        bool exhausted = false;  // nothing more is due
        Position position;
    };

    Leasing(const Room& room, OutgoingPosts& posts) : room_(room), posts_(posts) {}

    // Inside the caller's transaction: up to `want` approved copies, and those refused on the way. Changes nothing in memory: a transaction
    // that fails takes the round with it. It may end early, so that a list of refusals does not fill memory.
    [[nodiscard]] Round ask(std::size_t want);
    // The same of this post alone, whose rows are few. The others keep their turn.
    [[nodiscard]] Round ask_of(PostKey post, std::size_t want);
    void keep(const Round& round) { position_ = round.position; }  // it is committed
    // Rows that are leased, and were not asked about yet.
    [[nodiscard]] bool has_rows_left() const { return position_.batch && position_.at < position_.batch->due.size(); }

    // Asks again about a copy that was approved a while ago, outside a transaction. None: it may still go, and `copy.asked` is now.
    [[nodiscard]] std::optional<Refusal> ask_again(Leased& copy);

private:
    bool lease(Position& position, Instant now);
    [[nodiscard]] std::shared_ptr<const Batch> read(PostKey key, std::vector<storage::Due> due, Instant now) const;
    void ask_batch(Round& round, std::size_t want, Instant now, Copy::Moment asked) const;
    [[nodiscard]] std::optional<Refusal> refusal(Leased& copy, Instant now) const;

    const Room& room_;
    OutgoingPosts& posts_;
    Position position_;
};

}  // namespace caveat::mailroom
