#include "waits.hpp"

#include <algorithm>

#include "wire.hpp"

namespace caveat::delivery {
namespace {

constexpr std::chrono::seconds long_wait{2};  // for one outcome
constexpr std::chrono::seconds longest_pause{30};
constexpr std::chrono::milliseconds first_doubt{100};  // whether a spare hand comes to wait as well

}  // namespace

void Waits::look(const std::vector<std::unique_ptr<Hand>>& hands, Moment now) {
    everybody_ = true;
    domains_.clear();
    of_spare_hands_.clear();
    for (const auto& hand : hands) {
        const auto waited = hand->waited(now);
        const bool long_enough = waited >= long_wait;
        if (hand->is_spare()) note_spare(*hand, now);
        everybody_ = everybody_ && (hand->is_spare() || long_enough);
        if (!long_enough) continue;
        for (const auto domain : hand->domains()) {
            if (domain.empty()) continue;
            auto& longest = domains_[std::string(domain)];
            longest = std::max(longest, waited);
        }
    }
}

void Waits::note_spare(const Hand& hand, Moment now) {
    for (const auto domain : hand.domains()) {
        if (!domain.empty()) of_spare_hands_[std::string(domain)] = hand.waited(now);
    }
}

bool Waits::may_have_spare(std::string_view address) const {
    const auto domain = domain_of(address);
    return everybody_ && !domains_.contains(domain) && !of_spare_hands_.contains(domain);
}

std::chrono::seconds Waits::pause_for(std::string_view address) const {
    const auto domain = domain_of(address);
    if (const auto found = domains_.find(domain); found != domains_.end())
        return std::chrono::ceil<std::chrono::seconds>(std::min<Moment::duration>(found->second, longest_pause));
    const auto spare = of_spare_hands_.find(domain);
    return std::chrono::seconds{everybody_ && spare != of_spare_hands_.end() && spare->second > first_doubt ? 1 : 0};
}

}  // namespace caveat::delivery
