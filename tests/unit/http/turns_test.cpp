// Whose slow read is next.
#include "turns.hpp"

#include <catch2/catch.hpp>
#include <vector>

namespace caveat::test {

using http::Turns;

TEST_CASE("slow reads are taken in turn over their senders, and of each in their order", "[H4]") {
    const auto turns = std::make_shared<Turns>(4);
    std::string done;
    const auto wait = [&](const std::string& sender, int number) {
        turns->wait(sender, [&done, sender, number] { done += sender + std::to_string(number) + " "; });
    };
    for (int i = 0; i < 4; ++i) wait("a", i);
    const auto one = [&] {
        const auto work = turns->next();
        if (work) (*work)();
        return work.has_value();
    };
    CHECK(one());
    wait("b", 0);
    wait("b", 1);
    wait("c", 0);
    while (one()) {
    }
    CHECK(done == "a0 a1 b0 c0 a2 b1 a3 ");
    wait("b", 2);
    CHECK(one());
    CHECK_FALSE(one());
    CHECK(done.ends_with("b2 "));
}

TEST_CASE("so many slow reads of one sender are under way, whoever still holds them", "[H4]") {
    const auto turns = std::make_shared<Turns>(2);
    auto first = turns->sit("a");
    auto stream = first;  // goes on after the reply was made
    const auto second = turns->sit("a");
    CHECK((first && second));
    CHECK_FALSE(turns->sit("a"));
    CHECK(turns->sit("b"));
    first.reset();
    CHECK_FALSE(turns->sit("a"));
    stream.reset();
    CHECK(turns->sit("a"));
}

}  // namespace caveat::test
