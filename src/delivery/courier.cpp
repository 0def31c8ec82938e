#include "caveat/delivery/courier.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <iterator>
#include <limits>
#include <random>
#include <vector>

#include "bell.hpp"
#include "caveat/fault.hpp"
#include "caveat/storage/store.hpp"
#include "crew.hpp"
#include "hand.hpp"
#include "waits.hpp"

namespace caveat::delivery {
namespace {

using namespace std::chrono_literals;
using community::Code;
using mailroom::Copy;
using storage::DeliveryState;
using storage::Outcome;
using Moment = std::chrono::steady_clock::time_point;
using std::chrono::milliseconds;

// A commit costs a sync, whatever it contains. So outcomes are gathered until half of the copies have come back, but not for longer than
// this.
constexpr milliseconds gather_for{2};
// A relay that takes a copy sooner gets two at a time over a connection: the second goes out with the end of the first, for one wake-up.
// From one that is slower each copy that waits behind another would come later than it need be.
constexpr milliseconds quick_below{5};
constexpr milliseconds pause_when_unavailable{500};
constexpr milliseconds patience_at_stop{10'000};  // then the house is told that outcomes could not be committed
// While the relay is down each hand rests, doubling up to this, and then tries with a single copy.
constexpr milliseconds longest_rest{30'000};
// Copies a second that are leased and put back while nobody replies: what is due to others is sought among them.
constexpr std::size_t most_put_back = 200;
constexpr std::size_t least_spare = 3;
constexpr auto never = std::numeric_limits<std::uint64_t>::max();

// Of a copy that was not sent.
Code code_of(const TransportOutcome& reply) {
    switch (reply.fault) {
        case Fault::reader:
            return Code::refused_by_relay;
        case Fault::address:
            return Code::address_not_taken;
        case Fault::message:
            return Code::message_not_taken;
        case Fault::relay:
            return Code::relay_refuses;
        case Fault::passing:
            break;
    }
    return reply.line_stops ? Code::relay_unreachable : Code::deferred_by_relay;
}

}  // namespace

struct Courier::State {
    State(mailroom::Queue& q, const Clock& c, TransportMaker m, const CourierOptions& o)
        : queue(q), clock(c), make(std::move(m)), options(o) {}

    mailroom::Queue& queue;
    const Clock& clock;
    TransportMaker make;
    CourierOptions options;

    Bell bell;
    std::atomic<bool> stopping{false};
    std::atomic<bool> woken{false};
    std::atomic<std::uint64_t> answered{0};     // by all hands
    std::atomic<std::uint64_t> ring_at{never};  // the courier sleeps until `answered` reaches this: one wake-up for many outcomes

    std::vector<std::unique_ptr<Crew>> crews;
    std::vector<std::unique_ptr<Hand>> hands;
    std::uint64_t collected = 0;  // of `answered`
    std::vector<Outcome> done;    // answered, not committed
    Waits waits;
    std::deque<Copy> kept_back;  // leased, and no hand is free for it
    std::size_t put_back = 0;    // of them, in the second that began then
    Moment put_back_since{};
    Moment first_done{};
    bool quick = false;          // the relay took the last copy soon
    bool more = true;            // the queue may have something due
    std::optional<Instant> due;  // when it has none: the earliest deferred copy
    Moment looked{};             // for what other processes left
    Moment unavailable_until{};
    std::optional<Moment> stop_seen;
    std::minstd_rand random{std::random_device{}()};

    void run();
    bool finished();
    void collect();
    Outcome outcome(Hand& hand, Hand::Place& place);
    Outcome not_handed_over(const Copy& copy, community::Reason because, std::chrono::seconds after = 0s) const;
    void step();
    void look_around(Moment now);
    bool gathering(Moment now) const;
    std::size_t want(Moment now) const;
    void distribute(std::vector<Copy> copies, Moment now);
    bool assign_to(Hand& hand);
    bool uses_spare_hands() const;
    void put_back_slow(Moment now);
    void rebalance(Moment now);
    bool any_is_free(Moment now) const;
    std::size_t unanswered() const;
    void sleep();
    milliseconds nap(Moment now) const;
};

void Courier::State::run() {
    struct DismissHands {  // also when something throws
        State& state;
        ~DismissHands() {
            for (auto& hand : state.hands) {
                (void)hand->take_back_waiting();  // it is leased anew, and is not begun
                hand->close();
            }
            state.hands.clear();
            state.crews.clear();
        }
    } dismiss{*this};
    bool recovered = false;
    while (!recovered && !stopping) {
        try {
            queue.recover();
            recovered = true;
        } catch (const storage::Unavailable&) {
            bell.sleep(pause_when_unavailable);
        }
    }
    for (std::size_t i = 0; i < options.threads; ++i) crews.push_back(std::make_unique<Crew>());
    const auto note = [this] {
        if (answered.fetch_add(1) + 1 >= ring_at.load()) bell.ring();
    };
    // Each further domain that keeps a hand waiting costs one.
    const auto spare = least_spare + options.connections / 10;
    for (std::size_t i = 0; i < options.connections + spare; ++i)
        hands.push_back(std::make_unique<Hand>(*crews.at(i % crews.size()), make, note, i >= options.connections));
    while (!finished()) {
        try {
            step();
        } catch (const storage::Displaced&) {  // no commit of this file is told as done any more: there is nothing to wait for
            throw;
        } catch (const storage::Unavailable&) {
            // Nothing was committed: `done` stays and its places stay taken, so that no hand gets ahead of the database (D3, D4).
            if (stop_seen && std::chrono::steady_clock::now() - *stop_seen > patience_at_stop) throw;
            unavailable_until = std::chrono::steady_clock::now() + pause_when_unavailable;
        }
        sleep();
    }
    try {
        if (recovered) queue.put_back();
    } catch (const storage::Unavailable&) {  // the next start takes them for copies that may have left
    }
}

bool Courier::State::finished() {
    collect();
    if (!stopping) return false;
    if (!stop_seen) {
        stop_seen = std::chrono::steady_clock::now();
        // Copies that were begun are finished; those that wait behind them are due at the next start.
        for (auto& hand : hands)
            if (auto waiting = hand->take_back_waiting()) kept_back.push_back(std::move(*waiting));
        for (const auto& waiting : kept_back) done.push_back(not_handed_over(waiting, {Code::stopping, "not handed over"}));
        kept_back.clear();
    }
    return done.empty() && std::all_of(hands.begin(), hands.end(), [](const auto& hand) { return hand->held() == 0; });
}

void Courier::State::collect() {
    bool none = done.empty();
    for (auto& hand : hands)
        while (auto* place = hand->collect()) {
            ++collected;
            if (place->state == Hand::Place::State::taken_back) continue;
            quick = place->took < quick_below;
            done.push_back(outcome(*hand, *place));
        }
    if (done.empty())
        for (auto& hand : hands) hand->free_collected();
    if (none && !done.empty()) {
        first_done = std::chrono::steady_clock::now();
        fault_point("courier.collected");
    }
}

// When it is due the queue will ask about it again; no attempt was made.
Outcome Courier::State::not_handed_over(const Copy& copy, community::Reason because, std::chrono::seconds after) const {
    const auto now = clock.now();
    return {.post = copy.post,
            .seq = copy.seq,
            .state = DeliveryState::deferred,
            .attempts = copy.attempts,
            .address = {},
            .because = std::move(because),
            .reply = {},
            .at = now,
            .next = now + after};
}

Outcome Courier::State::outcome(Hand& hand, Hand::Place& place) {
    const auto now = clock.now();
    auto& copy = place.copy;
    auto& reply = place.reply;
    Outcome result{.post = copy.post,
                   .seq = copy.seq,
                   .state = DeliveryState::sent,
                   .attempts = copy.attempts + 1,
                   .address = copy.rcpt_to,
                   .because = {},
                   .reply = std::move(reply.text),
                   .at = now,
                   .next = {}};
    copy.message.reset();
    if (reply.kind == TransportOutcome::Kind::stale) return not_handed_over(copy, {Code::asked_again, std::move(result.reply)});
    if (reply.line_stops) {
        hand.rest(std::chrono::steady_clock::now(), std::min(longest_rest, milliseconds(options.schedule.first_retry)));
    } else {
        hand.reached();
    }
    if (reply.kind == TransportOutcome::Kind::sent) return result;
    if (reply.kind == TransportOutcome::Kind::failed) {
        result.state = DeliveryState::failed;
        result.because = {code_of(reply), result.reply};
    } else if (now - copy.queued >= options.schedule.give_up) {
        result.state = DeliveryState::failed;
        result.because = {Code::given_up, fmt::format("not delivered after {} attempts, last: {}", result.attempts, result.reply)};
    } else if (reply.line_stops) {
        // Any other copy would have fared the same: that is no attempt of its own, and it is due again when the hand is (RFC 5321 §4.5.4.1:
        // the schedule is about the host). An outage costs each hand a copy or two per rest, however many are queued. A relay that refuses
        // us is not asked about the same copy at every turn: it may take others.
        result.state = DeliveryState::deferred;
        result.attempts = copy.attempts;
        result.because = {code_of(reply), result.reply};
        const auto rest = hand.last_rest();
        result.next = now + (reply.fault == Fault::relay ? std::max(rest, milliseconds(options.schedule.first_retry)) : rest);
    } else {
        result.state = DeliveryState::deferred;
        result.because = {code_of(reply), result.reply};
        result.next = now + backoff(options.schedule, result.attempts, std::generate_canonical<double, 24>(random));
    }
    return result;
}

void Courier::State::step() {
    const auto now = std::chrono::steady_clock::now();
    if (now < unavailable_until) return;
    if (woken.exchange(false)) more = true;
    waits.look(hands, now);
    rebalance(now);
    put_back_slow(now);
    if (!more && !stopping) look_around(now);
    const auto wanted = want(now);
    if (done.empty() && (wanted == 0 || !more)) return;
    if (gathering(now)) return;
    auto copies = queue.exchange(done, wanted);
    done.clear();
    for (auto& hand : hands) hand->free_collected();
    // Only an empty result proves that nothing is due, because a slice may end early.
    if (wanted > 0) more = !copies.empty();
    due.reset();
    if (!more) {
        more = true;  // should the question fail
        due = queue.next_due();
        more = false;
    }
    rebalance(now);
    distribute(std::move(copies), now);
}

void Courier::State::look_around(Moment now) {
    if (due && *due <= clock.now()) more = true;
    if (now - looked < options.poll) return;
    looked = now;
    if (queue.changed_elsewhere()) more = true;
}

bool Courier::State::gathering(Moment now) const {
    if (done.empty() || stopping) return false;
    return done.size() < unanswered() && now - first_done < gather_for;
}

std::size_t Courier::State::want(Moment now) const {
    if (stopping) return 0;
    std::size_t places = 0, stuck = 0;
    for (const auto& hand : hands) {
        if (!hand->is_spare() || uses_spare_hands()) places += hand->free_places(now);
        stuck += hand->stuck(now) ? 1 : 0;
    }
    return places - std::min(places, stuck + kept_back.size());  // what waits behind a slow copy goes first
}

bool Courier::State::any_is_free(Moment now) const {
    return std::any_of(hands.begin(), hands.end(),
                       [&](const auto& hand) { return (!hand->is_spare() || uses_spare_hands()) && hand->open_places(now) > 0; });
}

bool Courier::State::uses_spare_hands() const { return waits.everybody() && put_back < most_put_back; }

// Idle hands come first; unless the relay is quick, no copy waits behind another while a hand has nothing to do.
void Courier::State::distribute(std::vector<Copy> copies, Moment now) {
    std::move(copies.begin(), copies.end(), std::back_inserter(kept_back));
    for (std::uint32_t level = 0; level < Hand::places; ++level)
        for (auto& hand : hands) {
            if (kept_back.empty()) return;
            if (hand->held() != level || hand->open_places(now) == 0 || !assign_to(*hand)) continue;
            if (quick && hand->open_places(now) > 0) assign_to(*hand);
            hand->wake();
        }
}

bool Courier::State::assign_to(Hand& hand) {
    auto copy = kept_back.begin();
    if (hand.is_spare()) {
        if (!uses_spare_hands()) return false;
        copy = std::find_if(kept_back.begin(), kept_back.end(), [&](const Copy& one) { return waits.may_have_spare(one.rcpt_to); });
    }
    if (copy == kept_back.end()) return false;
    hand.assign(std::move(*copy));
    if (hand.is_spare()) waits.note_spare(hand, std::chrono::steady_clock::now());
    kept_back.erase(copy);
    return true;
}

// They would keep the places of others that are due.
void Courier::State::put_back_slow(Moment now) {
    if (now - put_back_since > 1s) {
        put_back_since = now;
        put_back = 0;
    }
    if (kept_back.empty()) return;
    distribute({}, now);
    put_back += std::erase_if(kept_back, [&](const Copy& copy) {
        const auto pause = waits.pause_for(copy.rcpt_to);
        if (pause == 0s) return false;
        done.push_back(not_handed_over(copy, {Code::domain_waits, "others to the same domain have had no reply for long"}, pause));
        return true;
    });
}

void Courier::State::rebalance(Moment now) {
    for (auto& slow : hands) {
        if (!slow->stuck(now)) continue;
        if (!any_is_free(now)) return;
        if (auto copy = slow->take_back_waiting()) {
            std::vector<Copy> one;
            one.push_back(std::move(*copy));
            distribute(std::move(one), now);
        }
    }
}

std::size_t Courier::State::unanswered() const {
    std::size_t sum = 0;
    for (const auto& hand : hands) sum += hand->unanswered();
    return sum;
}

milliseconds Courier::State::nap(Moment now) const {
    if (now < unavailable_until) return std::chrono::ceil<milliseconds>(unavailable_until - now);
    if (!done.empty()) return gather_for;
    auto most = options.poll;
    if (more && want(now) > 0) return 0ms;
    for (const auto& hand : hands)
        if (more && hand->rested_at() > now) most = std::min(most, std::chrono::ceil<milliseconds>(hand->rested_at() - now));
    // At least 10 ms: a queue that names a time and then has nothing must not make us spin.
    if (!more && due) most = std::min(most, std::max(10ms, std::chrono::ceil<milliseconds>(*due - clock.now())));
    return most;
}

void Courier::State::sleep() {
    const auto now = std::chrono::steady_clock::now();
    const auto most = stopping ? std::min(nap(now), 10ms) : nap(now);
    if (most <= 0ms) return;
    const auto out = unanswered();
    const auto missing = done.empty() || out <= done.size() ? 1 : (out - done.size() + 1) / 2;
    ring_at.store(collected + missing);
    // Stored before it is compared, while the hands count before they look: so at least one of the two sees the other.
    if (answered.load() < collected + missing || now < unavailable_until) bell.sleep(most);
    ring_at.store(never);
}

Courier::Courier(mailroom::Queue& queue, const Clock& clock, TransportMaker make, CourierOptions options)
    : state_(std::make_unique<State>(queue, clock, std::move(make), options)) {}

Courier::~Courier() = default;

void Courier::run() { state_->run(); }

void Courier::wake() {
    state_->woken = true;
    state_->bell.ring();
}

void Courier::stop() {
    state_->stopping = true;
    state_->bell.ring();
}

}  // namespace caveat::delivery
