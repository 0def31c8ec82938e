#pragma once
// What hands copies over one connection, and its two places. The courier fills a place, the hand sets its outcome, and it is free again
// only when the outcome is committed: so a connection never has more than two copies without a committed outcome (D3). There are two, so
// that the relay works on the second while the first is committed.
//
// The places are a ring and three counts that only grow: freed <= answered <= given <= freed + 2. `given` and `freed` belong to the
// courier, `answered` to the hand. No mutex; the hand waits for `given` in its berth, the courier rings.
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "caveat/delivery/transport.hpp"
#include "caveat/mailroom/outbox.hpp"
#include "crew.hpp"

namespace caveat::delivery {

class Hand {
public:
    static constexpr std::uint32_t places = 2;
    using Moment = std::chrono::steady_clock::time_point;

    struct Place {
        enum class State : std::uint8_t { waiting, being_read, begun, taken_back };  // being_read: for its envelope; then it waits again
        mailroom::Copy copy;
        TransportOutcome reply;
        std::chrono::steady_clock::duration took{};
        std::atomic<State> state{State::waiting};
    };

    // `answered` is called on the crew's thread after each copy that has its outcome. `is_spare`: for when all others wait.
    Hand(Crew& crew, const TransportMaker& make, std::function<void()> answered, bool is_spare);
    ~Hand();       // finishes the copy it has begun
    void close();  // the destructor's beginning, for those that end together
    Hand(const Hand&) = delete;
    Hand& operator=(const Hand&) = delete;

    [[nodiscard]] bool is_spare() const { return is_spare_; }
    // The rest is for the courier's thread.
    [[nodiscard]] std::uint32_t held() const { return (given_ - freed_) & ~closing; }
    [[nodiscard]] std::uint32_t unanswered() const { return (given_ - answered_.load(std::memory_order_acquire)) & ~closing; }
    void assign(mailroom::Copy copy);  // and `wake` after the last one
    // Of the copies without an outcome: their domains, each once and else empty; and how long the first has waited for its own.
    [[nodiscard]] std::array<std::string_view, places> domains() const;
    [[nodiscard]] Moment::duration waited(Moment now) const { return unanswered() > 0 ? now - first_since_ : Moment::duration{0}; }
    void wake();  // all hands of its crew
    // The next place with an outcome that was not collected yet; its contents may be moved away.
    [[nodiscard]] Place* collect();
    void free_collected() { freed_ = collected_; }  // their outcomes are committed
    // A copy that waits behind a slow one, if it has not been begun: it can go to another hand (D5).
    [[nodiscard]] std::optional<mailroom::Copy> take_back_waiting();

    // A hand that cannot reach the relay rests; then it gets one copy to try with.
    void rest(Moment now, std::chrono::milliseconds longest);
    void reached();
    [[nodiscard]] std::uint32_t free_places(Moment now) const;  // once what is collected is committed
    [[nodiscard]] std::uint32_t open_places(Moment now) const { return std::min(free_places(now), places - held()); }
    [[nodiscard]] Moment rested_at() const { return rests_until_; }
    [[nodiscard]] std::chrono::milliseconds last_rest() const { return last_rest_; }
    // A copy waits behind a slow one.
    [[nodiscard]] bool stuck(Moment now) const { return unanswered() == places && !was_taken_back_ && now - moved_ > stuck_after; }

private:
    static constexpr std::uint32_t closing = 1U << 31;
    static constexpr std::chrono::milliseconds first_rest{1000};
    static constexpr std::chrono::milliseconds stuck_after{100};

    void work();
    void hand_over(Place& place, std::uint32_t at);
    [[nodiscard]] std::optional<Envelope> waiting_at(std::uint32_t at);

    std::array<Place, places> ring_;
    std::uint32_t given_ = 0, collected_ = 0, freed_ = 0;  // the courier's
    std::atomic<std::uint32_t> offered_{0};                // `given_` as the hand sees it, with the closing bit
    std::atomic<std::uint32_t> answered_{0};
    Moment rests_until_{};
    Moment moved_{};               // when its last copy was given or collected
    Moment first_since_{};         // when the first that has no outcome was given, or became the first
    bool was_taken_back_ = false;  // the last copy that was given
    std::chrono::milliseconds next_rest_{first_rest};
    std::chrono::milliseconds last_rest_{0};
    const bool is_spare_;
    Crew& crew_;
    Crew::Berth berth_;
    std::unique_ptr<Transport> transport_;
    std::function<void()> on_answer_;
};

}  // namespace caveat::delivery
