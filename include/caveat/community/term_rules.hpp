#pragma once
// What holds of a term by whichever door it begins or ends. Values, any thread.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "caveat/clock.hpp"
#include "caveat/community/people.hpp"
#include "caveat/detail.hpp"
#include "caveat/result.hpp"

namespace caveat::community {

[[nodiscard]] inline std::string span(const Interval& during) {
    return fmt::format("{} - {}", to_string(during.from), during.until ? to_string(*during.until) : "no end");
}

// The same, read back; nothing of another text.
[[nodiscard]] inline std::optional<Interval> span_in(std::string_view text) {
    constexpr std::string_view between = " - ";
    const auto at = text.find(between);
    if (at == std::string_view::npos) return std::nullopt;
    const auto from = parse_instant(text.substr(0, at)), until = parse_instant(text.substr(at + between.size()));
    if (!from) return std::nullopt;
    return Interval{*from, until ? std::optional(*until) : std::nullopt};
}

// In an entry of the journal.
inline Detail& add_term(Detail& detail, const Term& term) {
    detail.add("role", term.role).add("during", span(term.during));
    return term.list.empty() ? detail : detail.add("list", term.list.value);
}

// As it is on record once it has ended so; one that never ran is none.
[[nodiscard]] inline Term ended(Term term, Instant at) {
    term.during.until = std::max(at, term.during.from);
    return term;
}

// One person's, as the same, at one time.
[[nodiscard]] inline bool are_at_once(const Term& one, const Term& other) {
    const bool same = one.role == other.role && one.person == other.person && one.list == other.list;
    return same && !one.during.over_at(other.during.from) && !other.during.over_at(one.during.from);
}

// Who ends it early, writes.
[[nodiscard]] inline std::string how_to_end(const Term& term) {
    const auto on = term.list.empty() ? std::string() : fmt::format(" --list {}", term.list);
    return fmt::format("caveat term end {} {}{} --reason TEXT", term.role, term.person, on);
}

[[nodiscard]] inline Result<void> ends_now_or_later(Instant at, Instant now) {
    if (now <= at) return {};
    return fail(errc::denied, "a term ends now or later: what was done under it stays done");
}

}  // namespace caveat::community
