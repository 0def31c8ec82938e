// When the clocks of a case run out, and the intervals of denial that follow from them.
#include <algorithm>
#include <array>

#include "caveat/conduct/case.hpp"
#include "chain.hpp"

namespace caveat::conduct {
namespace {

using community::Verb;
using community::Verbs;

constexpr std::array verbs{Verb::receive, Verb::post, Verb::archive, Verb::manage};

// Without stays: the latest of what rulings (b) and (c) name. None while not served.
std::optional<Instant> earliest_effect(const Case& c, const Notice& notice) {
    const auto at = served(notice);
    if (!at) return std::nullopt;
    Instant start =
        std::max(c.numbers.sanction_delay.after(notice.issued, Rounding::later), c.numbers.sanction_delay.after(*at, Rounding::later));
    // A receipt that is found weeks later dates the service back, but not the denials: what was done meanwhile was allowed.
    start = std::max(start, *known_served(notice));
    if (notice.sanction.effect) start = std::max(start, *notice.sanction.effect);
    if (notice.renewal) return std::max(start, notice.not_before);
    if (!notice.sanction.effect && c.numbers.effect_after_appeal_window) start = std::max(start, *appeal_ends(c, notice));
    return start;
}

// Takes [from, until) out of the intervals.
void cut(std::vector<Interval>& parts, Instant from, std::optional<Instant> until) {
    if (until && *until <= from) return;
    std::vector<Interval> kept;
    for (const Interval& part : parts) {
        if (part.from < from) kept.push_back({part.from, std::min(*part.until, from)});
        if (until && *until < *part.until) kept.push_back({std::max(part.from, *until), part.until});
    }
    parts = std::move(kept);
}

bool names(const DeniedSet& set, const Denied& one) { return within({one}, set); }

void cut_for_appeal(std::vector<Interval>& parts, const Appeal& appeal, const Denied& one, const Case& c) {
    const bool stays = c.numbers.appeal_stays_effect;
    if (!appeal.ended) {
        if (stays) cut(parts, appeal.filed, std::nullopt);
        return;
    }
    const bool gone = !appeal.late && (appeal.ruling.outcome == Outcome::suspended ||
                                       (appeal.ruling.outcome == Outcome::partially_suspended && names(appeal.ruling.suspended, one)));
    if (gone) return cut(parts, stays ? appeal.filed : *appeal.ended, std::nullopt);
    if (stays) cut(parts, appeal.filed, appeal.ended);
}

// One verb on one resource: the effect less stays, suspensions and lifts.
std::vector<Interval> intervals_of(const Case& c, const Notice& notice, const Denied& one) {
    const auto span = effect_of(c, notice);
    if (!span || span->until <= span->from) return {};
    std::vector<Interval> parts{{span->from, span->until}};
    for (const Appeal* appeal : appeals_over(c, notice)) cut_for_appeal(parts, *appeal, one, c);
    for (const Lifted& lift : c.lifts) {
        if (lift.at < notice.issued) continue;
        if (lift.denied.empty() || names(lift.denied, one)) cut(parts, lift.at, std::nullopt);
    }
    return parts;
}

void add_row(std::vector<CaseDenial>& all, const Notice& notice, const Denied& one, const Interval& during) {
    for (CaseDenial& row : all) {
        if (row.notice == notice.number && row.denied.resource == one.resource && row.during == during) {
            row.denied.verbs = static_cast<Verbs>(row.denied.verbs | one.verbs);
            return;
        }
    }
    all.push_back({notice.number, one, during, notice.decision});
}

// When a period of the party's is over that does not run in these times: they may overlap, and what stops it while it stands still anyway
// counts once. None: it stands still, and nobody knows for how long.
std::optional<Instant> end_past(std::vector<Interval> stops, Instant from, Instant end) {
    std::sort(stops.begin(), stops.end(), [](const Interval& a, const Interval& b) { return a.from < b.from; });
    for (const Interval& stop : stops) {
        if (end <= stop.from) break;  // it was over by then
        if (!stop.until) return std::nullopt;
        if (*stop.until <= from) continue;
        end += *stop.until - std::max(stop.from, from);
        from = *stop.until;
    }
    return end;
}

}  // namespace

std::optional<Instant> appeal_ends(const Case& c, const Notice& notice) {
    const auto closes = appeal_closes(notice, c.numbers);
    if (!closes) return std::nullopt;
    return std::chrono::ceil<std::chrono::days>(*end_past(c.silences, *served(notice), *closes));
}

std::optional<Instant> reply_ends(const Case& c, const Notice& notice) {
    const auto at = served(notice);
    if (notice.kind != NoticeKind::compliance || !at) return std::nullopt;
    auto stops = c.silences;
    for (const Appeal* appeal : appeals_over(c, notice)) stops.push_back({appeal->filed, appeal->ended});
    return end_past(std::move(stops), *at, notice.reply_time.after(*at, Rounding::later));
}

std::optional<Span> effect_of(const Case& c, const Notice& notice) {
    if (notice.kind != NoticeKind::sanction) return std::nullopt;
    auto start = earliest_effect(c, notice);
    if (!start) return std::nullopt;
    for (const Appeal* appeal : appeals_over(c, notice)) {
        // An appeal filed after the effect began interrupts it (denials). The time is not added at the end: a penalty ends early rather
        // than late.
        if (!c.numbers.appeal_stays_effect || *start < appeal->filed) continue;
        if (!appeal->ended) return std::nullopt;
        start = std::max(*start, *appeal->ended);
    }
    Instant end = c.numbers.sanction_max.after(*start, Rounding::earlier);
    if (notice.sanction.end) {
        end = std::min(end, *notice.sanction.end);
    } else {
        end = std::min(end, notice.sanction.length.value_or(c.numbers.sanction_default).after(*start, Rounding::earlier));
    }
    return Span{*start, end};
}

std::vector<CaseDenial> denials(const Case& c) {
    std::vector<CaseDenial> all;
    for (const Notice& notice : c.notices) {
        for (const Denied& row : notice.sanction.denied) {
            for (const Verb verb : verbs) {
                if ((row.verbs & bit(verb)) == 0) continue;
                const Denied one{row.resource, bit(verb)};
                for (const Interval& during : intervals_of(c, notice, one)) add_row(all, notice, one, during);
            }
        }
    }
    return all;
}

std::vector<CaseDenial> denials_at(const Case& c, Instant now) {
    std::vector<CaseDenial> all = denials(c);
    std::erase_if(all, [&](const CaseDenial& d) { return !d.during.contains(now); });
    return all;
}

community::Denial as_denial(const Case& c, const CaseDenial& d) {
    community::Denial denial;
    denial.whom = c.team.value;
    denial.whole_team = true;
    denial.resource = d.denied.resource;
    denial.verbs = d.denied.verbs;
    denial.during = d.during;
    denial.source = "sanction";
    denial.decision = d.decision;
    return denial;
}

}  // namespace caveat::conduct
