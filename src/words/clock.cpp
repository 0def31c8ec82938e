#include "caveat/clock.hpp"

#include <charconv>
#include <ctime>
#include <utility>

namespace caveat {
namespace {

using namespace std::chrono;

// Exactly `count` digits at the front of `text`, cut off it.
std::optional<int> digits(std::string_view& text, std::size_t count) {
    if (text.size() < count) return std::nullopt;
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + count, value);
    if (error != std::errc{} || end != text.data() + count || text.front() == '-') return std::nullopt;
    text.remove_prefix(count);
    return value;
}

bool skip(std::string_view& text, std::string_view any_of) {
    if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
}

std::optional<Date> take_date(std::string_view& text) {
    const auto y = digits(text, 4);
    if (!y || !skip(text, "-")) return std::nullopt;
    const auto m = digits(text, 2);
    if (!m || !skip(text, "-")) return std::nullopt;
    const auto d = digits(text, 2);
    if (!d) return std::nullopt;
    const Date date = year{*y} / month{static_cast<unsigned>(*m)} / day{static_cast<unsigned>(*d)};
    if (!date.ok()) return std::nullopt;
    return date;
}

// The fraction of a second behind the '.', cut to microseconds.
microseconds take_fraction(std::string_view& text) {
    long micros = 0;
    long scale = 100'000;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
        micros += (text.front() - '0') * scale;
        scale /= 10;
        text.remove_prefix(1);
    }
    return microseconds{micros};
}

std::optional<Instant> take_instant(std::string_view text) {
    const auto date = take_date(text);
    if (!date) return std::nullopt;
    Instant at = start_of(*date);
    if (text.empty()) return at;
    if (!skip(text, "Tt ")) return std::nullopt;
    const auto h = digits(text, 2);
    if (!h || *h > 23 || !skip(text, ":")) return std::nullopt;
    const auto m = digits(text, 2);
    if (!m || *m > 59 || !skip(text, ":")) return std::nullopt;
    const auto s = digits(text, 2);
    if (!s || *s > 60) return std::nullopt;  // 60: a leap second reads as the first of the next minute
    at += hours{*h} + minutes{*m} + seconds{*s};
    if (skip(text, ".")) at += take_fraction(text);
    if (skip(text, "Zz")) return text.empty() ? std::optional{at} : std::nullopt;
    const bool east = !text.empty() && text.front() == '+';
    if (!skip(text, "+-")) return std::nullopt;
    const auto oh = digits(text, 2);
    if (!oh || *oh > 23 || !skip(text, ":")) return std::nullopt;
    const auto om = digits(text, 2);
    if (!om || *om > 59 || !text.empty()) return std::nullopt;
    const auto offset = hours{*oh} + minutes{*om};
    return east ? at - offset : at + offset;
}

}  // namespace

// Not by system_clock, whose nanoseconds end in the year 2262: a clock that is further ahead would seem to be behind.
Instant SystemClock::now() const {
    timespec now{};
    ::clock_gettime(CLOCK_REALTIME, &now);
    return Instant{seconds{now.tv_sec} + floor<microseconds>(nanoseconds{now.tv_nsec})};
}

std::optional<seconds> ClockWatch::step(Instant wall, steady_clock::time_point monotonic) {
    const auto ahead = wall.time_since_epoch() - floor<microseconds>(monotonic.time_since_epoch());
    const auto before = std::exchange(ahead_, ahead);
    if (!before || abs(ahead - *before) < least) return std::nullopt;
    return round<seconds>(ahead - *before);
}

Date add_months(Date date, int count, Rounding rounding) {
    const Date moved = date + months{count};
    if (moved.ok()) return moved;
    const sys_days last = moved.year() / moved.month() / std::chrono::last;
    return rounding == Rounding::later ? Date{last + days{1}} : Date{last};
}

Instant start_of(Date date) { return sys_days{date}; }
Date date_of(Instant t) { return Date{floor<days>(t)}; }

std::string to_string(Date d) {
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(d.year()), static_cast<unsigned>(d.month()), static_cast<unsigned>(d.day()));
}

std::string to_string(Instant t) {
    const auto day = floor<days>(t);
    const hh_mm_ss time{t - day};
    std::string text =
        fmt::format("{}T{:02}:{:02}:{:02}", to_string(Date{day}), time.hours().count(), time.minutes().count(), time.seconds().count());
    if (time.subseconds().count() != 0) text += fmt::format(".{:06}", time.subseconds().count());
    return text + "Z";
}

Result<Instant> parse_instant(std::string_view text) {
    if (const auto at = take_instant(text)) return *at;
    return fail(errc::invalid, "'{}' is not an instant; write 2026-03-02T09:15:00Z or 2026-03-02", text);
}

Result<Date> parse_date(std::string_view text) {
    auto rest = text;
    const auto date = take_date(rest);
    if (date && rest.empty()) return *date;
    return fail(errc::invalid, "'{}' is not a date; write 2026-03-02", text);
}

Result<seconds> parse_duration(std::string_view text) {
    long count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    constexpr long most = 100L * 366 * 86'400;  // a century: more is a slip of the pen, and cannot overflow below
    if (error == std::errc{} && count >= 0 && count <= most) {
        if (unit == "s") return seconds{count};
        if (unit == "m") return seconds{minutes{count}};
        if (unit == "h") return seconds{hours{count}};
        if (unit == "d") return seconds{days{count}};
    }
    return fail(errc::invalid, "'{}' is not a duration; write a whole number and s, m, h or d: 90s, 15m, 4h, 3d", text);
}

std::string to_string(seconds s) {
    const auto n = s.count();
    if (n != 0 && n % 86'400 == 0) return fmt::format("{}d", n / 86'400);
    if (n != 0 && n % 3'600 == 0) return fmt::format("{}h", n / 3'600);
    if (n != 0 && n % 60 == 0) return fmt::format("{}m", n / 60);
    return fmt::format("{}s", n);
}

}  // namespace caveat
