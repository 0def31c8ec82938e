#pragma once
// What the door counts, and what the courier reports to it, for /metrics and the operator's page: requests by route and status with their
// latency, and a sample of the queue every ten seconds for the last hour. Numbers only: no address, no token, no content (O5). The net
// thread counts, the clerk's thread samples and reads.
#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <mutex>
#include <vector>

#include "caveat/mailroom/handed_over.hpp"

namespace caveat::storage {
class Store;
}

namespace caveat::http {

struct Sample {
    Instant at{};
    std::int64_t queued = 0;
    std::int64_t deferred = 0;
    std::int64_t taken_in = 0;  // the rest are totals too: their differences are rates
    std::uint64_t sent = 0;
    std::uint64_t failed = 0;
    std::uint64_t withheld = 0;
    std::uint64_t requests = 0;
};

class Meters {
public:
    static constexpr std::array<double, 6> bounds{0.005, 0.02, 0.1, 0.5, 2, 10};  // seconds
    static constexpr std::size_t classes = 5;                                     // 1xx to 5xx
    static constexpr std::chrono::seconds every{10};
    static constexpr std::size_t samples_kept = 361;  // an hour, with the sample it begins at

    struct Traffic {  // of one route
        std::array<std::atomic<std::uint64_t>, classes> replies{};
        std::array<std::atomic<std::uint64_t>, bounds.size() + 1> took{};
        std::atomic<std::uint64_t> took_micros{0};
    };

    // `database`: of whose disk the free space is told. `courier`, if any, outlives this.
    Meters(Instant started, std::filesystem::path database, const mailroom::HandedOver* courier = nullptr);

    // `place`: of a route in the table; `pages()` and `nowhere()` for what is none.
    void note(std::size_t place, int status, std::chrono::microseconds took);
    [[nodiscard]] static std::size_t pages();
    [[nodiscard]] static std::size_t nowhere();
    [[nodiscard]] const std::vector<Traffic>& traffic() const { return traffic_; }

    void sample(storage::Store& store, Instant now);
    [[nodiscard]] std::vector<Sample> samples() const;

    [[nodiscard]] Instant started() const { return started_; }
    [[nodiscard]] const std::filesystem::path& database() const { return database_; }
    [[nodiscard]] const mailroom::HandedOver* courier() const { return courier_; }

private:
    Instant started_;
    std::filesystem::path database_;
    const mailroom::HandedOver* courier_;
    std::vector<Traffic> traffic_;
    std::atomic<std::uint64_t> requests_{0};
    mutable std::mutex lock_;  // of the samples: taken once in ten seconds
    std::deque<Sample> samples_;
};

}  // namespace caveat::http
