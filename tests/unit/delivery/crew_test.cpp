#include "crew.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <catch2/catch.hpp>

#include <array>
#include <memory>
#include <thread>

using namespace caveat::delivery;
using namespace std::chrono_literals;

namespace {

// Two ends of a connection; ours is watched by the work that uses it.
class Pair {
public:
    Pair() { REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends_.data()) == 0); }
    ~Pair() {
        close(ends_[0]);
        hang_up();
    }
    Pair(const Pair&) = delete;
    Pair& operator=(const Pair&) = delete;

    [[nodiscard]] int ours() const { return ends_[0]; }
    void say(char c) const { CHECK(write(ends_[1], &c, 1) == 1); }
    [[nodiscard]] std::string heard() const {
        std::array<char, 16> block{};
        const auto n = read(ends_[0], block.data(), block.size());
        return n > 0 ? std::string(block.data(), static_cast<std::size_t>(n)) : std::string();
    }
    void hang_up() {
        if (ends_[1] >= 0) close(ends_[1]);
        ends_[1] = -1;
    }

private:
    std::array<int, 2> ends_{-1, -1};
};

auto since(Crew::Moment begun) { return std::chrono::steady_clock::now() - begun; }

}  // namespace

TEST_CASE("while one work waits for its relay, the thread does another", "[delivery][crew]") {
    Crew crew;
    Crew::Berth first(crew), second(crew);
    const Pair pair;
    std::string heard;
    std::thread::id of_first, of_second;
    first.begin([&] {
        of_first = std::this_thread::get_id();
        first.watch(pair.ours());
        if (first.until_ready(pair.ours(), POLLIN, 10s)) heard = pair.heard();
        first.forget(pair.ours());
    });
    second.begin([&] {
        of_second = std::this_thread::get_id();
        pair.say('x');
    });
    first.join();
    second.join();
    CHECK(heard == "x");
    CHECK(of_first == of_second);
}

TEST_CASE("what became ready before it was waited for is told once, and a break at any time", "[delivery][crew]") {
    Crew crew;
    Crew::Berth berth(crew);
    Pair pair;
    std::vector<bool> told;
    berth.begin([&] {
        pair.say('x');
        berth.watch(pair.ours());
        const auto ready = [&](short events) { told.push_back(berth.until_ready(pair.ours(), events, 50ms)); };
        ready(POLLOUT);
        ready(POLLIN);
        ready(POLLIN);  // it was not read, and nothing came since
        pair.say('y');
        ready(POLLIN);
        pair.say('z');
        pair.hang_up();
        ready(POLLIN);  // the last words, and that there will be no more, in one
        CHECK(pair.heard() == "xyz");
        ready(POLLIN);
        ready(POLLOUT);
        berth.forget(pair.ours());
    });
    berth.join();
    CHECK(told == std::vector<bool>{true, true, false, true, true, true, true});
}

TEST_CASE("each silence ends at its own limit", "[delivery][crew]") {
    Crew crew;
    std::array<std::chrono::steady_clock::duration, 3> waited{};
    const std::array<std::chrono::milliseconds, 3> limits{200ms, 50ms, 100ms};
    std::array<Pair, 3> pairs;
    std::vector<std::unique_ptr<Crew::Berth>> berths;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        auto& berth = *berths.emplace_back(std::make_unique<Crew::Berth>(crew));
        berth.begin([&, i] {
            berth.watch(pairs.at(i).ours());
            static_cast<void>(berth.until_ready(pairs.at(i).ours(), POLLOUT, 10s));
            const auto begun = std::chrono::steady_clock::now();
            CHECK_FALSE(berth.until_ready(pairs.at(i).ours(), POLLIN, limits.at(i)));
            waited.at(i) = since(begun);
            berth.forget(pairs.at(i).ours());
        });
    }
    for (auto& berth : berths) berth->join();
    for (std::size_t i = 0; i < pairs.size(); ++i) CHECK(waited.at(i) >= limits.at(i));
    CHECK(waited[1] < waited[2]);
    CHECK(waited[2] < waited[0]);
}

TEST_CASE("what blocks is done aside, and keeps nobody else", "[delivery][crew]") {
    Crew crew;
    Crew::Berth slow(crew), other(crew);
    std::atomic<bool> other_ran{false}, waited_for_it{false};
    slow.begin([&] {
        slow.aside([&] {
            while (!other_ran) std::this_thread::sleep_for(1ms);
        });
        waited_for_it = other_ran.load();
    });
    other.begin([&] { other_ran = true; });
    slow.join();
    other.join();
    CHECK(waited_for_it);
}

TEST_CASE("a word that changes while nobody waits for it yet is not missed", "[delivery][crew]") {
    Crew crew;
    std::atomic<std::uint32_t> asked{0}, answered{0};
    Crew::Berth berth(crew);
    constexpr std::uint32_t rounds = 20'000;
    berth.begin([&] {
        for (std::uint32_t seen = 0; seen != rounds;) {
            const auto now = asked.load(std::memory_order_acquire);
            if (now == seen) {
                berth.until_changed(asked, seen);
                continue;
            }
            seen = now;
            answered.store(seen, std::memory_order_release);
        }
    });
    for (std::uint32_t i = 1; i <= rounds; ++i) {
        asked.store(i, std::memory_order_release);
        crew.ring();
        while (answered.load(std::memory_order_acquire) != i) std::this_thread::yield();
    }
    berth.join();
    CHECK(answered == rounds);
}

TEST_CASE("a connection that gets the number of one before is another", "[delivery][crew]") {
    Crew crew;
    Crew::Berth first(crew), second(crew);
    auto old = std::make_unique<Pair>();
    const int number = old->ours();
    first.begin([&] {
        first.watch(old->ours());
        static_cast<void>(first.until_ready(old->ours(), POLLOUT, 10s));
        first.forget(old->ours());
        old.reset();
    });
    first.join();
    Pair fresh;
    REQUIRE(fresh.ours() == number);
    std::string heard;
    second.begin([&] {
        second.watch(fresh.ours());
        fresh.say('x');
        if (second.until_ready(fresh.ours(), POLLIN, 10s)) heard = fresh.heard();
        second.forget(fresh.ours());
    });
    second.join();
    CHECK(heard == "x");
}
