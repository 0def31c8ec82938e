#include "caveat/community/subject.hpp"

#include <catch2/catch.hpp>

namespace caveat::community {

TEST_CASE("what has no id of its own is named by the ids it lies between", "[J1]") {
    CHECK(subject_of(Subscription{ListId{"teams"}, PersonId{"orchid-rep"}, DeliveryMode::digest}) == "teams orchid-rep");
    const Instant day = *parse_instant("2026-01-01T00:00:00Z");
    CHECK(subject_of(Term{"sc", PersonId{"orchid-rep"}, ListId{}, {day, {}}}) == "sc orchid-rep 2026-01-01");
    CHECK(subject_of(Term{"owner", PersonId{"orchid-rep"}, ListId{"ews"}, {day + std::chrono::hours{1}, {}}}) ==
          "owner ews orchid-rep 2026-01-01T01:00:00Z");
    Denial denial;
    denial.whom = "camphor";
    denial.resource = "ews";
    denial.during.from = day;
    CHECK(subject_of(denial) == "camphor ews 2026-01-01");
}

TEST_CASE("only a subscription was once named otherwise", "[J1]") {
    const auto before = former("teams orchid-rep");
    REQUIRE(before);
    CHECK(before->act == "subscription.remove");
    CHECK(before->subject == "teams");
    CHECK(before->person == "orchid-rep");
    for (const auto* subject : {"", "teams", "sc orchid-rep 2026-01-01", "owner ews orchid-rep 2026-01-01"}) CHECK_FALSE(former(subject));
}

}  // namespace caveat::community
