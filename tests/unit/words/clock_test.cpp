#include "caveat/clock.hpp"
#include "caveat/known_time.hpp"
#include "caveat/moment.hpp"

#include <catch2/catch.hpp>

using namespace caveat;

namespace {
Instant at(std::string_view text) { return *parse_instant(text); }
Date day(std::string_view text) { return *parse_date(text); }
}  // namespace

TEST_CASE("instants read as RFC 3339 with any offset", "[C7]") {
    const auto [text, utc] = GENERATE(table<std::string, std::string>({
        {"2026-03-02T09:15:00Z", "2026-03-02T09:15:00Z"},
        {"2026-03-02t09:15:00z", "2026-03-02T09:15:00Z"},
        {"2026-03-02T09:15:00+02:00", "2026-03-02T07:15:00Z"},
        {"2026-03-02T23:30:00-05:30", "2026-03-03T05:00:00Z"},
        {"2026-03-02", "2026-03-02T00:00:00Z"},
        {"2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"},
        {"2026-03-02T09:15:00.25Z", "2026-03-02T09:15:00.250000Z"},
        {"2026-12-31T23:59:60Z", "2027-01-01T00:00:00Z"},
    }));
    CAPTURE(text);
    REQUIRE(parse_instant(text));
    CHECK(to_string(*parse_instant(text)) == utc);
}

TEST_CASE("a moment is said to the minute, and to the second where it has any") {
    CHECK(moment(*parse_instant("2026-03-02T09:15:00Z")) == "2026-03-02 09:15 UTC");
    CHECK(moment(*parse_instant("2026-03-02T23:59:59.999999Z")) == "2026-03-02 23:59:59 UTC");
    CHECK(moment(*parse_instant("2026-03-02T09:15:00.5Z")) == "2026-03-02 09:15 UTC");
}

TEST_CASE("what is not an instant is refused and says what to write") {
    const auto text = GENERATE(as<std::string>{}, "", "now", "2026-02-29", "2026-13-01", "2026-03-02T24:00:00Z", "2026-03-02T09:15:00",
                               "2026-03-02T09:15Z", "2026-03-02T09:15:00+0200", "2026-03-02T09:15:00Zx", "-026-03-02", "2026-3-2");
    CAPTURE(text);
    const auto result = parse_instant(text);
    REQUIRE_FALSE(result);
    CHECK(result.error().code == errc::invalid);
    CHECK(result.error().detail.find("2026-03-02T09:15:00Z") != std::string::npos);
}

TEST_CASE("months are calendar arithmetic that says which way it rounds", "[C7]") {
    CHECK(add_months(day("2024-02-29"), 12, Rounding::later) == day("2025-03-01"));    // a right
    CHECK(add_months(day("2024-02-29"), 12, Rounding::earlier) == day("2025-02-28"));  // the end of a penalty
    CHECK(add_months(day("2026-01-31"), 1, Rounding::later) == day("2026-03-01"));
    CHECK(add_months(day("2026-01-31"), 1, Rounding::earlier) == day("2026-02-28"));
    CHECK(add_months(day("2026-04-03"), 12, Rounding::later) == day("2027-04-03"));
    CHECK(add_months(day("2026-03-31"), -1, Rounding::earlier) == day("2026-02-28"));
}

TEST_CASE("intervals are half open", "[C7]") {
    const Interval year{at("2026-01-01"), at("2027-01-01")};
    CHECK_FALSE(year.contains(at("2025-12-31T23:59:59.999999Z")));
    CHECK(year.contains(at("2026-01-01")));
    CHECK(year.contains(at("2026-12-31T23:59:59.999999Z")));
    CHECK_FALSE(year.contains(at("2027-01-01")));
    CHECK(year.over_at(at("2027-01-01")));
    CHECK(Interval{at("2026-01-01"), std::nullopt}.contains(at("2199-01-01")));
}

TEST_CASE("durations are a whole number and one unit") {
    CHECK(parse_duration("90s") == std::chrono::seconds{90});
    CHECK(parse_duration("15m") == std::chrono::minutes{15});
    CHECK(parse_duration("4h") == std::chrono::hours{4});
    CHECK(parse_duration("3d") == std::chrono::hours{72});
    const auto text = GENERATE(as<std::string>{}, "", "s", "5", "-5s", "1.5h", "5 s", "5w", "99999999999999999999s", "999999999999d");
    CAPTURE(text);
    CHECK_FALSE(parse_duration(text));
}

TEST_CASE("a printed duration reads back") {
    const auto seconds = GENERATE(0, 1, 59, 60, 3599, 3600, 86'400, 90'000, 259'200);
    CHECK(parse_duration(to_string(std::chrono::seconds{seconds})) == std::chrono::seconds{seconds});
}

TEST_CASE("a clock that is set is noticed beside monotonic time, and a small adjustment is not", "[D6]") {
    using namespace std::chrono_literals;
    ClockWatch watch;
    auto wall = at("2026-11-22T12:00:00Z");
    std::chrono::steady_clock::time_point monotonic{1h};
    const auto look = [&](std::chrono::seconds of_wall, std::chrono::seconds of_time) {
        return watch.step(wall += of_wall, monotonic += of_time);
    };
    CHECK_FALSE(look(0s, 0s));
    CHECK_FALSE(look(3600s, 3600s));  // nobody looked for an hour
    CHECK_FALSE(look(31s, 2s));       // adjusted by 29 s
    CHECK(look(-5h + 1s, 1s) == -5h);
    CHECK_FALSE(look(1s, 1s));  // told once
    CHECK(look(365 * 24h, 0s) == 365 * 24h);
    CHECK(look(-365 * 24h, 0s) == -365 * 24h);
}

TEST_CASE("a clock stands against the newest entry of the journal and against monotonic time", "[D6]") {
    using namespace std::chrono_literals;
    const Instant entry = *parse_instant("2026-11-22T12:00:00Z");
    const KnownTime::Moment start{};
    const auto year = std::chrono::hours{365 * 24};
    struct Row {
        Instant at_start, later;  // the wall clock, a minute after each other
        std::optional<Instant> instead;
    };
    const std::vector<Row> rows{
        {entry, entry + 1min, std::nullopt},
        {entry, entry + 3 * year, std::nullopt},               // a machine that slept, or a test
        {entry + 400 * 24h, entry + 400 * 24h, std::nullopt},  // nobody posted for so long
        {entry + 1h, entry + 1h + 1s, std::nullopt},           // slewed
        {entry + 1h, entry + 59min, entry + 61min},
        {entry - 60 * year, entry - 60 * year, entry + 1min},
        {entry + 60 * year, entry + 60 * year, entry + 1min},
        {entry + 60 * year, entry + 1min, std::nullopt},  // it was set right
        {entry, entry + 7900 * year, entry + 1min},
    };
    for (const auto& row : rows) {
        CAPTURE(&row - rows.data());
        KnownTime known(entry, row.at_start, start);
        CHECK(known.instead_of(row.later, start + 1min) == row.instead);
        if (!row.instead) CHECK(known.instead_of(row.later - 2min, start + 1min) == row.later);  // set back since
    }
}

TEST_CASE("a clock that jumps ahead is believed once it has stood there for an hour", "[D6][C6]") {
    using namespace std::chrono_literals;
    const Instant noon = at("2026-11-22T12:00:00Z");
    const KnownTime::Moment start{};
    KnownTime known(noon, noon + 30s, start, before_a_key_is_replaced);
    const auto ask = [&](std::chrono::seconds wall, std::chrono::seconds passed) { return known.instead_of(noon + wall, start + passed); };
    CHECK_FALSE(ask(90s + 5min, 5min));  // corrected
    CHECK(ask(500 * 24h, 6min) == noon + 90s + 6min);
    CHECK(ask(500 * 24h + 59min, 65min) == noon + 90s + 65min);
    CHECK(ask(900 * 24h, 66min) == noon + 90s + 66min);  // set once more: from the beginning
    CHECK(ask(900 * 24h + 59min, 125min));
    CHECK_FALSE(ask(900 * 24h + 60min, 126min));
    CHECK_FALSE(ask(900 * 24h + 61min, 127min));
    CHECK(ask(128min, 128min) == noon + 900 * 24h + 62min);  // and back
    CHECK_FALSE(ask(188min, 188min));

    // At a start: of a machine that was off for a night, or that has the wrong time.
    CHECK(KnownTime(noon, noon + 12h, start, before_a_key_is_replaced).instead_of(noon + 12h, start) == noon);
    CHECK_FALSE(KnownTime(std::nullopt, noon + 12h, start, before_a_key_is_replaced).instead_of(noon + 12h, start));
}
