#pragma once
// One thread that does the work of many hands: where one has to wait, for its relay or for a copy, the thread goes on with another. With a
// thread for each, a copy costs a switch of threads for every reply it waits for, which is more than all else that is done for it.
//
// A work is ordinary blocking code on a stack of its own (Boost.Context); its Berth is where it waits. Works of one crew never run at the
// same time; one that computes for long, or blocks elsewhere than in its berth, keeps the others.
#include <atomic>
#include <boost/context/fiber.hpp>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "bell.hpp"
#include "caveat/delivery/waiting.hpp"

namespace caveat::delivery {

class Crew {
public:
    using Moment = std::chrono::steady_clock::time_point;

    class Berth final : public Waiting {
    public:
        explicit Berth(Crew& crew) : crew_(crew) {}
        Berth(const Berth&) = delete;
        Berth& operator=(const Berth&) = delete;

        void begin(std::function<void()> work);  // once; runs on the crew's thread, must not throw
        void join();                             // returns when the work has returned; another thread's

        // The rest is for the work itself.
        void watch(int socket) override;
        void forget(int socket) override;
        [[nodiscard]] bool until_ready(int socket, short events, std::chrono::milliseconds longest) override;
        void aside(const std::function<void()>& action) override;
        // Until the word is another than `seen`. Who changes it rings the crew.
        void until_changed(const std::atomic<std::uint32_t>& word, std::uint32_t seen);

    private:
        friend class Crew;
        void suspend() { crew_side_ = std::move(crew_side_).resume(); }
        void resume() { work_side_ = std::move(work_side_).resume(); }
        [[nodiscard]] bool has_ended() const { return !work_side_; }
        [[nodiscard]] bool was_granted() const;  // what it waits for, but for a socket

        Crew& crew_;
        boost::context::fiber work_side_, crew_side_;
        enum class For : std::uint8_t { nothing, socket, word, action } waits_for_ = For::nothing;
        std::uint32_t ready_ = 0, wanted_ = 0;  // of the socket: bits of epoll(7)
        std::uint32_t lasting_ = 0;             // of these bits: what the other side closed, or what broke, stays ready and is told once
        Moment until_{};
        const std::atomic<std::uint32_t>* word_ = nullptr;
        std::uint32_t seen_ = 0;
        std::atomic<bool> action_done_{false};
        bool ended_ = false;  // behind the crew's mutex
    };

    Crew();
    ~Crew();  // when every work has returned
    Crew(const Crew&) = delete;
    Crew& operator=(const Crew&) = delete;

    void ring() noexcept { bell_.ring(); }  // any thread

private:
    void run();
    void admit();
    void take(Berth& berth, std::uint32_t events);
    void grant();
    void expire();
    [[nodiscard]] bool dismiss();  // those that have ended; false: nobody is left, and nobody will come
    [[nodiscard]] int patience() const;

    Bell bell_;
    int epoll_;
    std::vector<Berth*> berths_;       // the thread's
    Moment earliest_ = Moment::max();  // no socket is given up before
    std::mutex mutex_;
    std::condition_variable one_ended_;
    std::vector<Berth*> newcomers_;  // behind the mutex, as is `closing_`
    bool closing_ = false;
    std::thread thread_;
};

}  // namespace caveat::delivery
