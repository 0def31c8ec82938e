#include "jobs.hpp"

#include <algorithm>
#include <array>

#include "caveat/facts/register.hpp"
#include "caveat/vault/vault.hpp"

namespace caveat::http {
namespace {

constexpr std::size_t most_waiting = 20;
constexpr std::size_t most_kept = 100;
constexpr auto kept_for = std::chrono::hours(1);

constexpr std::array<std::string_view, 4> state_words{"queued", "running", "done", "failed"};
constexpr std::array job_fields{
    Field{.name = "id", .required = true, .about = "of /v1/jobs/{job}"},
    Field{.name = "what", .required = true, .about = "the operation that began it"},
    Field{.name = "state", .type = Type::word, .required = true, .about = "where it stands", .words = state_words},
    Field{.name = "done", .type = Type::integer, .required = true, .about = "items"},
    Field{.name = "total", .type = Type::integer, .required = true, .about = "items"},
    Field{.name = "began", .type = Type::instant, .required = true, .about = "when it was promised"},
    Field{.name = "ended", .type = Type::instant, .required = true, .about = "an hour later it is forgotten", .nullable = true},
    Field{.name = "result", .type = Type::anything, .required = true, .about = "what the operation answers, so far", .nullable = true},
    Field{.name = "because", .type = Type::prose, .required = true, .about = "of a failed one", .nullable = true},
};

bool over(const Job& job) { return job.ended.has_value(); }

}  // namespace

const Schema job_schema{"Job", job_fields, true};

Json job_fact(const Job& job) {
    return {{"id", job.id},
            {"what", job.what},
            {"state", job.state},
            {"done", job.done},
            {"total", job.total},
            {"began", to_string(job.began)},
            {"ended", maybe(job.ended)},
            {"result", job.result},
            {"because", maybe(job.because)}};
}

Result<Job> Jobs::fresh(std::string_view what, std::string_view by, std::int64_t total, Instant now) const {
    const std::lock_guard lock(state_->mutex);
    const auto waiting = std::count_if(state_->jobs.begin(), state_->jobs.end(), [](const Job& job) { return !over(job); });
    if (static_cast<std::size_t>(waiting) >= most_waiting) {
        return fail(errc::temporary, "{} jobs wait already; try again when one of them has ended", waiting);
    }
    Job job;
    job.id = vault::hex(vault::random_bytes(12));
    job.what = what;
    job.by = by;
    job.total = total;
    job.began = now;
    return job;
}

void Jobs::begin(Job job, Slice slice, const Clock& clock) {
    auto own = std::make_shared<Job>(std::move(job));
    {
        const std::lock_guard lock(state_->mutex);
        auto& jobs = state_->jobs;
        std::erase_if(jobs, [&](const Job& old) { return over(old) && *old.ended + kept_for < own->began; });
        while (jobs.size() >= most_kept) {
            const auto oldest = std::find_if(jobs.begin(), jobs.end(), over);
            if (oldest == jobs.end()) break;
            jobs.erase(oldest);
        }
        jobs.push_back(*own);
    }
    state_->desk([state = state_, own, slice = std::move(slice), &clock] { go_on(state, own, slice, clock); });
}

// Does one slice and queues itself again on the desk. Its changes become visible when the slice is complete.
void Jobs::go_on(const std::shared_ptr<State>& state, std::shared_ptr<Job> job, Slice slice, const Clock& clock) {
    bool more = false;
    job->state = "running";
    try {
        const auto went = slice(*job);
        more = went && *went;
        if (!more) job->state = went ? "done" : "failed";
        if (!went) job->because = went.error().detail;
    } catch (const storage::Unavailable&) {
        // The slice was rolled back; the caller may start the job again.
        job->state = "failed";
        job->because = "the database could not be written; what was done until then stays";
    } catch (const std::exception&) {
        job->state = "failed";
        job->because = "something is broken here; what was done until then stays";
    }
    if (!more) job->ended = clock.now();
    {
        const std::lock_guard lock(state->mutex);
        const auto shown = std::find_if(state->jobs.begin(), state->jobs.end(), [&](const Job& known) { return known.id == job->id; });
        if (shown != state->jobs.end()) *shown = *job;
    }
    if (!more) return;
    const auto& desk = state->desk;
    desk([state, job = std::move(job), slice = std::move(slice), &clock] { go_on(state, job, slice, clock); });
}

std::optional<Job> Jobs::find(const std::string& id) const {
    const std::lock_guard lock(state_->mutex);
    const auto found = std::find_if(state_->jobs.begin(), state_->jobs.end(), [&](const Job& job) { return job.id == id; });
    if (found == state_->jobs.end()) return std::nullopt;
    return *found;
}

}  // namespace caveat::http
