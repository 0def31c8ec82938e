#include "desk.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "caveat/storage/damage.hpp"

namespace caveat::server {
namespace {

constexpr std::size_t judged_at_once = 16;                          // posts a transaction: a short slice, so that accepts do not wait
constexpr std::size_t bytes_at_once = 8U << 20;                     // of small submissions a transaction
constexpr std::size_t committed_at_once = 200;                      // submissions a transaction
constexpr auto longest_pause = std::chrono::milliseconds{200};      // between the commits of two big submissions
constexpr auto looks_again_after = std::chrono::milliseconds{250};  // for what other processes left in the spool (a released post)
constexpr auto after_trouble = std::chrono::seconds{1};
constexpr auto sweep_every = std::chrono::seconds{60};

bool is_big(const mailroom::Submission& submission) { return submission.bytes.size() > mailroom::Mailroom::read_at_desk; }

// What cannot be asked now is found out, and said, when it is to be committed.
bool is_inspected(mailroom::Mailroom& mailroom, const mailroom::Submission& submission) {
    try {
        return mailroom.is_inspected(submission);
    } catch (const std::exception&) {
        return false;
    }
}

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
    boost::asio::post(context_, [this, one = Waiting{std::move(submission), std::move(done)}]() mutable {
        if (is_big(one.submission) && is_inspected(mailroom_, one.submission)) return inspect(std::move(one));
        queue(std::move(one));
    });
}

void Desk::inspect(Waiting one) {
    boost::asio::post(doorkeeper_, [this, one = std::move(one)]() mutable {
        mailroom_.inspect(one.submission);
        boost::asio::post(context_, [this, one = std::move(one)]() mutable { queue(std::move(one)); });
    });
}

void Desk::queue(Waiting one) {
    const bool big = is_big(one.submission);
    (big ? big_ : waiting_).push_back(std::move(one));
    if (!big) return commit_soon();
    if (std::exchange(big_posted_, true)) return;
    boost::asio::post(context_, [this] { commit_big(); });
}

void Desk::act(std::function<void()> work) {
    boost::asio::post(context_, [this, work = std::move(work)] {
        work();
        acted_ = true;
        tell_written();
        judge_soon();
    });
}

// Queued behind what is there already, so that those submissions share the commit.
void Desk::commit_soon() {
    if (std::exchange(commit_posted_, true)) return;
    boost::asio::post(context_, [this] { commit_waiting(); });
}

void Desk::commit_waiting() {
    commit_posted_ = false;
    std::vector<Waiting> now;
    for (std::size_t bytes = 0; !waiting_.empty() && now.size() < committed_at_once && bytes < bytes_at_once; waiting_.pop_front()) {
        bytes += waiting_.front().submission.bytes.size();
        now.push_back(std::move(waiting_.front()));
    }
    commit(std::move(now));
    if (!waiting_.empty()) commit_soon();
}

// One, and the next not before others had the database for as long as this one.
void Desk::commit_big() {
    std::vector<Waiting> now;
    now.push_back(std::move(big_.front()));
    big_.pop_front();
    const auto began = std::chrono::steady_clock::now();
    commit(std::move(now));
    big_posted_ = !big_.empty();
    if (!big_posted_) return;
    next_big_.expires_after(std::min<std::chrono::steady_clock::duration>(std::chrono::steady_clock::now() - began, longest_pause));
    next_big_.async_wait([this](const boost::system::error_code& error) {
        if (!error) commit_big();
    });
}

void Desk::commit(std::vector<Waiting> now) {
    std::vector<mailroom::Submission> submissions;
    for (auto& one : now) submissions.push_back(std::move(one.submission));
    auto answers = mailroom_.receive(submissions);
    for (std::size_t i = 0; i < now.size(); ++i) {
        for (const auto& answer : answers[i]) {
            if (answer.receipt >= mailroom::Receipt::later) log_(fmt::format("accept: answered 4xx: {}", answer.detail));
        }
        now[i].done(std::move(answers[i]));
    }
    judge_soon();
}

void Desk::judge_soon() {
    if (std::exchange(judge_posted_, true)) return;
    boost::asio::post(context_, [this] { judge(); });
}

// Judges one slice and queues itself again, so that submissions that came meanwhile are accepted between two slices.
void Desk::judge() {
    judge_posted_ = false;
    try {
        const std::size_t judged = mailroom_.process(judged_at_once, mailroom::Mailroom::read_at_desk);
        send_errand();
        if (judged == 0) return;
        tell_written();
        dispatched_();
        judge_soon();
    } catch (const storage::Unavailable& trouble) {
        log_(fmt::format("judge: will try again: {}", trouble.what()));
        next_judging_ = std::chrono::steady_clock::now() + after_trouble;
    }
}

void Desk::tell_written() const {
    if (chores_.written) chores_.written();
}

void Desk::send_errand() {
    auto errand = mailroom_.errand(mailroom::Mailroom::read_at_desk);
    if (!errand) return;
    boost::asio::post(errand->asks_gnupg ? gnupg_ : reader_, [this, errand = std::move(*errand)] {
        boost::asio::post(context_, [this, bring = errand()] {
            bring();
            judge_soon();
        });
    });
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

// Once: whatever meets a damaged page is answered, and most of the work goes on.
void Desk::tell_of_damage() {
    if (!told_of_damage_ && storage::damage_was_met()) {
        told_of_damage_ = true;
        log_("the database is damaged, and what needs those pages fails; what is damaged says: caveat doctor");
    }
}

// While copies leave, the courier writes many times a second. Who must be told of something stands in rows that are not written without an
// entry of their act, and to look through the register for them four times a second took more than half of the time of this thread.
bool Desk::others_acted() {
    const auto newest = store_.journal().head().number;
    return store_.journal().tells_more_than_fan_out(std::exchange(heard_, newest));
}

void Desk::tell_news(std::chrono::steady_clock::time_point now) {
    next_news_.reset();
    if (std::exchange(acted_, false)) next_news_ = now + chores_.later + looks_again_after;
    if (chores_.at_change()) dispatched_();
    // Of a community where this takes long, and somebody acts all the time, most of the desk is left to others.
    const auto done = std::chrono::steady_clock::now();
    told_until_ = done + 4 * (done - now);
}

// Looks for work that other processes left, and sweeps now and then.
void Desk::watch() {
    timer_.expires_after(looks_again_after);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (error) return;
        beat();
        try {
            tell_of_damage();
            if (!store_.stands_still().empty()) return watch();
            const auto now = std::chrono::steady_clock::now();
            const bool again = next_judging_ && now >= *next_judging_;
            if (again) next_judging_.reset();
            const bool gnupg = mailroom_.asks_gnupg_again();
            const bool changed = !judge_posted_ && store_.changed_elsewhere();
            if (!judge_posted_ && (changed || again || gnupg)) judge();
            if (changed && others_acted()) acted_ = true;
            if ((acted_ || (next_news_ && now >= *next_news_)) && now >= told_until_) tell_news(now);
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
