#pragma once
// Token buckets: a number of requests a second on average, and a number at once (H4). Used by one thread. Full buckets are forgotten; at
// most 10,000 are kept.
#include <chrono>
#include <string>
#include <unordered_map>

namespace caveat::http {

class Rates {
public:
    using time_point = std::chrono::steady_clock::time_point;
    Rates(double a_second, double at_once) : rate_(a_second), burst_(at_once) {}

    // Takes `cost`, or nothing if there is not enough.
    [[nodiscard]] bool take(const std::string& whose, time_point now, double cost = 1);
    [[nodiscard]] bool empty(const std::string& whose, time_point now) { return level(whose, now) < 1; }

private:
    struct Bucket {
        double level = 0;
        time_point at;
    };
    double level(const std::string& whose, time_point now);
    void forget_full(time_point now);

    double rate_;
    double burst_;
    std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace caveat::http
