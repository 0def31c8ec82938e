#include "caveat/conduct/hold.hpp"

#include "a_case.hpp"

using namespace caveat;
using namespace caveat::conduct;
using namespace caveat::conduct::testing;

namespace {
const Instant noon = at("2026-05-01T12:00:00Z");
const PlaceHold lost_key{PersonId{"melati-rep"}, "key stolen", "operator root", "", std::nullopt};

Hold a_hold() { return *place(lost_key, {}, noon, {}); }
}  // namespace

TEST_CASE("a security hold lasts at most 72 hours and ends by itself [item 42]", "[C6][conduct]") {
    const Hold hold = a_hold();
    CHECK(ends_at(hold) == noon + std::chrono::hours{72});
    CHECK_FALSE(holds_at(hold, noon - tick));
    CHECK(holds_at(hold, noon));
    CHECK(holds_at(hold, noon + std::chrono::hours{72} - tick));
    CHECK_FALSE(holds_at(hold, noon + std::chrono::hours{72}));

    auto [length, allowed] = GENERATE(table<Period, bool>({{hours(72), true},
                                                           {Period{0, std::chrono::hours{72} + std::chrono::seconds{1}}, false},
                                                           {hours(1), true},
                                                           {days(0), false},
                                                           {days(-1), false},
                                                           {months(1), false}}));
    PlaceHold request = lost_key;
    request.length = length;
    CHECK(place(request, {}, noon, {}).has_value() == allowed);
}

TEST_CASE("a hold needs a person and a reason, and the team is told at once [item 42]", "[C6][conduct]") {
    PlaceHold request = lost_key;
    request.reason.clear();
    CHECK_FALSE(place(request, {}, noon, {}));
    request = lost_key;
    request.person = {};
    CHECK_FALSE(place(request, {}, noon, {}));

    const Hold hold = a_hold();
    CHECK_FALSE(hold.told);
    const auto told = tell(hold, noon);
    REQUIRE(told);
    CHECK(told->told);
    CHECK_FALSE(tell(*told, noon));
    CHECK_FALSE(tell(hold, noon - tick));
}

TEST_CASE("an extension is at most 72 hours more and a decision of its own [item 42] [ruling k]", "[C6][conduct]") {
    const Hold hold = a_hold();
    CHECK_FALSE(extend(hold, hours(72), "", noon, {}));
    CHECK_FALSE(extend(hold, Period{0, std::chrono::hours{73}}, "D-9", noon, {}));
    CHECK_FALSE(extend(hold, hours(72), "D-9", noon + std::chrono::hours{72}, {}));
    const auto longer = extend(hold, hours(72), "D-9", noon + std::chrono::hours{72} - tick, {});
    REQUIRE(longer);
    CHECK(ends_at(*longer) == noon + std::chrono::hours{144});
    CHECK_FALSE(extend(*longer, hours(24), "D-9", noon + std::chrono::hours{100}, {}));
    const auto longest = extend(*longer, hours(24), "D-10", noon + std::chrono::hours{100}, {});
    REQUIRE(longest);
    CHECK(ends_at(*longest) == noon + std::chrono::hours{168});
    CHECK(as_denial(*longest).during == Interval{noon, noon + std::chrono::hours{168}});
}

TEST_CASE("for more than 72 hours within 30 days a person is held by decision [ruling k]", "[C6][conduct]") {
    const Hold first = a_hold();
    const Instant over = ends_at(first);
    PlaceHold voted = lost_key;
    voted.decision = "D-9";
    CHECK_FALSE(place(voted, {first}, over - tick, {}));  // still held: extend it
    CHECK_FALSE(place(lost_key, {first}, over, {}));
    CHECK(place(voted, {first}, over, {}));
    CHECK_FALSE(place(lost_key, {first}, over + day * 30 - tick, {}));
    CHECK(place(lost_key, {first}, over + day * 30, {}));

    const auto lifted = lift(first, noon + std::chrono::hours{1});
    REQUIRE(lifted);
    CHECK_FALSE(place(lost_key, {*lifted}, noon + std::chrono::hours{1} + day * 30 - tick, {}));
    CHECK(place(lost_key, {*lifted}, noon + std::chrono::hours{1} + day * 30, {}));

    // Whoever did not place it has the rest of its time.
    PlaceHold by_chair = lost_key;
    by_chair.actor = "person kikyo-rep";
    CHECK_FALSE(place(by_chair, {first}, over, {}));
    const Instant seen = noon + std::chrono::hours{1};
    const auto rest = place(by_chair, {*lifted}, seen, {});
    REQUIRE(rest);
    CHECK(ends_at(*rest) == seen + std::chrono::hours{71});
    by_chair.length = hours(72);
    CHECK_FALSE(place(by_chair, {*lifted}, seen, {}));
    by_chair.length = hours(71);
    CHECK(place(by_chair, {*lifted}, seen, {}));
    PlaceHold third = lost_key;
    third.actor = "person narra-rep";
    CHECK_FALSE(place(third, {*lifted, *rest}, ends_at(*rest), {}));  // 72 h are over
    CHECK_FALSE(place(third, {*lifted, *rest}, seen + day * 30 - tick, {}));
    const auto later = place(third, {*lifted, *rest}, seen + day * 30, {});  // what is left beside the second one
    REQUIRE(later);
    CHECK(ends_at(*later) == seen + day * 30 + std::chrono::hours{1});

    PlaceHold other = lost_key;
    other.person = PersonId{"melati-duty"};
    CHECK(place(other, {first}, over, {}));
}

TEST_CASE("a hold that was lifted is not lifted again [ruling k]", "[C6][conduct]") {
    const auto lifted = lift(a_hold(), noon + std::chrono::hours{2});
    REQUIRE(lifted);
    CHECK_FALSE(lift(*lifted, noon + std::chrono::hours{3}));
}

TEST_CASE("a hold is on the person and is not a sanction [item 42]", "[C6][conduct]") {
    const auto denial = as_denial(a_hold());
    CHECK(denial.whom == "melati-rep");
    CHECK_FALSE(denial.whole_team);
    CHECK(denial.source == "hold");
    CHECK(denial.resource == "*");
}
