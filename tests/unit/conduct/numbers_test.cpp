#include "caveat/conduct/numbers.hpp"

#include <catch2/catch.hpp>

#include "electorates.hpp"

using namespace caveat;
using namespace caveat::conduct;

TEST_CASE("a period keeps its calendar months and the time of day", "[C7]") {
    CHECK(months(12).after(at("2026-04-03T09:15:00Z"), Rounding::earlier) == at("2027-04-03T09:15:00Z"));
    CHECK(years(1).after(at("2024-02-29T12:00:00Z"), Rounding::earlier) == at("2025-02-28T12:00:00Z"));
    CHECK(years(1).after(at("2024-02-29T12:00:00Z"), Rounding::later) == at("2025-03-01T12:00:00Z"));
    CHECK(months(1).after(at("2026-01-31"), Rounding::earlier) == at("2026-02-28"));
    CHECK(days(30).after(at("2026-03-02T09:15:00Z"), Rounding::later) == at("2026-04-01T09:15:00Z"));
    CHECK(hours(72).after(at("2026-03-02T09:15:00Z"), Rounding::later) == at("2026-03-05T09:15:00Z"));
    CHECK(days(35).before(at("2027-04-03"), Rounding::earlier) == at("2027-02-27"));
    CHECK(months(2).before(at("2026-04-30T01:00:00Z"), Rounding::earlier) == at("2026-02-28T01:00:00Z"));
    CHECK(years(1).after(day("2025-06-15"), Rounding::later) == day("2026-06-15"));
    CHECK(days(14).after(day("2025-06-25"), Rounding::later) == day("2025-07-09"));
}

TEST_CASE("the numbers of the seeds make sense and nonsense is named", "[C5]") {
    CHECK(sound(Numbers{}));
    const auto refused = [](auto change, std::string_view names) {
        Numbers n;
        change(n);
        const auto judged = sound(n);
        REQUIRE_FALSE(judged);
        CHECK(judged.error().code == errc::invalid);
        CHECK_THAT(judged.error().detail, Catch::Contains(std::string(names)));
    };
    refused([](Numbers& n) { n.sc_quorum = {8, 7}; }, "sc.quorum");
    refused([](Numbers& n) { n.gm_pass = {2, 0}; }, "gm.pass");
    refused([](Numbers& n) { n.gm_pass = {0, 3}; }, "gm.pass");
    refused([](Numbers& n) { n.email_pass = {-1, 2}; }, "email_vote.pass");
    refused([](Numbers& n) { n.gm_petition = {1, 2'000'000}; }, "gm.petition");
    refused([](Numbers& n) { n.gm_reduced = {3, 4}; }, "gm.reduced");
    refused([](Numbers& n) { n.sanction_delay = days(0); }, "sanction.min_delay");
    refused([](Numbers& n) { n.sanction_default = months(13); }, "sanction.default");
    refused([](Numbers& n) { n.reply_floor = days(15); }, "notice.reply_floor");
    refused([](Numbers& n) { n.hold_max = hours(-1); }, "hold.max");
    refused([](Numbers& n) { n.seats_max = 0; }, "sc.seats_max");
    refused([](Numbers& n) { n.panel_agree = 6; }, "panel");
}
