#include "hand.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "caveat/fault.hpp"
#include "caveat/mailroom/unheard.hpp"
#include "wire.hpp"

namespace caveat::delivery {
namespace {

TransportOutcome try_hand_over(Transport& transport, const mailroom::Copy& copy, const NextEnvelope& next) {
    try {
        return transport.hand_over(copy.mail_from, copy.rcpt_to, *copy.message, copy.asked, next);
    } catch (const std::exception& trouble) {  // a bug or no memory: temporary for this copy (D4), and the other hands go on
        return {TransportOutcome::Kind::deferred, fmt::format("{}: {}", mailroom::hand_over_broke_off, trouble.what())};
    }
}

}  // namespace

Hand::Hand(Crew& crew, const TransportMaker& make, std::function<void()> answered, bool is_spare)
    : is_spare_(is_spare), crew_(crew), berth_(crew), transport_(make(berth_)), on_answer_(std::move(answered)) {
    berth_.begin([this] {
        work();
        transport_.reset();  // where its connection can be taken leave of
    });
}

Hand::~Hand() {
    close();
    berth_.join();
}

void Hand::close() {
    offered_.fetch_or(closing, std::memory_order_release);
    wake();
}

void Hand::wake() { crew_.ring(); }

void Hand::work() {
    for (std::uint32_t at = 0;; at = (at + 1) & ~closing) {
        auto offered = offered_.load(std::memory_order_acquire);
        while ((offered & ~closing) == at) {
            if ((offered & closing) != 0) return;
            berth_.until_changed(offered_, offered);
            offered = offered_.load(std::memory_order_acquire);
        }
        auto& place = ring_[at % places];
        auto waiting = Place::State::waiting;
        if (place.state.compare_exchange_strong(waiting, Place::State::begun)) {
            hand_over(place, at);
        } else {
            transport_->take_back_envelope();
        }
        answered_.store((at + 1) & ~closing, std::memory_order_release);
        on_answer_();
    }
}

void Hand::hand_over(Place& place, std::uint32_t at) {
    // The copy may have waited minutes behind a slow one, and its reader may be under sanction by now.
    const auto begun = std::chrono::steady_clock::now();
    const bool stale = begun - place.copy.asked > mailroom::fresh_for;
    fault_point("hand.before");
    if (stale) {
        transport_->take_back_envelope();
        place.reply = {TransportOutcome::Kind::stale, "waited too long behind a slow copy"};
    } else {
        place.reply = try_hand_over(*transport_, place.copy, [this, at] { return waiting_at((at + 1) & ~closing); });
    }
    place.took = std::chrono::steady_clock::now() - begun;
    fault_point("hand.after");
}

// The courier may take that copy back at any time but this; it then is the transport's to withdraw what it said.
std::optional<Envelope> Hand::waiting_at(std::uint32_t at) {
    const auto offered = offered_.load(std::memory_order_acquire);
    if ((offered & closing) != 0 || offered == at) return std::nullopt;
    auto& place = ring_[at % places];
    auto waiting = Place::State::waiting;
    if (!place.state.compare_exchange_strong(waiting, Place::State::being_read)) return std::nullopt;
    Envelope envelope{place.copy.mail_from, place.copy.rcpt_to, place.copy.message};
    place.state.store(Place::State::waiting, std::memory_order_release);
    return envelope;
}

void Hand::assign(mailroom::Copy copy) {
    auto& place = ring_[given_ % places];
    place.copy = std::move(copy);
    place.reply = {};
    place.state.store(Place::State::waiting, std::memory_order_relaxed);
    moved_ = std::chrono::steady_clock::now();
    if (unanswered() == 0) first_since_ = moved_;
    was_taken_back_ = false;
    given_ = (given_ + 1) & ~closing;
    offered_.store(given_, std::memory_order_release);  // the closing bit is set by the destructor only, on the same thread
}

std::array<std::string_view, Hand::places> Hand::domains() const {
    std::array<std::string_view, places> domains;
    auto next = domains.begin();
    for (auto at = answered_.load(std::memory_order_acquire); at != given_; at = (at + 1) & ~closing) {
        const auto domain = domain_of(ring_.at(at % places).copy.rcpt_to);
        if (std::find(domains.begin(), next, domain) == next) *next++ = domain;
    }
    return domains;
}

Hand::Place* Hand::collect() {
    if (collected_ == answered_.load(std::memory_order_acquire)) return nullptr;
    auto& place = ring_[collected_ % places];
    collected_ = (collected_ + 1) & ~closing;
    moved_ = first_since_ = std::chrono::steady_clock::now();
    return &place;
}

std::optional<mailroom::Copy> Hand::take_back_waiting() {
    if (unanswered() != places) return std::nullopt;
    auto& place = ring_[(given_ - 1) % places];
    auto waiting = Place::State::waiting;
    if (!place.state.compare_exchange_strong(waiting, Place::State::taken_back)) return std::nullopt;
    was_taken_back_ = true;
    return std::move(place.copy);
}

void Hand::rest(Moment now, std::chrono::milliseconds longest) {
    if (now < rests_until_) return;  // its second copy failed like the first
    last_rest_ = std::min(next_rest_, longest);
    next_rest_ = last_rest_ * 2;
    rests_until_ = now + last_rest_;
}

void Hand::reached() {
    next_rest_ = first_rest;
    last_rest_ = std::chrono::milliseconds{0};
}

std::uint32_t Hand::free_places(Moment now) const {
    auto pending = (given_ - collected_) & ~closing;  // what is collected is free as soon as it is committed
    if (now < rests_until_) return 0;
    bool trying = last_rest_.count() > 0;
    return (trying ? 1 : places) - std::min<std::uint32_t>(pending, trying ? 1 : places);
}

}  // namespace caveat::delivery
