#include "caveat/conduct/case.hpp"

#include <algorithm>
#include <array>

#include "chain.hpp"
#include "steps.hpp"

namespace caveat::conduct {
namespace {

// A sanction notice, renewals aside, that its own panel suspended: final (item 39), whatever happens to the notices before it.
bool sanction_suspended(const Case& c) {
    return std::any_of(c.appeals.begin(), c.appeals.end(), [&](const Appeal& a) {
        const Notice* notice = find_notice(c, a.notice);
        return a.ended && !a.late && !a.moot && a.ruling.outcome == Outcome::suspended && notice->kind == NoticeKind::sanction &&
               !notice->renewal;
    });
}

Phase phase_of_sanctions(const Case& c, const std::vector<const Notice*>& counting, Instant now) {
    for (const CaseDenial& denial : denials_at(c, now)) return find_notice(c, denial.notice)->renewal ? Phase::renewed : Phase::effective;
    const auto pending = [&](const Notice* n) { return may_still_deny(c, *n, now); };
    if (std::any_of(counting.begin(), counting.end(), pending)) return Phase::sanction_noticed;
    // How the sanction ended: by itself if its time ran out while it still denied something, otherwise by a lift.
    const auto left = [&](const Notice* n) { return !remaining(c, *n).empty(); };
    return std::any_of(counting.begin(), counting.end(), left) ? Phase::expired : Phase::lifted;
}

Phase phase_at(const Case& c, Instant now) {
    if (c.closed) return Phase::closed;
    if (sanction_suspended(c)) return Phase::suspended;
    const auto counting = sanctions(c);
    if (!counting.empty()) return phase_of_sanctions(c, counting, now);
    const Notice* last = latest(c);
    if (last == nullptr) return Phase::investigating;
    return last->built_on ? Phase::second_notice : Phase::first_notice;
}

// A ruling after the effect changes nothing by itself. Returns whether anything that it suspended is still denied.
bool binds_to_lift(const Case& c, const Appeal& appeal, Instant now) {
    if (!appeal.late || appeal.ruling.outcome == Outcome::upheld) return false;
    for (const CaseDenial& denial : denials(c)) {
        if (denial.during.over_at(now) || !rests_on(c, *find_notice(c, denial.notice), appeal.notice)) continue;
        const bool whole = appeal.ruling.outcome == Outcome::suspended;
        if (whole || minus({denial.denied}, appeal.ruling.suspended) != normalised({denial.denied})) return true;
    }
    return false;
}

}  // namespace

std::string_view name(Phase phase) {
    constexpr std::array<std::string_view, 10> names{"investigating", "first_notice", "second_notice", "sanction_noticed", "effective",
                                                     "renewed",       "expired",      "lifted",        "closed",           "suspended"};
    return names.at(static_cast<std::size_t>(phase));
}

namespace {

Case begun(const Step& opening, const OpenCase& act, const Numbers& numbers) {
    Case c;
    c.id = act.id;
    c.team = act.team;
    c.clause = act.clause;
    c.opened = c.last = opening.at;
    c.numbers = numbers;
    c.decisions.push_back(opening.decision);
    return c;
}

}  // namespace

Result<Case> open_case(const Step& opening, const Numbers& numbers) {
    const auto* act = std::get_if<OpenCase>(&opening.act);
    if (act == nullptr) return fail(errc::denied, "item 27: a case begins with its opening, not with {}", name(opening.act));
    if (act->id.empty() || act->team.empty()) return fail(errc::invalid, "item 26: a case has an id and is about a team; write both");
    if (act->clause.empty()) return fail(errc::denied, "item 26: missing: the clause of the Code of Conduct");
    if (opening.actor.empty()) return fail(errc::invalid, "item 41: missing: who acts");
    if (opening.decision.empty()) return fail(errc::denied, "item 41: missing: the decision that opens the case");
    return begun(opening, *act, numbers);
}

Result<Case> next(const Case& before, const Step& step) {
    if (step.at < before.last) return fail(errc::denied, "item 41: dated before the last step, {}", to_string(before.last));
    if (step.actor.empty()) return fail(errc::invalid, "item 41: missing: who acts");
    if (needs_decision(step.act) && step.decision.empty()) {
        return fail(errc::denied, "item 41: missing: the decision of the committee for '{}'", name(step.act));
    }
    auto allowed = std::visit([&](const auto& act) { return judge(before, step, act); }, step.act);
    if (!allowed) return tl::unexpected(allowed.error());
    Case after = before;
    if (auto done = apply(after, step); !done) return tl::unexpected(done.error());
    return after;
}

Result<Case> replay(const std::vector<Step>& steps, const Numbers& numbers, const std::vector<Interval>& silences) {
    const auto* opening = steps.empty() ? nullptr : std::get_if<OpenCase>(&steps.front().act);
    if (opening == nullptr) return fail(errc::invalid, "step 1 does not open a case");
    Case c = begun(steps.front(), *opening, numbers);
    c.silences = silences;
    for (std::size_t i = 1; i < steps.size(); ++i) {
        if (auto done = apply(c, steps[i]); !done)
            return fail(errc::invalid, "step {} ({}): {}", i + 1, name(steps[i].act), done.error().detail);
    }
    return c;
}

State state_at(const Case& c, Instant now) {
    State state;
    state.phase = phase_at(c, now);
    if (const Notice* last = latest(c)) state.notice = last->number;
    for (const Appeal& appeal : c.appeals) {
        if (appeal.open_at(now)) state.open_appeals.push_back(appeal.notice);
        state.must_lift = state.must_lift || binds_to_lift(c, appeal, now);
    }
    for (const CaseDenial& denial : denials_at(c, now)) {
        state.in_force = true;
        state.ends = state.ends ? std::max(*state.ends, *denial.during.until) : *denial.during.until;
    }
    return state;
}

}  // namespace caveat::conduct
