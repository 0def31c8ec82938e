// The calendar under every deadline, against a slow one of its own: an almanac that was written down a day after another, in which months
// are looked up and days counted by the finger. Every day of eight years, and of the eight around 2100, which has no leap day.
#include <array>
#include <map>
#include <random>
#include <utility>
#include <vector>

#include "a_case.hpp"
#include "caveat/conduct/ballot.hpp"
#include "caveat/conduct/terms.hpp"
#include "wrong.hpp"

using namespace caveat;
using namespace caveat::conduct;
using namespace caveat::conduct::testing;

namespace {

struct Almanac {
    struct Page {
        int year, month, day;
    };
    std::vector<Page> pages;                    // the first is 1 January 1970
    std::map<std::pair<int, int>, int> firsts;  // of year and month

    Almanac() {
        constexpr std::array<int, 12> lengths{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
        for (int year = 1970; year < 2110; ++year) {
            const bool leap = year % 4 == 0 && year != 2100;
            for (int month = 1; month <= 12; ++month) {
                firsts[{year, month}] = static_cast<int>(pages.size());
                const int length = lengths.at(static_cast<std::size_t>(month) - 1) + (leap && month == 2 ? 1 : 0);
                for (int d = 1; d <= length; ++d) pages.push_back({year, month, d});
            }
        }
    }

    [[nodiscard]] Date date(int page) const {
        const Page& p = pages.at(static_cast<std::size_t>(page));
        return std::chrono::year{p.year} / p.month / p.day;
    }
    [[nodiscard]] static Instant midnight(int page) { return Instant{} + day * page; }

    // The page of the same day so many months on; where that month is too short, its last or the first of the next.
    [[nodiscard]] int months_on(int page, int months, Rounding rounding) const {
        auto [year, month, d] = pages.at(static_cast<std::size_t>(page));
        for (; months > 0; --months) month == 12 ? (month = 1, ++year) : ++month;
        for (; months < 0; ++months) month == 1 ? (month = 12, --year) : --month;
        const int first = firsts.at({year, month});
        const int next = month == 12 ? firsts.at({year + 1, 1}) : firsts.at({year, month + 1});
        if (first + d - 1 < next) return first + d - 1;
        return rounding == Rounding::later ? next : next - 1;
    }
};

const Almanac& almanac() {
    static const Almanac all;
    return all;
}

// Every day of the sixteen years.
std::vector<int> days_asked() {
    std::vector<int> all;
    for (const auto& [from, until] : {std::pair{2023, 2031}, std::pair{2097, 2105}}) {
        for (int page = almanac().firsts.at({from, 1}); page < almanac().firsts.at({until, 1}); ++page) all.push_back(page);
    }
    return all;
}

constexpr std::array roundings{Rounding::later, Rounding::earlier};

// Times of day, the edges among them: fixed seed, so that a failure comes again.
struct TimesOfDay {
    std::mt19937_64 dice{20260302};
    std::chrono::microseconds some() {
        constexpr std::int64_t whole = std::chrono::microseconds{day}.count();
        switch (dice() % 4) {
            case 0:
                return std::chrono::microseconds{0};
            case 1:
                return std::chrono::microseconds{whole - 1};
            default:
                return std::chrono::microseconds{static_cast<std::int64_t>(dice() % static_cast<std::uint64_t>(whole))};
        }
    }
};

}  // namespace

TEST_CASE("every day begins at its midnight and lasts to its last microsecond", "[C7][conduct]") {
    Wrong wrong;
    for (const int page : days_asked()) {
        const Date date = almanac().date(page);
        const Instant midnight = Almanac::midnight(page);
        wrong.expect(start_of(date) == midnight, to_string(date));
        wrong.expect(date_of(midnight) == date && date_of(midnight + day - tick) == date, to_string(date));
        wrong.expect(date_of(midnight - tick) == almanac().date(page - 1), to_string(date));
        wrong.expect(parse_instant(to_string(date)).value() == midnight, to_string(date));
        wrong.expect(parse_instant(to_string(midnight - tick)).value() == midnight - tick, to_string(midnight - tick));
    }
    wrong.none();
}

TEST_CASE("months on and back from every day end where the almanac says, rounded the way that was asked for", "[C7][conduct]") {
    Wrong wrong;
    for (const int page : days_asked()) {
        for (const Rounding rounding : roundings) {
            for (int n = -25; n <= 25; ++n) {
                const int there = almanac().months_on(page, n, rounding);
                wrong.expect(add_months(almanac().date(page), n, rounding) == almanac().date(there),
                             [&] { return fmt::format("{} and {} months", to_string(almanac().date(page)), n); });
            }
        }
    }
    wrong.none();
}

TEST_CASE("a period keeps the time of day from every day on, and back", "[C7][conduct]") {
    Wrong wrong;
    TimesOfDay times;
    for (const int page : days_asked()) {
        const auto time = times.some();
        const Instant from = Almanac::midnight(page) + time;
        for (const Rounding rounding : roundings) {
            for (const int n : {1, 2, 6, 12, 24}) {
                const auto on = Almanac::midnight(almanac().months_on(page, n, rounding)) + time;
                const auto back = Almanac::midnight(almanac().months_on(page, -n, rounding)) + time;
                wrong.expect(months(n).after(from, rounding) == on, [&] { return fmt::format("{} and {} months", to_string(from), n); });
                wrong.expect(months(n).before(from, rounding) == back,
                             [&] { return fmt::format("{} less {} months", to_string(from), n); });
            }
            for (const int n : {1, 7, 14, 28, 30, 60}) {
                wrong.expect(days(n).after(from, rounding) == Almanac::midnight(page + n) + time, [&] { return to_string(from); });
                wrong.expect(days(n).before(from, rounding) == Almanac::midnight(page - n) + time, [&] { return to_string(from); });
                wrong.expect(days(n).after(almanac().date(page), rounding) == almanac().date(page + n), [&] { return to_string(from); });
            }
        }
        // What a right waits for is never shorter than what a penalty lasts.
        const auto gap = years(1).after(from, Rounding::later) - years(1).after(from, Rounding::earlier);
        wrong.expect(gap == day * 0 || gap == day, to_string(from));
    }
    wrong.none();
}

TEST_CASE("the right to vote begins on the same day a year later, whenever the admission was [item 6]", "[C5][C7][conduct]") {
    Wrong wrong;
    for (const int page : days_asked()) {
        const Date since = almanac().date(page);
        const int first = almanac().months_on(page, 12, Rounding::later);
        wrong.expect(votes_from(since, {}) == almanac().date(first), to_string(since));
        wrong.expect(may_vote_on(almanac().date(first), since, {}) && !may_vote_on(almanac().date(first - 1), since, {}), to_string(since));
        wrong.expect(may_stand_on(almanac().date(first), since, {}) && !may_stand_on(almanac().date(first - 1), since, {}),
                     to_string(since));
    }
    wrong.none();
}

TEST_CASE("an appeal window is over at the midnight after thirty whole days, whenever the notice was served [item 37]",
          "[C3][C7][conduct]") {
    Wrong wrong;
    TimesOfDay times;
    Notice notice;
    for (const int page : days_asked()) {
        const Instant served_at = Almanac::midnight(page) + times.some();
        notice.services = {{Channel::page_read, served_at, served_at}};
        wrong.expect(appeal_closes(notice, {}) == Almanac::midnight(page + 31), to_string(served_at));
    }
    wrong.none();
}

TEST_CASE("a sanction begins and ends where the three clocks say, whatever day it is noticed [item 33] [item 34] [item 40]",
          "[C2][C7][conduct]") {
    Wrong wrong;
    TimesOfDay times;
    Case c = noticed().c;
    Notice& notice = c.notices.back();
    for (const int page : days_asked()) {
        notice.issued = Almanac::midnight(page) + times.some();
        const int days_later = static_cast<int>(times.dice() % 3);
        const Instant receipt = std::max(notice.issued, Almanac::midnight(page + days_later) + times.some());
        const int receipt_page = receipt < Almanac::midnight(page + days_later) ? page : page + days_later;
        notice.services = {{Channel::page_read, receipt, receipt}};
        for (const bool stated : {false, true}) {
            notice.sanction.effect = stated ? std::optional(notice.issued + day * 30) : std::nullopt;
            const auto span = effect_of(c, notice);
            // Served after the issue: thirty days from service are never the earlier ones; the window closes later still.
            const Instant from = stated ? receipt + day * 30 : Almanac::midnight(receipt_page + 31);
            const int from_page = stated ? receipt_page + 30 : receipt_page + 31;
            const auto time = from - Almanac::midnight(from_page);
            const Instant until = Almanac::midnight(almanac().months_on(from_page, 12, Rounding::earlier)) + time;
            wrong.expect(span == Span{from, until}, fmt::format("issued {}, served {}", to_string(notice.issued), to_string(receipt)));
        }
    }
    wrong.none();
}

TEST_CASE("votes stop counting at the stated close, for an admission after fourteen days at the latest [item 52] [ruling a]",
          "[C5][C7][conduct]") {
    Wrong wrong;
    TimesOfDay times;
    for (const int page : days_asked()) {
        const Instant opens = Almanac::midnight(page) + times.some();
        const int lasting = 1 + static_cast<int>(times.dice() % 20);
        const Instant stated = Almanac::midnight(page + lasting) + times.some();
        const Instant sat = opens + (stated - opens) / 2;
        for (const Rule rule : {Rule::approval, Rule::unanimity, Rule::two_thirds, Rule::majority}) {
            for (const bool meeting : {false, true}) {
                Ballot ballot{rule, {opens, stated}, {}, {}, {}};
                if (meeting) ballot.attendance = Attendance{sat, {}, {}};
                Instant last = meeting ? sat : opens;
                for (int n = 0; n < 14; ++n) last += day;
                const Instant close = rule == Rule::unanimity && last < stated ? last : stated;
                wrong.expect(close_of(ballot, {}) == close,
                             fmt::format("{} from {} to {}", name(rule), to_string(opens), to_string(stated)));
            }
        }
        // The last moment on which a vote still counts decides which day the right must exist on.
        const bool at_midnight = stated == Almanac::midnight(page + lasting);
        wrong.expect(closing_day(stated) == almanac().date(page + lasting - (at_midnight ? 1 : 0)), to_string(stated));
    }
    wrong.none();
}
