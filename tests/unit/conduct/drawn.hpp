#pragma once
// What the tests of arithmetic share: chance with a fixed seed, so that a failure comes again, and counting on the fingers.
#include <random>

#include "electorates.hpp"
#include "wrong.hpp"

namespace caveat::conduct {

inline constexpr auto tick = std::chrono::microseconds{1};

// The smallest number of heads of which the words of the rule are true; more than `n` if there is none.
template <class Words>
int fewest(int n, Words words) {
    int k = 0;
    while (k <= n && !words(k)) ++k;
    return k;
}

struct Dice {
    std::mt19937 dice{20261006};
    int below(int n) { return static_cast<int>(dice() % static_cast<unsigned>(n)); }
    bool in(int n) { return below(n) == 0; }
};

inline Instant drawn_instant(Dice& dice, Instant from, Instant until) {
    const auto span = (until - from) / std::chrono::minutes{1};
    return from + std::chrono::minutes{dice.below(static_cast<int>(span) + 1)};
}

}  // namespace caveat::conduct
