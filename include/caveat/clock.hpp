#pragma once
// Time, as the rules need it: UTC instants, half-open intervals, calendar arithmetic that says which way it rounds.
// Source: policies/rules.md, "Clock" and ruling (a). Everything here is a value and may be used from any thread.
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "caveat/result.hpp"

namespace caveat {

using Instant = std::chrono::sys_time<std::chrono::microseconds>;
using Date = std::chrono::year_month_day;

// Tests of the core pass a clock of their own. End-to-end tests move the system's clock from outside instead.
class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Instant now() const = 0;
};

class SystemClock final : public Clock {
public:
    [[nodiscard]] Instant now() const override;
};

// Notices that the wall clock was set, or that the machine slept, by looking at it beside monotonic time. Belongs to one thread.
class ClockWatch {
public:
    static constexpr std::chrono::seconds least{30};  // a smaller step in one look is an adjustment, and is not told

    // How far the wall clock has moved beside monotonic time since the last look: ahead or, below zero, back. None at the first look.
    [[nodiscard]] std::optional<std::chrono::seconds> step(Instant wall, std::chrono::steady_clock::time_point monotonic);

private:
    std::optional<std::chrono::microseconds> ahead_;
};

// Half open: at `until` it is over. No `until`: open end.
struct Interval {
    Instant from{};
    std::optional<Instant> until;

    [[nodiscard]] bool contains(Instant t) const { return from <= t && (!until || t < *until); }
    [[nodiscard]] bool over_at(Instant t) const { return until && *until <= t; }
    bool operator==(const Interval&) const = default;
};

// What a date that does not exist becomes: 29 Feb + 1 year is 1 Mar for a right (later), 28 Feb for the end of a penalty.
enum class Rounding { later, earlier };

[[nodiscard]] Date add_months(Date date, int months, Rounding rounding);
[[nodiscard]] Instant start_of(Date date);  // 00:00Z
[[nodiscard]] Date date_of(Instant t);

[[nodiscard]] std::string to_string(Instant t);  // RFC 3339 in UTC: 2026-03-02T09:15:00Z, with a fraction only if there is one
[[nodiscard]] std::string to_string(Date d);     // 2026-03-02

// RFC 3339 with any offset, or a date alone (its 00:00Z).
[[nodiscard]] Result<Instant> parse_instant(std::string_view text);
[[nodiscard]] Result<Date> parse_date(std::string_view text);

// "90s", "15m", "4h", "3d": whole numbers, one unit.
[[nodiscard]] Result<std::chrono::seconds> parse_duration(std::string_view text);
[[nodiscard]] std::string to_string(std::chrono::seconds s);

}  // namespace caveat
