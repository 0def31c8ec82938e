// How many requests are too many.
#include "rates.hpp"

#include <catch2/catch.hpp>

namespace caveat::test {

using namespace std::chrono_literals;
const http::Rates::time_point began{};

TEST_CASE("so many at once, then so many a second, each caller for itself", "[H4]") {
    http::Rates rates(2, 5);
    for (int i = 0; i < 5; ++i) CHECK(rates.take("a", began));
    CHECK_FALSE(rates.take("a", began));
    CHECK(rates.take("b", began));
    CHECK_FALSE(rates.take("a", began + 499ms));
    CHECK(rates.take("a", began + 500ms));
    CHECK_FALSE(rates.take("a", began + 500ms));
    // However long one waits, no more than the burst comes together.
    for (int i = 0; i < 5; ++i) CHECK(rates.take("a", began + 1h));
    CHECK_FALSE(rates.take("a", began + 1h));
}

TEST_CASE("looking takes nothing", "[H4]") {
    http::Rates rates(1, 1);
    for (int i = 0; i < 10; ++i) CHECK_FALSE(rates.empty("a", began));
    CHECK(rates.take("a", began));
    CHECK(rates.empty("a", began));
    CHECK_FALSE(rates.empty("a", began + 1s));
}

TEST_CASE("a crowd of names does not fill the memory, nor free who is held back at that moment", "[H4]") {
    http::Rates rates(1, 1);
    for (int i = 0; i < 9'000; ++i) REQUIRE(rates.take("n" + std::to_string(i), began));
    REQUIRE(rates.take("late", began + 1s));
    for (int i = 9'000; i < 15'000; ++i) REQUIRE(rates.take("n" + std::to_string(i), began + 1s));
    CHECK_FALSE(rates.take("late", began + 1s));
}

}  // namespace caveat::test
