#include "caveat/conduct/terms.hpp"

#include <catch2/catch.hpp>

#include <tuple>

#include "electorates.hpp"

using namespace caveat;
using namespace caveat::conduct;

namespace {

Member old_member(const TeamId& id) { return {id, day("2000-01-01"), {}}; }

Office office_of(std::string_view role) {
    return role == "sc"             ? Office::seat
           : role == "chair"        ? Office::chair
           : role == "deputy_chair" ? Office::deputy
           : role == "secretariat"  ? Office::secretariat
                                    : Office::none;
}

Tenure tenure(std::string role, int who, std::string_view from, std::string_view until) {
    const auto office = office_of(role);
    return {std::move(role), team(who), {at(from), at(until)}, office};
}

Result<void> asked(const Tenure& next, const std::vector<Tenure>& held) { return may_begin(next, old_member(next.team), held, numbers); }

// Seats without an end, so that only the office in question is judged.
std::vector<Tenure> seated(int n) {
    std::vector<Tenure> held;
    for (int i = 0; i < n; ++i) held.push_back({"sc", team(i), {at("2015-01-01"), {}}, Office::seat});
    return held;
}

std::vector<Tenure> with(std::vector<Tenure> held, std::initializer_list<Tenure> more) {
    held.insert(held.end(), more);
    return held;
}

Tenure chaired(int who, int year) { return tenure("chair", who, std::to_string(year) + "-01-01", std::to_string(year + 1) + "-01-01"); }

}  // namespace

TEST_CASE("the right to vote comes a year after admission, to the day [item 6]", "[C5][C7]") {
    auto [since, until_then_not, from_then] =
        GENERATE(table<std::string, std::string, std::string>({{"2025-06-15", "2026-06-14", "2026-06-15"},
                                                               {"2024-02-29", "2025-02-28", "2025-03-01"},
                                                               {"2024-12-31", "2025-12-30", "2025-12-31"}}));
    CAPTURE(since);
    CHECK_FALSE(may_vote_on(day(until_then_not), day(since), numbers));
    CHECK(may_vote_on(day(from_then), day(since), numbers));
    CHECK(votes_from(day(since), numbers) == day(from_then));
    CHECK_FALSE(may_stand_on(day(until_then_not), day(since), numbers));
    CHECK(may_stand_on(day(from_then), day(since), numbers));
}

TEST_CASE("the rights follow the numbers of the book, not of the code [items 6 and 7]", "[C5]") {
    Numbers other;
    other.vote_tenure = months(6);
    other.office_tenure = days(10);
    CHECK(may_vote_on(day("2026-03-01"), day("2025-08-31"), other));  // 31 Feb becomes 1 Mar
    CHECK_FALSE(may_vote_on(day("2026-02-28"), day("2025-08-31"), other));
    CHECK(may_stand_on(day("2025-09-10"), day("2025-08-31"), other));
    CHECK_FALSE(may_stand_on(day("2025-09-09"), day("2025-08-31"), other));
}

TEST_CASE("who is not a member, or not for a year, holds no office [item 7]", "[C5][A10]") {
    const Tenure next = tenure("sc", 0, "2026-10-06", "2028-10-06");
    CHECK(may_begin(next, {team(0), day("2025-10-06"), {}}, {}, numbers));
    CHECK_FALSE(may_begin(next, {team(0), day("2025-10-07"), {}}, {}, numbers));
    CHECK_FALSE(may_begin(next, {team(0), day("2020-01-01"), at("2026-10-06")}, {}, numbers));
    CHECK_FALSE(may_begin(next, {team(1), day("2020-01-01"), {}}, {}, numbers));
}

TEST_CASE("an office has a length and an end [items 49, 53, 54]", "[C5][A10]") {
    auto [role, longest, beyond] = GENERATE(table<std::string, std::string, std::string>({{"sc", "2028-10-06", "2028-10-06T00:00:01Z"},
                                                                                          {"chair", "2027-10-06", "2027-10-06T00:00:01Z"},
                                                                                          {"deputy_chair", "2027-10-06", "2027-10-07"},
                                                                                          {"secretariat", "2028-10-06", "2028-10-07"}}));
    CAPTURE(role);
    const auto held = role == "sc" ? std::vector<Tenure>{} : seated(3);
    CHECK(asked(tenure(role, 0, "2026-10-06", longest), held));
    CHECK_FALSE(asked(tenure(role, 0, "2026-10-06", beyond), held));
    CHECK_FALSE(asked(tenure(role, 0, "2026-10-06", "2026-10-06"), held));
    CHECK_FALSE(asked({role, team(0), {at("2026-10-06"), {}}}, held));
}

TEST_CASE("only the four offices have terms to judge", "[C5]") {
    const auto refused = asked(tenure("owner", 0, "2026-10-06", "2027-10-06"), {});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == errc::invalid);
}

TEST_CASE("an eighth active seat is refused, an eighth that follows a seventh is not [item 49]", "[C5]") {
    auto held = seated(6);
    held.push_back(tenure("sc", 6, "2024-10-06", "2026-10-06"));
    CHECK_FALSE(asked(tenure("sc", 7, "2026-10-05", "2028-10-05"), held));
    CHECK(asked(tenure("sc", 7, "2026-10-06", "2028-10-06"), held));
    // A seat that is promised for later takes its place from then on, so the term must not run into it.
    held.back() = tenure("sc", 6, "2027-01-01", "2028-12-31");
    CHECK_FALSE(asked(tenure("sc", 7, "2026-10-06", "2027-01-02"), held));
    CHECK(asked(tenure("sc", 7, "2026-10-06", "2027-01-01"), held));
}

TEST_CASE("one seat per team [ruling m]", "[C5]") {
    const std::vector<Tenure> held{tenure("sc", 0, "2025-10-06", "2027-10-06")};
    const auto twice = asked(tenure("sc", 0, "2026-10-06", "2028-10-06"), held);
    REQUIRE_FALSE(twice);
    CHECK(twice.error().code == errc::conflict);
    CHECK(asked(tenure("sc", 0, "2027-10-06", "2029-10-06"), held));  // re-elected
}

TEST_CASE("four seats end in one year and three in the next [item 49]", "[C5]") {
    std::vector<Tenure> held;
    for (int i = 0; i < 4; ++i) {
        const Tenure next = tenure("sc", i, "2026-10-06", "2028-10-06");
        REQUIRE(asked(next, held));
        held.push_back(next);
    }
    CHECK_FALSE(asked(tenure("sc", 4, "2026-10-06", "2028-10-06"), held));
    for (int i = 4; i < 7; ++i) {
        const Tenure next = tenure("sc", i, "2026-10-06", "2027-10-06");
        REQUIRE(asked(next, held));
        held.push_back(next);
    }
    for (int i = 4; i < 7; ++i) {  // the next AGM renews the smaller half
        const Tenure next = tenure("sc", i, "2027-10-06", "2029-10-06");
        REQUIRE(asked(next, held));
        held.push_back(next);
    }
    held[0].during.until = at("2028-02-01");  // gone early: who follows serves the rest of that half
    CHECK(asked(tenure("sc", 8, "2028-02-01", "2028-10-06"), held));
    // A term that ends at 00:00Z of 1 January ended with the year before.
    const std::vector<Tenure> larger(held.begin(), held.begin() + 4);
    CHECK_FALSE(asked(tenure("sc", 8, "2027-12-01", "2029-01-01"), larger));
    CHECK(asked(tenure("sc", 8, "2027-12-01", "2029-01-01T00:00:01Z"), larger));
}

TEST_CASE("the chair has a seat when the term begins [item 53]", "[C5][A10]") {
    const auto next = chaired(0, 2026);
    CHECK_FALSE(asked(next, {}));
    CHECK(asked(next, seated(1)));
    CHECK_FALSE(asked(next, {tenure("sc", 0, "2024-01-01", "2026-01-01")}));  // over at its last instant
    CHECK_FALSE(asked(next, with(seated(2), {chaired(1, 2026)})));            // one chair at a time
    CHECK(asked(next, with(seated(2), {chaired(1, 2025)})));
}

TEST_CASE("chaired from 2022 to 2025: refused for 2026, allowed for 2027 [item 53]", "[C5]") {
    auto held = with(seated(2), {chaired(0, 2022), chaired(0, 2023), chaired(0, 2024)});
    CHECK(asked(chaired(0, 2025), held));
    held.push_back(chaired(0, 2025));
    const auto refused = asked(chaired(0, 2026), held);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == errc::denied);
    held.push_back(chaired(1, 2026));
    CHECK(asked(chaired(0, 2027), held));
    // Each office has a row of its own.
    CHECK(asked(tenure("deputy_chair", 0, "2026-01-01", "2027-01-01"), held));
    for (auto& t : held) {
        if (t.office == Office::chair) t = {"deputy_chair", t.team, t.during, Office::deputy};
    }
    CHECK_FALSE(asked(tenure("deputy_chair", 0, "2026-01-01", "2027-01-01"), {held.begin(), held.end() - 1}));
}

TEST_CASE("a term recorded late does not complete five in a row with those after it [item 53]", "[C5]") {
    const auto ahead = with(seated(2), {chaired(0, 2020), chaired(0, 2023), chaired(0, 2024), chaired(0, 2025)});
    CHECK(asked(chaired(0, 2022), ahead));
    CHECK_FALSE(asked(chaired(0, 2021), with(ahead, {chaired(0, 2022)})));
    CHECK_FALSE(asked(chaired(0, 2022), with(ahead, {chaired(0, 2021)})));
    CHECK(asked(chaired(0, 2018), with(ahead, {chaired(0, 2022), chaired(0, 2021)})));  // a row too long already is not made longer
}

TEST_CASE("terms less than 30 days apart are in a row [ruling q]", "[C5][C7]") {
    const std::vector<Tenure> held{chaired(0, 2024), chaired(0, 2025)};
    CHECK(terms_in_a_row(Office::chair, team(0), at("2026-01-01"), held, numbers) == 2);
    CHECK(terms_in_a_row(Office::chair, team(0), at("2026-01-30T23:59:59Z"), held, numbers) == 2);
    CHECK(terms_in_a_row(Office::chair, team(0), at("2026-01-31"), held, numbers) == 0);
    CHECK(terms_in_a_row(Office::chair, team(1), at("2026-01-01"), held, numbers) == 0);
    CHECK(terms_in_a_row(Office::deputy, team(0), at("2026-01-01"), held, numbers) == 0);
}

TEST_CASE("less than half a year is not a term and does not break a chain [ruling q]", "[C5][C7]") {
    const auto years = std::vector<Tenure>{chaired(0, 2022), chaired(0, 2023), chaired(0, 2024), chaired(0, 2025)};
    const auto later = tenure("chair", 0, "2026-05-01", "2027-05-01");
    // An interim of four months, another's or its own, leaves four in a row; half a year is a term and breaks the chain.
    CHECK_FALSE(
        asked(later, with(with(seated(2), {tenure("chair", 1, "2026-01-01", "2026-05-01")}), {years[0], years[1], years[2], years[3]})));
    CHECK_FALSE(
        asked(later, with(with(seated(2), {tenure("chair", 0, "2026-01-01", "2026-05-01")}), {years[0], years[1], years[2], years[3]})));
    const auto half = tenure("chair", 1, "2026-01-01", "2026-07-01");
    CHECK(asked(tenure("chair", 0, "2026-07-01", "2027-07-01"), with(with(seated(2), {half}), {years[0], years[1], years[2], years[3]})));
    // Days of deputising count for nobody.
    const auto days = tenure("chair", 1, "2024-03-01", "2024-03-08");
    CHECK(terms_in_a_row(Office::chair, team(0), at("2026-01-01"), with(years, {days}), numbers) == 4);
    CHECK(terms_in_a_row(Office::chair, team(1), at("2024-03-08"), with(years, {days}), numbers) == 0);
}

TEST_CASE("the deputy holds the chair's rights on the days recorded, within its own term [item 53]", "[C5][A10]") {
    const auto held = with(seated(2), {tenure("deputy_chair", 1, "2026-01-01", "2027-01-01"), chaired(0, 2026)});
    CHECK(may_deputise(tenure("chair", 1, "2026-03-01", "2026-03-08"), held, numbers));
    CHECK(may_deputise(tenure("chair", 1, "2026-12-01", "2027-01-01"), held, numbers));
    CHECK_FALSE(may_deputise(tenure("chair", 1, "2026-12-01", "2027-01-02"), held, numbers));
    CHECK_FALSE(may_deputise(tenure("chair", 0, "2026-03-01", "2026-03-08"), held, numbers));
    CHECK_FALSE(may_deputise(tenure("chair", 1, "2026-03-01", "2026-09-01"), held, numbers));  // half a year
    CHECK_FALSE(may_deputise(tenure("sc", 1, "2026-03-01", "2026-03-08"), held, numbers));
    // The days leave the chair where it was.
    CHECK(asked(chaired(0, 2027), with(held, {tenure("chair", 1, "2026-12-20", "2027-01-10")})));
}

TEST_CASE("one secretariat at a time, any number of times [item 54]", "[C5]") {
    std::vector<Tenure> held;
    for (int year = 2010; year < 2026; year += 2) {
        const auto next = tenure("secretariat", 0, std::to_string(year) + "-01-01", std::to_string(year + 2) + "-01-01");
        REQUIRE(asked(next, held));
        held.push_back(next);
    }
    CHECK_FALSE(asked(tenure("secretariat", 1, "2025-06-01", "2027-06-01"), held));
    CHECK(asked(tenure("secretariat", 1, "2026-01-01", "2028-01-01"), held));
}

TEST_CASE("who holds an office follows from the terms and ends with them", "[A10][C7]") {
    const std::vector<Tenure> held{tenure("sc", 0, "2026-01-01", "2026-02-01"), tenure("sc", 1, "2026-01-15", "2026-03-01"),
                                   tenure("chair", 1, "2026-01-15", "2026-03-01")};
    CHECK(holders(Office::seat, at("2026-01-31T23:59:59Z"), held) == teams(2));
    CHECK(holders(Office::seat, at("2026-02-01"), held) == std::vector{team(1)});
    CHECK(holders(Office::seat, at("2026-03-01"), held).empty());
}
