#pragma once
// C1-C5 and C7 of a case, told once more without the code under test: of every row that denies something, and of every step from one case
// to the next. What is wrong is a sentence that begins with the promise; nothing wrong is an empty one.
#include <algorithm>
#include <set>
#include <tuple>

#include "a_case.hpp"

namespace caveat::conduct::testing {

inline constexpr int thirty = 30;

// What is asked of `next` in one go; a panel is seated and rules within one instant.
struct Try {
    std::string name;
    std::vector<Act> acts;
    bool never = false;  // no state may allow it
    std::string decision = "D-2";
};

// The notices a notice rests on, told here once more without the code under test.
inline bool above(const Case& c, int notice, int base) {
    while (notice != base) {
        const auto below = c.notices[static_cast<std::size_t>(notice) - 1].built_on;
        if (!below) return false;
        notice = *below;
    }
    return true;
}

// Two complete compliance notices, both served before the sanction notice came (C1).
inline bool well_founded(const Case& c, const Notice& sanction) {
    int served_notices = 0;
    for (const Notice& n : c.notices) {
        if (n.kind != NoticeKind::compliance || !above(c, sanction.number, n.number)) continue;
        if (!missing(n.contents).empty() || n.decision.empty()) return false;
        if (const auto when = served(n); when && *when < sanction.issued) ++served_notices;
    }
    return served_notices == 2;
}

inline std::string check_row(const Case& c, const CaseDenial& row) {
    const Notice& notice = c.notices[static_cast<std::size_t>(row.notice) - 1];
    const Instant from = row.during.from;
    if (notice.kind != NoticeKind::sanction || !well_founded(c, notice)) return "C1: denied without two served notices";
    if (!served(notice) || from < *served(notice) + day * thirty) return "C2: denied within 30 days of service";
    if (from < notice.issued + day * thirty) return "C2: denied within 30 days of issue";
    if (!row.during.until) return "C2: denied without an end";
    const auto effect = effect_of(c, notice)->from;
    const Instant year_on = start_of(add_months(date_of(effect), 12, Rounding::earlier)) + (effect - start_of(date_of(effect)));
    if (from < effect || year_on < *row.during.until) return "C2: denied for more than twelve months";
    if (!within({row.denied}, notice.sanction.denied)) return "C4: denied what no notice names";
    for (const auto& channel : {std::string("reps"), std::string("sec"), "panel-" + c.id}) {
        if (row.denied.resource == channel) return "C4: denied the governance channel";
    }
    if (notice.decision.empty() || row.decision != notice.decision) return "C5: denied by no decision";
    for (const Appeal& appeal : c.appeals) {
        if (!above(c, row.notice, appeal.notice) || !c.numbers.appeal_stays_effect || appeal.moot) continue;
        if (appeal.ended == appeal.filed && appeal.ruling.outcome != Outcome::suspended) continue;  // never open
        const bool before = *row.during.until <= appeal.filed;
        if (!before && (!appeal.ended || from < *appeal.ended)) return "C3: in force while an appeal is open";
        if (!before && appeal.ruling.outcome == Outcome::suspended) return "C3: in force although the panel suspended it";
    }
    return {};
}

using Rows = std::vector<CaseDenial>;

inline DeniedSet denied_at(const Rows& rows, Instant when) {
    DeniedSet set;
    for (const CaseDenial& row : rows) {
        if (row.during.contains(when)) set.push_back(row.denied);
    }
    return normalised(std::move(set));
}

// With the last row everything is over, by itself: nothing denied, nothing left to wait for.
inline std::string check_after_all(const Case& c) {
    const Rows rows = denials(c);
    if (rows.empty()) return {};
    Instant over{};
    for (const CaseDenial& row : rows) over = std::max(over, *row.during.until);
    if (over <= c.last) return {};
    const State before = state_at(c, over - tick);
    const State then = state_at(c, over);
    if (!before.in_force || before.ends != over) return "C2: what is denied does not end when it says";
    if (then.in_force || then.phase == Phase::effective || then.phase == Phase::renewed) return "C2: a sanction outlives its end";
    return {};
}

// What was, stays: no step reaches back before its own instant.
inline bool rewrites_the_past(const Rows& before, const Rows& after, Instant when) {
    std::set<Instant> past{when - tick};
    for (const Rows* rows : {&before, &after}) {
        for (const CaseDenial& row : *rows) {
            past.insert(row.during.from);
            past.insert(*row.during.until - tick);
        }
    }
    return std::any_of(past.begin(), past.end(), [&](Instant t) { return t < when && denied_at(before, t) != denied_at(after, t); });
}

inline bool lengthens(const Rows& before, const Rows& after) {
    return std::any_of(after.begin(), after.end(), [&](const CaseDenial& row) {
        return std::none_of(before.begin(), before.end(), [&](const CaseDenial& old) {
            return old.notice == row.notice && within({row.denied}, {old.denied}) && old.during.from <= row.during.from &&
                   *row.during.until <= *old.during.until;
        });
    });
}

inline std::string check_step(const Case& before, const Case& after, const Try& what, Instant when) {
    if (what.never) return "allowed what no rule allows";
    const Rows was = denials(before);
    const Rows is = denials(after);
    if (was != is || before.appeals != after.appeals) {  // otherwise checked when they came about
        for (const CaseDenial& row : is) {
            if (auto wrong = check_row(after, row); !wrong.empty()) return wrong;
        }
        if (rewrites_the_past(was, is, when)) return "C2: the past was rewritten";
    }
    if (what.name == "lift" && lengthens(was, is)) return "C2: a lift lengthened something";
    if (std::tie(after.id, after.team, after.clause, after.opened) != std::tie(before.id, before.team, before.clause, before.opened))
        return "C4: a step made another case of it";
    if (after.numbers != before.numbers) return "C2: a case goes on under other numbers than it began with";
    if (before.closed && after.closed != before.closed) return "a closed case was opened";
    for (std::size_t i = 0; i < before.appeals.size(); ++i) {
        if (before.appeals[i].ended && before.appeals[i] != after.appeals[i]) return "C3: a final result was changed";
    }
    if (what.name == "issue" || what.name == "sanction") {
        const Notice& fresh = after.notices.back();
        const auto since =
            fresh.built_on ? served(after.notices[static_cast<std::size_t>(*fresh.built_on) - 1]) : std::optional<Instant>{Instant{}};
        if (!since || fresh.issued < *since + day * 7) return "C1: a notice within seven days of the service of the one before";
    }
    if (what.name == "appeal") {
        const Notice& notice = before.notices[static_cast<std::size_t>(after.appeals.back().notice) - 1];
        const auto since = served(notice);
        if (since && start_of(date_of(*since)) + day * 31 <= when) return "C3: an appeal after the window";
    }
    return {};
}

}  // namespace caveat::conduct::testing
