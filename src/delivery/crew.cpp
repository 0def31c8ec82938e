#include "crew.hpp"

#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/context/protected_fixedsize_stack.hpp>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

namespace caveat::delivery {
namespace {

constexpr std::size_t stack_size = 512 * 1024;  // bytes of address space; only what is used becomes memory
constexpr std::size_t events_at_once = 64;

}  // namespace

void Crew::Berth::begin(std::function<void()> work) {
    work_side_ = boost::context::fiber(std::allocator_arg, boost::context::protected_fixedsize_stack(stack_size),
                                       [this, work = std::move(work)](boost::context::fiber&& crew) {
                                           crew_side_ = std::move(crew);
                                           work();
                                           return std::move(crew_side_);
                                       });
    {
        const std::lock_guard lock(crew_.mutex_);
        crew_.newcomers_.push_back(this);
    }
    crew_.ring();
}

void Crew::Berth::join() {
    std::unique_lock lock(crew_.mutex_);
    crew_.one_ended_.wait(lock, [this] { return ended_; });
}

// Edge-triggered, so that it is said once a connection and not before each wait: what became ready is kept until somebody waits for it.
void Crew::Berth::watch(int socket) {
    ready_ = 0;
    lasting_ = 0;
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.ptr = this;
    if (epoll_ctl(crew_.epoll_, EPOLL_CTL_ADD, socket, &event) != 0) throw std::system_error(errno, std::generic_category(), "epoll_ctl");
}

void Crew::Berth::forget(int socket) {
    ready_ = 0;
    epoll_ctl(crew_.epoll_, EPOLL_CTL_DEL, socket, nullptr);
}

bool Crew::Berth::until_ready(int /*socket*/, short events, std::chrono::milliseconds longest) {
    wanted_ = (events & POLLOUT) != 0 ? EPOLLOUT : EPOLLIN;
    if (((ready_ | lasting_) & wanted_) == 0) {
        until_ = std::chrono::steady_clock::now() + longest;
        crew_.earliest_ = std::min(crew_.earliest_, until_);
        waits_for_ = For::socket;
        suspend();
    }
    const bool is_ready = ((ready_ | lasting_) & wanted_) != 0;
    ready_ &= ~wanted_;
    return is_ready;
}

void Crew::Berth::aside(const std::function<void()>& action) {
    action_done_ = false;
    std::thread thread;
    try {
        thread = std::thread([this, &action] {
            action();
            action_done_ = true;
            crew_.ring();
        });
    } catch (const std::system_error&) {  // no thread to be had: the others wait
        return action();
    }
    waits_for_ = For::action;
    suspend();
    thread.join();
}

void Crew::Berth::until_changed(const std::atomic<std::uint32_t>& word, std::uint32_t seen) {
    word_ = &word;
    seen_ = seen;
    waits_for_ = For::word;
    suspend();
}

bool Crew::Berth::was_granted() const {
    switch (waits_for_) {
        case For::word:
            return word_->load(std::memory_order_acquire) != seen_;
        case For::action:
            return action_done_;
        case For::socket:
        case For::nothing:
            break;
    }
    return false;
}

Crew::Crew() : epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    epoll_event event{};
    event.events = EPOLLIN;
    if (epoll_ < 0 || epoll_ctl(epoll_, EPOLL_CTL_ADD, bell_.handle(), &event) != 0)
        throw std::system_error(errno, std::generic_category(), "epoll");
    thread_ = std::thread([this] { run(); });
}

Crew::~Crew() {
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
    }
    ring();
    thread_.join();
    close(epoll_);
}

void Crew::run() {
    // Signals are for the main thread; and OpenSSL's writes may raise SIGPIPE.
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    std::array<epoll_event, events_at_once> events;
    do {
        const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), patience());
        bool rung = false;
        for (int i = 0; i < count; ++i) {
            const auto& event = events.at(static_cast<std::size_t>(i));
            if (event.data.ptr == nullptr) {
                rung = true;
            } else {
                take(*static_cast<Berth*>(event.data.ptr), event.events);
            }
        }
        if (rung) {
            bell_.quiet();
            admit();
            grant();
        }
        expire();
    } while (dismiss());
}

int Crew::patience() const {
    if (earliest_ == Moment::max()) return -1;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(earliest_ - std::chrono::steady_clock::now());
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60'000));
}

void Crew::admit() {
    std::vector<Berth*> newcomers;
    {
        const std::lock_guard lock(mutex_);
        newcomers.swap(newcomers_);
    }
    for (auto* berth : newcomers) {
        berths_.push_back(berth);
        berth->resume();
    }
}

void Crew::take(Berth& berth, std::uint32_t events) {
    berth.ready_ |= events;
    if ((events & EPOLLRDHUP) != 0) berth.lasting_ |= EPOLLIN;
    if ((events & (EPOLLERR | EPOLLHUP)) != 0) berth.lasting_ |= EPOLLIN | EPOLLOUT;  // the next call says how
    if (berth.waits_for_ != Berth::For::socket || ((berth.ready_ | berth.lasting_) & berth.wanted_) == 0) return;
    berth.waits_for_ = Berth::For::nothing;
    berth.resume();
}

void Crew::grant() {
    for (auto* berth : berths_) {
        if (!berth->was_granted()) continue;
        berth->waits_for_ = Berth::For::nothing;
        berth->resume();
    }
}

void Crew::expire() {
    const auto now = std::chrono::steady_clock::now();
    if (now < earliest_) return;
    earliest_ = Moment::max();
    for (auto* berth : berths_) {
        if (berth->waits_for_ != Berth::For::socket) continue;
        if (berth->until_ <= now) {
            berth->waits_for_ = Berth::For::nothing;
            berth->resume();
        } else {
            earliest_ = std::min(earliest_, berth->until_);
        }
    }
}

// Only here, as an event that was fetched with others may be about one that ended before its turn.
bool Crew::dismiss() {
    const auto ended = std::partition(berths_.begin(), berths_.end(), [](const Berth* berth) { return !berth->has_ended(); });
    if (ended == berths_.end() && !berths_.empty()) return true;
    const std::lock_guard lock(mutex_);
    std::for_each(ended, berths_.end(), [](Berth* berth) { berth->ended_ = true; });
    berths_.erase(ended, berths_.end());
    one_ended_.notify_all();
    return !berths_.empty() || !closing_ || !newcomers_.empty();
}

}  // namespace caveat::delivery
