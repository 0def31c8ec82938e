#include "shares.hpp"

#include <algorithm>

#include "wire.hpp"

namespace caveat::delivery {
namespace {

constexpr std::chrono::seconds slow{10};      // a copy that took longer makes its domain a slow one
constexpr std::chrono::hours slow_for{1};     // after the last such copy
constexpr std::chrono::seconds long_wait{1};  // for one outcome

bool is_among(const std::vector<const Hand*>& hands, const Hand& hand) {
    return std::find(hands.begin(), hands.end(), &hand) != hands.end();
}

}  // namespace

void Shares::took(std::string_view address, std::chrono::steady_clock::duration time, Moment now) {
    if (time < slow) return;
    std::erase_if(slow_, [&](const auto& entry) { return entry.second < now; });
    slow_.insert_or_assign(std::string(domain_of(address)), now + slow_for);
}

void Shares::count(const std::vector<std::unique_ptr<Hand>>& hands, Moment now) {
    hands_ = waiting_ = 0;
    now_ = now;
    shares_.clear();
    for (const auto& hand : hands) {
        const auto waited = hand->waited(now);
        if (!hand->is_spare()) {
            ++hands_;
            waiting_ += waited < long_wait ? 0 : 1;
        }
        for (const auto domain : hand->domains()) {
            if (domain.empty()) continue;
            auto& share = shares_[std::string(domain)];
            share.hands.push_back(hand.get());
            share.waited = std::max(share.waited, waited);
        }
    }
}

std::size_t Shares::most(std::string_view domain) const {
    const auto slow_until = slow_.find(domain);
    if (slow_until != slow_.end() && slow_until->second > now_) return std::max<std::size_t>(1, hands_ / 2);
    return hands_;
}

bool Shares::allow(std::string_view address, const Hand& hand) const {
    const auto domain = domain_of(address);
    const auto share = shares_.find(domain);
    if (hand.is_spare()) return everybody_waits() && waited(address) == Moment::duration{0};
    return share == shares_.end() || share->second.hands.size() < most(domain) ||
           (share->second.waited < long_wait && is_among(share->second.hands, hand));
}

void Shares::added(std::string_view address, const Hand& hand) {
    auto& hands = shares_[std::string(domain_of(address))].hands;
    if (!is_among(hands, hand)) hands.push_back(&hand);
}

Shares::Moment::duration Shares::waited(std::string_view address) const {
    const auto share = shares_.find(domain_of(address));
    return share == shares_.end() || share->second.waited < long_wait ? Moment::duration{0} : share->second.waited;
}

}  // namespace caveat::delivery
