#pragma once
// Work that is too long for one request: accepted with 202, done on the desk a slice at a time, so that mail is accepted between two
// slices, and shown under /v1/jobs. Every slice is a transaction of its own and is journaled as what it did, not as a job. Jobs live in
// memory: a restart forgets them, and what they had done until then stays done. Ended ones are kept for an hour, at most 100. Any thread;
// slices run on the desk, in order.
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "caveat/clock.hpp"
#include "caveat/http/server.hpp"
#include "facts.hpp"

namespace caveat::http {

struct Job {
    std::string id;
    std::string what;  // the operation: "bulkSubscribe"
    std::string by;    // the actor; nobody else sees it
    std::string state = "queued";
    std::int64_t done = 0;
    std::int64_t total = 0;
    Instant began{};
    std::optional<Instant> ended = {};
    Json result = {};          // the result of the operation so far
    std::string because = {};  // of a failed one
};

[[nodiscard]] Json job_fact(const Job& job);
extern const Schema job_schema;

class Jobs {
public:
    // Does the next part and updates the job; returns whether there is more. An error ends the job as failed.
    using Slice = std::function<Result<bool>(Job&)>;

    explicit Jobs(Executor desk) : state_(std::make_shared<State>()) { state_->desk = std::move(desk); }

    // A name for a job that may begin. errc::temporary if too many wait already.
    [[nodiscard]] Result<Job> fresh(std::string_view what, std::string_view by, std::int64_t total, Instant now) const;
    void begin(Job job, Slice slice, const Clock& clock);
    [[nodiscard]] std::optional<Job> find(const std::string& id) const;

private:
    struct State {
        Executor desk;
        std::mutex mutex;
        std::deque<Job> jobs;  // in the order begun
    };
    static void go_on(const std::shared_ptr<State>& state, std::shared_ptr<Job> job, Slice slice, const Clock& clock);

    std::shared_ptr<State> state_;
};

}  // namespace caveat::http
