#include "rates.hpp"

#include <algorithm>

namespace caveat::http {
namespace {
constexpr std::size_t most_buckets = 10'000;
}

double Rates::level(const std::string& whose, time_point now) {
    const auto found = buckets_.find(whose);
    if (found == buckets_.end()) return burst_;
    const std::chrono::duration<double> passed = now - found->second.at;
    return std::min(burst_, found->second.level + passed.count() * rate_);
}

bool Rates::take(const std::string& whose, time_point now, double cost) {
    const double there = level(whose, now);
    if (there < cost) return false;
    if (cost == 0) return true;
    if (buckets_.size() >= most_buckets) forget_full(now);
    buckets_[whose] = {there - cost, now};
    return true;
}

void Rates::forget_full(time_point now) {
    std::erase_if(buckets_, [&](const auto& entry) {
        const std::chrono::duration<double> passed = now - entry.second.at;
        return entry.second.level + passed.count() * rate_ >= burst_;
    });
    // With ten thousand active buckets the oldest is forgotten, which errs towards allowing a request.
    if (buckets_.size() >= most_buckets) buckets_.clear();
}

}  // namespace caveat::http
