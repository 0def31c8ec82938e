#pragma once
// What became of copies since the process began, for metrics. The outbox writes, any thread reads. Only numbers, no names and no content.
#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>

#include "caveat/clock.hpp"
#include "caveat/storage/deliveries.hpp"

namespace caveat::mailroom {

struct HandedOver {
    // From the dispatch of a post until the relay had a copy: upper bounds in seconds; what took longer is in the last bucket.
    static constexpr std::array<double, 9> bounds{0.1, 0.5, 1, 5, 30, 120, 600, 3600, 86'400};

    std::array<std::atomic<std::uint64_t>, storage::delivery_states.size()> outcomes{};  // by storage::DeliveryState, deferrals included
    std::array<std::atomic<std::uint64_t>, bounds.size() + 1> took{};
    std::atomic<std::uint64_t> took_micros{0};  // of all together
    std::atomic<std::int64_t> reached{0};       // when the relay last took or refused a copy; 0: not yet
    std::atomic<std::int64_t> unreachable{0};   // when it last could not be reached
    std::atomic<std::int64_t> refusing{0};      // when it last refused a copy for a reason that lies with it or with us

    void note(storage::DeliveryState state, std::uint64_t copies = 1) {
        outcomes.at(static_cast<std::size_t>(state)).fetch_add(copies, std::memory_order_relaxed);
    }
    void note_sent_after(std::chrono::microseconds wait) {
        const auto seconds = std::chrono::duration<double>(wait).count();
        std::size_t bucket = 0;
        while (bucket < bounds.size() && seconds > bounds[bucket]) ++bucket;
        took[bucket].fetch_add(1, std::memory_order_relaxed);
        took_micros.fetch_add(static_cast<std::uint64_t>(std::max<std::int64_t>(wait.count(), 0)), std::memory_order_relaxed);
    }
};

}  // namespace caveat::mailroom
