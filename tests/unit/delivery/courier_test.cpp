#include "caveat/delivery/courier.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <deque>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "a_house.hpp"
#include "caveat/storage/store.hpp"

using namespace caveat;
using namespace caveat::delivery;
using namespace std::chrono_literals;
using mailroom::Copy;
using storage::DeliveryState;
using storage::Outcome;
using Kind = TransportOutcome::Kind;

namespace {

// A queue in memory. Everything a test wants to know of it is behind its mutex.
class FakeQueue final : public mailroom::Queue {
public:
    void add(int count, Instant queued = SystemClock().now(), const std::string& domain = "orchid.test") {
        std::lock_guard lock(mutex_);
        for (int i = 0; i < count; ++i) {
            auto seq = next_seq_++;
            waiting_.push_back({.post = 1,
                                .seq = seq,
                                .attempts = 0,
                                .queued = queued,
                                .mail_from = "r@lists.test",
                                .rcpt_to = std::to_string(seq) + "@" + domain,
                                .message = std::make_shared<const mailroom::Shipment>("Subject: x\r\n\r\n")});
        }
    }
    void add_due_at(Instant due) {
        add(1);
        std::lock_guard lock(mutex_);
        later_.emplace(due, waiting_.back());
        waiting_.pop_back();
    }

    void recover() override {
        if (unavailable_ > 0 && --unavailable_ >= 0) throw storage::Unavailable("busy");
        ++recovered_;
    }
    void put_back() override {
        if (any_leased()) throw std::logic_error("put back while copies are out");
        ++put_back_;
    }
    std::vector<Copy> exchange(std::span<const Outcome> done, std::size_t want) override {
        if (delay_ > 0us) std::this_thread::sleep_for(delay_);
        if (broken_) throw storage::Broken("disk on fire");
        if (unavailable_ > 0 && --unavailable_ >= 0) throw storage::Unavailable("busy");
        std::lock_guard lock(mutex_);
        if (!done.empty()) ++commits_;
        for (const auto& outcome : done) record(outcome);
        while (!later_.empty() && later_.begin()->first <= SystemClock().now()) {
            waiting_.push_back(later_.begin()->second);
            later_.erase(later_.begin());
        }
        std::vector<Copy> copies;
        for (; copies.size() < want && !waiting_.empty(); waiting_.pop_front()) {
            leased_.emplace(waiting_.front().seq, waiting_.front());
            copies.push_back(waiting_.front());
            copies.back().asked = std::chrono::steady_clock::now() - age_.exchange(0ms);
        }
        return copies;
    }
    std::optional<Instant> next_due() override {
        std::lock_guard lock(mutex_);
        return later_.empty() ? std::nullopt : std::optional(later_.begin()->first);
    }
    bool changed_elsewhere() override { return changed_.exchange(false); }

    [[nodiscard]] std::size_t committed() const {
        std::lock_guard lock(mutex_);
        return outcomes_.size();
    }
    [[nodiscard]] std::size_t sent() const {
        std::lock_guard lock(mutex_);
        return static_cast<std::size_t>(
            std::count_if(outcomes_.begin(), outcomes_.end(), [](const Outcome& o) { return o.state == DeliveryState::sent; }));
    }
    [[nodiscard]] bool is_committed(const std::string& address) const {
        std::lock_guard lock(mutex_);
        return addresses_.contains(address);
    }
    [[nodiscard]] std::vector<Outcome> outcomes() const {
        std::lock_guard lock(mutex_);
        return outcomes_;
    }
    [[nodiscard]] int commits() const { return commits_; }
    [[nodiscard]] int recovered() const { return recovered_; }
    [[nodiscard]] int put_back_at_end() const { return put_back_; }
    [[nodiscard]] bool any_leased() const {
        std::lock_guard lock(mutex_);
        return !leased_.empty();
    }

    std::chrono::microseconds delay_{0};               // set before the courier begins
    std::atomic<int> unavailable_{0};                  // so many calls fail
    std::atomic<std::chrono::milliseconds> age_{0ms};  // of the answer about the next copy
    std::atomic<bool> broken_{false}, changed_{false};

private:
    void record(const Outcome& outcome) {
        auto leased = leased_.find(outcome.seq);
        if (leased == leased_.end()) throw std::logic_error("recorded twice: " + outcome.address);
        auto copy = leased->second;
        leased_.erase(leased);
        outcomes_.push_back(outcome);
        addresses_.insert(outcome.address);
        copy.attempts = outcome.attempts;
        if (outcome.state == DeliveryState::deferred) later_.emplace(outcome.next, copy);
    }

    mutable std::mutex mutex_;
    std::deque<Copy> waiting_;
    std::multimap<Instant, Copy> later_;
    std::map<std::int32_t, Copy> leased_;
    std::vector<Outcome> outcomes_;
    std::set<std::string> addresses_;
    std::int32_t next_seq_ = 1;
    std::atomic<int> commits_{0}, recovered_{0}, put_back_{0};
};

using Behaviour = std::function<TransportOutcome(const std::string& rcpt_to, int hand)>;

class FakeTransport final : public Transport {
public:
    FakeTransport(Behaviour behaviour, int hand) : behaviour_(std::move(behaviour)), hand_(hand) {}
    TransportOutcome hand_over(const std::string&, const std::string& rcpt_to, const mailroom::Shipment&, Copy::Moment,
                               const NextEnvelope&) override {
        return behaviour_(rcpt_to, hand_);
    }
    void take_back_envelope() override {}

private:
    Behaviour behaviour_;
    int hand_;
};

// A courier at work, stopped and joined at the end of the test.
class Round {
public:
    Round(FakeQueue& queue, Behaviour behaviour, CourierOptions options = {})
        : courier_(
              queue, clock_,
              [behaviour, hands = std::make_shared<int>(0)](Waiting&) { return std::make_unique<FakeTransport>(behaviour, (*hands)++); },
              options),
          thread_([this] {
              try {
                  courier_.run();
              } catch (const std::exception& e) {
                  thrown_ = e.what();
              }
          }) {}
    ~Round() { stop(); }
    void stop() {
        courier_.stop();
        join();
    }
    void join() {
        if (thread_.joinable()) thread_.join();
    }
    [[nodiscard]] std::string thrown() const { return thrown_; }  // after join
    Courier* operator->() { return &courier_; }

private:
    SystemClock clock_;
    Courier courier_;
    std::string thrown_;
    std::thread thread_;
};

bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds within = 10s) {
    for (auto until = std::chrono::steady_clock::now() + within; std::chrono::steady_clock::now() < until; std::this_thread::sleep_for(1ms))
        if (condition()) return true;
    return condition();
}

const TransportOutcome sent{Kind::sent, "250 2.0.0 queued", false};
TransportOutcome all_well(const std::string&, int) { return sent; }

CourierOptions hands(std::size_t count) {
    CourierOptions options;
    options.connections = count;
    options.threads = count + 3 + count / 10;  // what these transports do blocks
    return options;
}

}  // namespace

TEST_CASE("every copy is handed over once and its outcome committed", "[courier][D3]") {
    auto count = GENERATE(1U, 3U, 20U);
    FakeQueue queue;
    queue.add(2000);
    std::atomic<int> handed{0};
    {
        Round round(
            queue, [&](const auto&, int) { return ++handed, sent; }, hands(count));
        CHECK(eventually([&] { return queue.committed() == 2000; }));
    }
    CHECK(handed == 2000);
    CHECK(queue.recovered() == 1);
    for (const auto& outcome : queue.outcomes()) {
        CHECK(outcome.state == DeliveryState::sent);
        CHECK(outcome.attempts == 1);
    }
}

TEST_CASE("a connection never has more than two copies without a committed outcome", "[courier][D3]") {
    auto jitter = GENERATE(0, 200, 1500);  // microseconds
    constexpr int count = 6;
    FakeQueue queue;
    queue.delay_ = std::chrono::microseconds(jitter);
    queue.add(600);
    std::array<std::mutex, count> locks;
    std::array<std::vector<std::string>, count> handed;
    std::atomic<int> worst{0};
    Round round(
        queue,
        [&](const std::string& to, int hand) {
            auto me = static_cast<std::size_t>(hand);
            {
                std::lock_guard lock(locks[me]);
                handed[me].push_back(to);
                std::erase_if(handed[me], [&](const auto& address) { return queue.is_committed(address); });
                worst = std::max(worst.load(), static_cast<int>(handed[me].size()));
            }
            thread_local std::minstd_rand random{static_cast<unsigned>(hand) + 1};
            if (jitter > 0) std::this_thread::sleep_for(std::chrono::microseconds(random() % static_cast<unsigned>(jitter)));
            return sent;
        },
        hands(count));
    CHECK(eventually([&] { return queue.committed() == 600; }));
    CHECK(worst <= 2);
}

TEST_CASE("outcomes are committed in groups", "[courier]") {
    FakeQueue queue;
    queue.delay_ = 3ms;  // what a sync costs
    queue.add(400);
    Round round(queue, all_well, hands(10));
    CHECK(eventually([&] { return queue.committed() == 400; }));
    CHECK(queue.commits() <= 60);  // 20 places: 20 at best
}

TEST_CASE("an idle courier notices work", "[courier]") {
    FakeQueue queue;
    auto options = hands(2);
    options.poll = 5s;
    SECTION("at once when it is woken") {
        Round round(queue, all_well, options);
        std::this_thread::sleep_for(50ms);
        auto begin = std::chrono::steady_clock::now();
        for (int i = 1; i <= 20; ++i) {
            queue.add(1);
            round->wake();
            CHECK(eventually([&] { return queue.committed() == static_cast<std::size_t>(i); }));
        }
        CHECK(std::chrono::steady_clock::now() - begin < 2s);
    }
    SECTION("within its poll interval when another process left it") {
        options.poll = 50ms;
        Round round(queue, all_well, options);
        std::this_thread::sleep_for(20ms);
        queue.add(1);
        queue.changed_ = true;
        CHECK(eventually([&] { return queue.committed() == 1; }, 2s));
    }
    SECTION("when a deferred copy is due") {
        queue.add_due_at(SystemClock().now() + 200ms);
        Round round(queue, all_well, options);
        std::this_thread::sleep_for(100ms);
        CHECK(queue.committed() == 0);
        CHECK(eventually([&] { return queue.committed() == 1; }, 2s));
    }
}

TEST_CASE("stopping finishes what was begun and takes nothing new", "[courier][D3]") {
    FakeQueue queue;
    queue.add(1000);
    std::atomic<std::size_t> handed{0};
    Round round(
        queue,
        [&](const auto&, int) {
            ++handed;
            std::this_thread::sleep_for(20ms);
            return sent;
        },
        hands(4));
    CHECK(eventually([&] { return handed > 10; }));
    round.stop();
    CHECK(round.thrown().empty());
    CHECK(handed < 100);
    for (const auto& outcome : queue.outcomes()) {
        if (outcome.state != DeliveryState::sent) CHECK(outcome.attempts == 0);  // waited behind another: due again, no attempt made
    }
    CHECK(queue.sent() == handed);
    CHECK_FALSE(queue.any_leased());
    CHECK(queue.put_back_at_end() == 1);
}

TEST_CASE("a copy that waited too long behind a slow one is asked about again", "[courier][A2]") {
    FakeQueue queue;
    queue.add(2);
    std::atomic<std::size_t> handed{0};
    Round round(
        queue,
        [&](const auto&, int) {
            if (++handed == 1) std::this_thread::sleep_for(1200ms);
            return sent;
        },
        hands(1));
    CHECK(eventually([&] { return queue.committed() >= 2; }, 5s));
    round.stop();
    // By the hand itself, or by the courier that took it back.
    const auto outcomes = queue.outcomes();
    CHECK(std::any_of(outcomes.begin(), outcomes.end(),
                      [](const Outcome& one) { return one.state == DeliveryState::deferred && one.attempts == 0; }));
}

TEST_CASE("when every hand waits for a reply, spare ones take what is to other domains", "[courier][D5]") {
    const auto count = GENERATE(1U, 10U);
    FakeQueue queue;
    for (const auto* domain : {"slow.test", "silent.test"}) queue.add(12, SystemClock().now(), domain);
    queue.add(40);
    std::atomic<bool> go_on{false};
    std::atomic<unsigned> waiting{0}, most{0};
    Round round(
        queue,
        [&](const std::string& to, int) {
            if (to.ends_with("@orchid.test")) return sent;
            most = std::max(most.load(), ++waiting);
            while (!go_on) std::this_thread::sleep_for(1ms);
            --waiting;
            return sent;
        },
        hands(count));
    CHECK(eventually([&] { return queue.sent() == 40; }));
    CHECK(most <= count + 3 + count / 10);
    go_on = true;
    CHECK(eventually([&] { return queue.sent() == 64; }, 40s));  // those that were put back too
    round.stop();
    bool put_back = false;
    for (const auto& outcome : queue.outcomes()) {
        CHECK(outcome.attempts == (outcome.state == DeliveryState::sent ? 1 : 0));
        put_back = put_back || outcome.because.code == community::Code::domain_waits;
    }
    CHECK(put_back);
}

TEST_CASE("no more connections than the operator names are used while the relay replies", "[courier]") {
    FakeQueue queue;
    queue.add(400);
    std::atomic<int> busy{0}, most{0};
    Round round(
        queue,
        [&](const std::string&, int) {
            most = std::max(most.load(), ++busy);
            std::this_thread::sleep_for(5ms);
            --busy;
            return sent;
        },
        hands(10));
    CHECK(eventually([&] { return queue.sent() == 400; }));
    CHECK(most == 10);
    CHECK(queue.outcomes().size() == 400);
}

TEST_CASE("a courier that is stopped before it begins returns", "[courier]") {
    FakeQueue queue;
    SystemClock clock;
    Courier courier(queue, clock, [](Waiting&) { return std::make_unique<FakeTransport>(all_well, 0); }, {});
    courier.stop();
    courier.run();
    CHECK(queue.committed() == 0);
}

TEST_CASE("while the database is unavailable outcomes wait, and none is lost or doubled", "[courier][D4]") {
    FakeQueue queue;
    std::atomic<int> handed{0};
    std::atomic<bool> tripped{false};
    auto count = [&](const auto&, int) { return ++handed, sent; };
    SECTION("in the middle") {
        queue.add(100);
        Round round(
            queue,
            [&](const auto& to, int hand) {
                if (handed >= 50 && !tripped.exchange(true)) queue.unavailable_ = 2;
                return count(to, hand);
            },
            hands(3));
        CHECK(eventually([&] { return queue.committed() == 100; }));
    }
    SECTION("at the start") {
        queue.unavailable_ = 2;
        queue.add(100);
        Round round(queue, count, hands(3));
        CHECK(eventually([&] { return queue.committed() == 100; }));
    }
    SECTION("at the stop") {
        queue.add(100);
        Round round(
            queue,
            [&](const auto& to, int hand) {
                if (handed >= 50 && !tripped.exchange(true)) {
                    queue.unavailable_ = 1;
                    round->stop();
                }
                return count(to, hand);
            },
            hands(3));
        round.join();
        CHECK(tripped);
        CHECK(round.thrown().empty());
        CHECK(queue.sent() == static_cast<std::size_t>(handed));
        CHECK_FALSE(queue.any_leased());
        return;
    }
    CHECK(handed == 100);
}

TEST_CASE("a broken database ends the courier, after its hands", "[courier]") {
    FakeQueue queue;
    queue.add(100);
    std::atomic<int> busy{0};
    Round round(
        queue,
        [&](const auto&, int) {
            ++busy;
            std::this_thread::sleep_for(30ms);
            queue.broken_ = true;
            --busy;
            return sent;
        },
        hands(4));
    round.join();
    CHECK(round.thrown() == "disk on fire");
    CHECK(busy == 0);
}

TEST_CASE("a slow copy delays no other, not even the one behind it", "[courier][D5]") {
    FakeQueue queue;
    queue.add(300);
    std::atomic<bool> let_go{false};
    auto options = hands(3);
    options.poll = 50ms;
    Round round(
        queue,
        [&](const std::string& to, int) {
            while (to == "1@orchid.test" && !let_go) std::this_thread::sleep_for(1ms);
            return sent;
        },
        options);
    CHECK(eventually([&] { return queue.committed() == 299; }, 5s));
    CHECK_FALSE(queue.is_committed("1@orchid.test"));
    let_go = true;
    CHECK(eventually([&] { return queue.committed() == 300; }));
}

TEST_CASE("a quick relay gets two copies over each connection, a slow one gets each over its own", "[courier][D5]") {
    const auto takes = GENERATE(0ms, 10ms);
    FakeQueue queue;
    std::mutex lock;
    std::set<int> used;
    Round round(
        queue,
        [&](const auto&, int hand) {
            if (takes > 0ms) std::this_thread::sleep_for(takes);
            std::lock_guard guard(lock);
            used.insert(hand);
            return sent;
        },
        hands(4));
    std::size_t total = 0;
    const auto hands_for = [&](int copies) {
        {
            std::lock_guard guard(lock);
            used.clear();
        }
        queue.add(copies);
        total += static_cast<std::size_t>(copies);
        round->wake();
        CHECK(eventually([&] { return queue.committed() == total; }));
        std::lock_guard guard(lock);
        return used.size();
    };
    CHECK(hands_for(1) == 1);
    if (takes > 0ms)
        CHECK(hands_for(4) == 4);
    else
        CHECK(eventually([&] { return hands_for(4) == 2; }));  // at the first time, unless the machine is very busy
}

TEST_CASE("the same, with work enough for everybody", "[courier][D5]") {
    FakeQueue queue;
    queue.add(5000);
    std::atomic<bool> let_go{false};
    auto options = hands(3);
    options.poll = 50ms;
    Round round(
        queue,
        [&](const std::string& to, int) {
            std::this_thread::sleep_for(1ms);
            while (to == "1@orchid.test" && !let_go) std::this_thread::sleep_for(1ms);
            return sent;
        },
        options);
    // The copy behind "1" was leased among the first six.
    CHECK(eventually([&] {
        bool all = true;
        for (int i = 2; i <= 6; ++i) all = all && queue.is_committed(std::to_string(i) + "@orchid.test");
        return all;
    }));
    CHECK(queue.committed() < 2000);
    let_go = true;
    round.stop();
}

TEST_CASE("an outage costs the queued copies nothing", "[courier][D4][D6]") {
    FakeQueue queue;
    queue.add(5000);
    std::atomic<bool> down{true};
    std::atomic<int> handed{0};
    auto options = hands(4);
    options.poll = 50ms;
    Round round(
        queue,
        [&](const auto&, int) {
            ++handed;
            return down ? TransportOutcome{Kind::deferred, "Connection refused", true} : sent;
        },
        options);
    std::this_thread::sleep_for(2500ms);  // rests of 1 s, 2 s, ...
    CHECK(handed >= 8);
    CHECK(handed <= 4 * (2 + 1 + 1));
    for (const auto& outcome : queue.outcomes()) {
        CHECK(outcome.state == DeliveryState::deferred);
        CHECK(outcome.attempts == 0);
        CHECK(line(outcome.because) == "relay_unreachable: Connection refused");
        CHECK(outcome.next >= outcome.at + 1s);
    }
    down = false;
    CHECK(eventually([&] {
        auto all = queue.outcomes();
        return std::count_if(all.begin(), all.end(), [](const auto& o) { return o.state == DeliveryState::sent; }) == 5000;
    }));
}

TEST_CASE("a relay that takes nothing from us is asked seldom, and no copy of it", "[courier][D4][D5]") {
    FakeQueue queue;
    queue.add(300);
    auto options = hands(3);
    options.schedule.first_retry = 60s;
    {
        Round round(
            queue,
            [&](const auto&, int) {
                return TransportOutcome{Kind::deferred, "550 5.7.1 blocked", true, Fault::relay};
            },
            options);
        std::this_thread::sleep_for(1500ms);
    }
    const auto outcomes = queue.outcomes();
    const auto tried =
        std::count_if(outcomes.begin(), outcomes.end(), [](const auto& o) { return o.because.code == community::Code::relay_refuses; });
    CHECK(tried >= 3);
    CHECK(tried <= 3 * (2 + 1));  // two at first, then one after a second
    for (const auto& outcome : outcomes) {
        CHECK(outcome.state == DeliveryState::deferred);
        CHECK(outcome.attempts == 0);
        if (outcome.because.code == community::Code::relay_refuses) CHECK(outcome.next - outcome.at >= 60s);
    }
}

TEST_CASE("one connection that the relay does not want does not stop the others", "[courier][D5]") {
    FakeQueue queue;
    queue.add(500);
    Round round(
        queue,
        [&](const auto&, int hand) {
            return hand == 1 ? TransportOutcome{Kind::deferred, "421 too many connections", true} : sent;
        },
        hands(4));
    CHECK(eventually(
        [&] {
            auto all = queue.outcomes();
            return std::count_if(all.begin(), all.end(), [](const auto& o) { return o.state == DeliveryState::sent; }) >= 498;
        },
        900ms));
}

TEST_CASE("the relay's answer becomes the outcome", "[courier][D5][D6]") {
    struct Case {
        TransportOutcome reply;
        std::chrono::hours age;
        DeliveryState state;
        std::string because;
    };
    auto c = GENERATE(values<Case>({
        {{Kind::sent, "250 2.0.0 queued", false}, 0h, DeliveryState::sent, ""},
        {{Kind::sent, "250 2.0.0 queued", false}, 999h, DeliveryState::sent, ""},
        {{Kind::failed, "550 5.1.1 no", false, Fault::reader}, 0h, DeliveryState::failed, "refused_by_relay: 550 5.1.1 no"},
        {{Kind::failed, "no SMTPUTF8", false, Fault::address}, 0h, DeliveryState::failed, "address_not_taken: no SMTPUTF8"},
        {{Kind::failed, "552 5.3.4 large", false, Fault::message}, 0h, DeliveryState::failed, "message_not_taken: 552 5.3.4 large"},
        {{Kind::deferred, "554 unclear", false, Fault::relay}, 119h, DeliveryState::deferred, "relay_refuses: 554 unclear"},
        {{Kind::deferred, "550 5.7.1 you", true, Fault::relay}, 119h, DeliveryState::deferred, "relay_refuses: 550 5.7.1 you"},
        {{Kind::deferred, "450 4.2.1 busy", false}, 119h, DeliveryState::deferred, "deferred_by_relay: 450 4.2.1 busy"},
        {{Kind::deferred, "450 4.2.1 busy", false},
         121h,
         DeliveryState::failed,
         "given_up: not delivered after 1 attempts, last: 450 4.2.1 busy"},
        {{Kind::deferred, "refused", true}, 119h, DeliveryState::deferred, "relay_unreachable: refused"},
        {{Kind::deferred, "refused", true}, 121h, DeliveryState::failed, "given_up: not delivered after 1 attempts, last: refused"},
    }));
    CAPTURE(c.because);
    FakeQueue queue;
    queue.add(1, SystemClock().now() - c.age);
    {
        Round round(queue, [&](const auto&, int) { return c.reply; });
        REQUIRE(eventually([&] { return queue.committed() == 1; }));
    }
    auto outcome = queue.outcomes().front();
    CHECK(outcome.state == c.state);
    CHECK(line(outcome.because) == c.because);
    CHECK(outcome.reply == c.reply.text);
    CHECK(outcome.address == "1@orchid.test");
    if (c.state == DeliveryState::deferred && !c.reply.line_stops) {
        CHECK(outcome.next - outcome.at >= 45s);
        CHECK(outcome.next - outcome.at <= 75s);
    }
}

TEST_CASE("a hand-over that throws is a deferral", "[courier][D4]") {
    FakeQueue queue;
    queue.add(3);
    Round round(queue, [&](const std::string& to, int) {
        if (to == "2@orchid.test") throw std::runtime_error("bug");
        return sent;
    });
    REQUIRE(eventually([&] { return queue.committed() == 3; }));
    for (const auto& outcome : queue.outcomes()) CHECK((outcome.state == DeliveryState::deferred) == (outcome.address == "2@orchid.test"));
}

TEST_CASE("waits double from the first to the longest, spread by a quarter", "[courier][D6]") {
    auto [attempts, jitter, expected] = GENERATE(table<std::int32_t, double, std::chrono::seconds>({
        {0, 0.5, 60s},
        {1, 0.5, 60s},
        {1, 0.0, 45s},
        {1, 0.9999, 75s},
        {2, 0.5, 120s},
        {5, 0.5, 960s},
        {8, 0.5, 7680s},
        {9, 0.5, 14400s},
        {9, 0.0, 10800s},
        {2'000'000'000, 0.5, 14400s},
        {-7, 0.5, 60s},
    }));
    CAPTURE(attempts, jitter);
    CHECK(backoff(Schedule{}, attempts, jitter) == expected);
}

TEST_CASE("a wait is never zero", "[courier][D6]") { CHECK(backoff({0s, 0s, 1h}, 1, 0.0) == 1s); }

TEST_CASE("a copy whose answer is too old when it comes to a hand is asked about again", "[courier][A2]") {
    FakeQueue queue;
    queue.age_ = 1100ms;
    queue.add(1);
    std::atomic<int> handed{0};
    Round round(
        queue, [&](const auto&, int) { return ++handed, sent; }, hands(1));
    CHECK(eventually([&] { return queue.sent() == 1; }));
    round.stop();
    CHECK(handed == 1);
    const auto outcomes = queue.outcomes();
    REQUIRE(outcomes.size() == 2);
    CHECK(outcomes[0].because.code == community::Code::asked_again);
    CHECK(outcomes[0].attempts == 0);
    CHECK(outcomes[1].attempts == 1);
}

TEST_CASE("who is removed after the answer and before the hand-over receives nothing, if that took long", "[courier][A2]") {
    test::AHouse house;
    mailroom::Mailroom mailroom(house.room());
    const auto id = mailroom.receive(std::vector{test::a_post("mei@orchid.example", "TLP:AMBER x")}).front().front().id;
    while (mailroom.process(8) > 0) {
    }
    auto store = *storage::Store::open(house.options);
    mailroom::Outbox outbox(house.room(store));
    std::mutex mutex;
    std::vector<std::string> handed;
    std::atomic<bool> begun{false}, go_on{false};
    const Behaviour slow_first = [&](const std::string& rcpt_to, int) {
        {
            const std::lock_guard lock(mutex);
            handed.push_back(rcpt_to);
        }
        if (!begun.exchange(true)) {
            while (!go_on) std::this_thread::sleep_for(1ms);
            std::this_thread::sleep_for(mailroom::fresh_for);
        }
        return sent;
    };
    Courier courier(
        outbox, house.clock, [&](Waiting&) { return std::make_unique<FakeTransport>(slow_first, 0); }, hands(1));
    std::thread thread([&] { courier.run(); });
    const bool one_is_out = eventually([&] { return begun.load(); });
    const auto first = [&] {
        const std::lock_guard lock(mutex);
        return handed.empty() ? std::string() : handed.front();
    }();
    const auto other = PersonId{first.starts_with("mei") ? "ana" : "mei"};
    house.change([&](storage::Register& r) { r.remove(other, house.clock.now()); });
    go_on = true;
    const auto row = [&] {
        const auto key = house.store().standing(other, ListId{"teams"}, house.clock.now())->key;
        return *house.store().deliveries().row_of(house.store().posts().find(id)->key, key);
    };
    const bool withheld = eventually([&] { return row().state == DeliveryState::withheld; });
    courier.stop();
    thread.join();
    CHECK(one_is_out);
    CHECK(withheld);
    CHECK(row().because.code == community::Code::removed);
    // The report of it may go to the author in the same moment.
    CHECK(std::all_of(handed.begin(), handed.end(), [&](const auto& reader) { return reader == first; }));
}
