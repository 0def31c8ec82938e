#pragma once
// The courier's side of the mailroom: the copies that are due, asked about again at this moment (A2), and what became of them. Lives on the
// courier's thread with a Store of its own.
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/mailroom/handed_over.hpp"
#include "caveat/mailroom/room.hpp"
#include "caveat/mailroom/shipment.hpp"
#include "caveat/openpgp/own_keys.hpp"

namespace caveat::mailroom {

// One recipient's copy, ready to be handed over. The message is shared between recipients as long as they get the same bytes.
struct Copy {
    using Moment = std::chrono::steady_clock::time_point;

    PostKey post = 0;
    std::int32_t seq = 0;
    std::int32_t attempts = 0;  // made before this one
    Instant queued{};           // patience counts from here: when the post was dispatched, on the wall clock as it stands now
    std::string mail_from;      // opaque, authenticated return path (M3); "" for notices
    std::string rcpt_to;
    std::shared_ptr<const Shipment> message;
    Moment asked{};  // when policy said that this reader may receive it
};

// How long that answer holds: a copy that would leave later goes back and is asked about again (A2).
constexpr std::chrono::milliseconds fresh_for{1000};

// What a courier needs, as an interface, so that its tests can replace it.
class Queue {
public:
    virtual ~Queue() = default;

    // At the start of the only courier: what a dead process had leased is due at once.
    virtual void recover() = 0;
    // At the end of a courier, when none of its copies is out and it asks no more: what is still leased never left, and is due.
    virtual void put_back() = 0;

    // Commits `done` (one sync), then returns up to `want` copies whose recipients may receive *now*; the others are closed as withheld
    // with their reason. If none is returned with `want` > 0, nothing is due before `next_due` or the next outcome. Copies returned are
    // leased until recorded. storage::Unavailable: nothing of `done` was committed and no copy was leased; ask again. But
    // with storage::Displaced both may have been, and the courier ends.
    [[nodiscard]] virtual std::vector<Copy> exchange(std::span<const storage::Outcome> done, std::size_t want) = 0;

    [[nodiscard]] virtual std::optional<Instant> next_due() = 0;  // the earliest deferred copy; past: one that waits for room
    // There may be work: somebody committed, the queue itself wrote a letter when nobody asked for work, or the clock was set.
    [[nodiscard]] virtual bool changed_elsewhere() = 0;
};

struct OutboxOptions {
    std::size_t bytes_in_flight = 128U << 20;                   // of messages that are out: then no new one is opened until some came back
    std::chrono::milliseconds ask_again_after = fresh_for / 2;  // when making a copy took so long; the other half is the hand's

    // Patience with the relay is the courier's (delivery::Schedule). The outbox holds it against clocks that are set: a copy is given up
    // only when monotonic time or the attempts bear the wall clock out, and no retry is later than `longest_wait`.
    std::chrono::seconds give_up{5 * 86'400};
    std::int32_t enough_attempts = 16;
    std::chrono::seconds longest_wait{5 * 3600};
    std::function<std::chrono::seconds(std::int32_t attempts)> wait = {};  // before the next attempt; without it `longest_wait`
    openpgp::OwnKeys* lists = nullptr;                                     // what seals; without it sealed copies wait
    std::chrono::seconds seal_again_after{30};                             // when GnuPG was late or failed: nothing asks it meanwhile
    // Where GnuPG works, so that copies in clear do not wait for it; without it a thread for each slice, one after the other.
    std::function<void(std::function<void()> work)> elsewhere = {};
    std::function<void()> sealed = {};          // on whatever thread: GnuPG has done its work, and copies wait for it
    std::chrono::minutes warn_again_after{10};  // of the relay; monotonic time
    // A line for the log, on the courier's thread: the clock was set, the relay takes nothing from us or cannot be reached (at most one in
    // `warn_again_after`), it takes copies again after that, or it does not take a post, whoever its reader is (once a post).
    std::function<void(std::string_view)> tell_operator = {};
};

class Outbox final : public Queue {
public:
    // `counts`, if given, outlives the outbox: what became of copies, once it is committed.
    explicit Outbox(const Room& room, HandedOver* counts = nullptr, const OutboxOptions& options = {});
    ~Outbox() override;

    void recover() override;
    void put_back() override;
    [[nodiscard]] std::vector<Copy> exchange(std::span<const storage::Outcome> done, std::size_t want) override;
    [[nodiscard]] std::optional<Instant> next_due() override;
    [[nodiscard]] bool changed_elsewhere() override;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace caveat::mailroom
