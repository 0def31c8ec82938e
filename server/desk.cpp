#include "desk.hpp"

#include <boost/asio/post.hpp>
#include <utility>

namespace caveat::server {
namespace {

constexpr std::size_t judged_at_once = 16;                   // posts a transaction: a short slice, so that accepts do not wait
constexpr std::size_t bytes_at_once = 32U << 20;             // of submissions a transaction, but always one
constexpr std::size_t committed_at_once = 200;               // submissions a transaction
constexpr auto look_again = std::chrono::milliseconds{250};  // for what other processes left in the spool (a released post)
constexpr auto after_trouble = std::chrono::seconds{1};
constexpr auto sweep_every = std::chrono::seconds{60};

}  // namespace

Desk::Desk(mailroom::Mailroom& mailroom, storage::Store& store, std::function<void()> dispatched, Chores chores, Log log, Pulse pulse)
    : mailroom_(mailroom),
      store_(store),
      dispatched_(std::move(dispatched)),
      chores_(std::move(chores)),
      log_(std::move(log)),
      pulse_(std::move(pulse)) {}

void Desk::run() {
    const auto work = boost::asio::make_work_guard(context_);
    boost::asio::post(context_, [this] { judge(); });
    watch();
    context_.run();
}

void Desk::stop() { context_.stop(); }

void Desk::accept(mailroom::Submission submission, Done done) {
    boost::asio::post(context_, [this, submission = std::move(submission), done = std::move(done)]() mutable {
        waiting_.push_back({std::move(submission), std::move(done)});
        if (commit_posted_) return;
        // Queued behind what is there already, so that those submissions share the commit.
        commit_posted_ = true;
        boost::asio::post(context_, [this] { commit_waiting(); });
    });
}

void Desk::act(std::function<void()> work) {
    boost::asio::post(context_, [this, work = std::move(work)] {
        work();
        acted_ = true;
        if (judge_posted_) return;
        judge_posted_ = true;
        boost::asio::post(context_, [this] { judge(); });
    });
}

void Desk::commit_waiting() {
    commit_posted_ = false;
    std::vector<Waiting> now;
    now.swap(waiting_);
    for (std::size_t from = 0, count = 0; from < now.size(); from += count) {
        std::vector<mailroom::Submission> submissions;
        std::size_t bytes = 0;
        for (count = 0; from + count < now.size() && count < committed_at_once && (count == 0 || bytes < bytes_at_once); ++count) {
            bytes += now[from + count].submission.bytes.size();
            submissions.push_back(std::move(now[from + count].submission));
        }
        auto answers = mailroom_.receive(submissions);
        for (std::size_t i = 0; i < count; ++i) {
            for (const auto& answer : answers[i]) {
                if (answer.receipt >= mailroom::Receipt::later) log_(fmt::format("accept: answered 4xx: {}", answer.detail));
            }
            now[from + i].done(std::move(answers[i]));
        }
    }
    if (!judge_posted_) {
        judge_posted_ = true;
        boost::asio::post(context_, [this] { judge(); });
    }
}

// Judges one slice and queues itself again, so that submissions that came meanwhile are accepted between two slices.
void Desk::judge() {
    judge_posted_ = false;
    try {
        const std::size_t judged = mailroom_.process(judged_at_once);
        if (judged == 0) return;
        dispatched_();
        judge_posted_ = true;
        boost::asio::post(context_, [this] { judge(); });
    } catch (const storage::Unavailable& trouble) {
        log_(fmt::format("judge: will try again: {}", trouble.what()));
        next_judging_ = std::chrono::steady_clock::now() + after_trouble;
    }
}

// What has fallen due with time.
void Desk::sweep() {
    const bool returned = mailroom_.return_overdue() > 0;
    mailroom_.discard_unproven();
    const bool letters = chores_.every_minute();
    if (returned || letters) dispatched_();
}

// Also while the database cannot be had: that is no reason to be killed, only a thread that stands still is.
void Desk::beat() {
    const auto now = std::chrono::steady_clock::now();
    if (pulse_.every.count() == 0 || now < next_beat_) return;
    next_beat_ = now + pulse_.every;
    pulse_.beat();
}

// Looks for work that other processes left, and sweeps now and then.
void Desk::watch() {
    timer_.expires_after(look_again);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (error) return;
        beat();
        try {
            const auto now = std::chrono::steady_clock::now();
            const bool again = next_judging_ && now >= *next_judging_;
            if (again) next_judging_.reset();
            const bool changed = !judge_posted_ && store_.changed_elsewhere();
            if (!judge_posted_ && (changed || again)) judge();
            const bool acted = std::exchange(acted_, false);
            const bool later = next_news_ && now >= *next_news_;
            if (later) next_news_.reset();
            if (changed || acted) next_news_ = now + chores_.later + look_again;
            if ((changed || acted || later) && chores_.at_change()) dispatched_();
            // A step of the wall clock, or a machine that slept, makes things due between two sweeps.
            const bool set = clock_.step(SystemClock().now(), now).has_value();
            if (set || now >= next_sweep_) {
                next_sweep_ = now + sweep_every;
                sweep();
            }
        } catch (const storage::Unavailable& trouble) {
            log_(fmt::format("desk: will try again: {}", trouble.what()));
        }
        watch();
    });
}

}  // namespace caveat::server
