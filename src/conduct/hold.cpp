#include "caveat/conduct/hold.hpp"

#include <algorithm>

namespace caveat::conduct {
namespace {

// Until when, if that is not later than the most one placing or extension may add.
Result<Instant> bounded(Instant from, const Period& length, Instant latest) {
    const Instant until = length.after(from, Rounding::earlier);
    if (until <= from) return fail(errc::invalid, "item 42: a hold of no length; write 72h or less");
    if (until > latest) return fail(errc::denied, "item 42: until {} is too long; latest {}", to_string(until), to_string(latest));
    return until;
}

// When the hold was over: at its end, or when it was lifted.
Instant over_at(const Hold& hold) { return hold.lifted.value_or(ends_at(hold)); }

// Ruling (k): the longest for which it can be placed now without a decision. What one of before left of its time is no second hold. Whoever
// placed that one places no other: again and again by one pair of hands would be a penalty.
Result<Instant> latest_without_decision(const PlaceHold& request, const std::vector<Hold>& before, Instant now, const Numbers& numbers) {
    Instant latest = numbers.hold_max.after(now, Rounding::earlier);
    const Hold* last = nullptr;
    const Hold* same_hands = nullptr;
    for (const Hold& old : before) {
        if (old.person != request.person || numbers.hold_repeat.after(over_at(old), Rounding::later) <= now) continue;
        latest -= std::max(over_at(old) - old.placed, Instant::duration{0});
        if (last == nullptr || over_at(*last) < over_at(old)) last = &old;
        if (old.decision.empty() && old.actor == request.actor) same_hands = &old;
    }
    const auto free = [&](const Hold& old) { return to_string(numbers.hold_repeat.after(over_at(old), Rounding::later)); };
    if (latest <= now) {
        return fail(errc::denied, "ruling (k): the last hold ended {}; needs a decision, or earliest {}", to_string(over_at(*last)),
                    free(*last));
    }
    if (same_hands != nullptr) {
        return fail(errc::denied, "ruling (k): {} placed the hold that ended {}; needs a decision, somebody else, or earliest {}",
                    same_hands->actor, to_string(over_at(*same_hands)), free(*same_hands));
    }
    return latest;
}

}  // namespace

Instant ends_at(const Hold& hold) { return hold.extensions.empty() ? hold.until : hold.extensions.back().until; }
bool holds_at(const Hold& hold, Instant now) { return hold.placed <= now && now < over_at(hold); }

Result<Hold> place(const PlaceHold& request, const std::vector<Hold>& before, Instant now, const Numbers& numbers) {
    if (request.person.empty()) return fail(errc::invalid, "item 42: a hold is on a person; write who");
    if (request.reason.empty()) return fail(errc::invalid, "item 42: a hold needs a reason the team can be told");
    for (const Hold& old : before) {
        if (old.person != request.person) continue;
        if (now < old.placed) return fail(errc::denied, "item 42: a later hold of {} is on record already", to_string(old.placed));
        if (holds_at(old, now)) {
            return fail(errc::denied, "item 42: {} is held until {}; needs an extension", old.person, to_string(ends_at(old)));
        }
    }
    const auto latest = request.decision.empty() ? latest_without_decision(request, before, now, numbers)
                                                 : Result<Instant>(numbers.hold_max.after(now, Rounding::earlier));
    if (!latest) return tl::unexpected(latest.error());
    const auto until = request.length ? bounded(now, *request.length, *latest) : latest;
    if (!until) return tl::unexpected(until.error());
    Hold hold;
    hold.person = request.person;
    hold.reason = request.reason;
    hold.actor = request.actor;
    hold.decision = request.decision;
    hold.placed = now;
    hold.until = *until;
    return hold;
}

Result<Hold> extend(const Hold& hold, const Period& by, const std::string& decision, Instant now, const Numbers& numbers) {
    if (now < hold.placed) {
        return fail(errc::denied, "item 42: placed {}, and the clock stands before that; needs a clock that is set right",
                    to_string(hold.placed));
    }
    if (!holds_at(hold, now)) return fail(errc::denied, "ruling (k): it ended {}; needs a new hold", to_string(over_at(hold)));
    if (decision.empty()) return fail(errc::denied, "item 42: an extension needs a decision");
    // One decision allows one extension: using it twice would turn a hold into a penalty.
    const bool spent = decision == hold.decision || std::any_of(hold.extensions.begin(), hold.extensions.end(),
                                                                [&](const HoldExtension& e) { return e.decision == decision; });
    if (spent) return fail(errc::denied, "ruling (k): decision {} was used already; needs one of its own", decision);
    if (!hold.extensions.empty() && now < hold.extensions.back().at) return fail(errc::denied, "item 42: dated before the last extension");
    const auto until = bounded(ends_at(hold), by, numbers.hold_max.after(ends_at(hold), Rounding::earlier));
    if (!until) return tl::unexpected(until.error());
    Hold longer = hold;
    longer.extensions.push_back({now, *until, decision});
    return longer;
}

Result<Hold> lift(const Hold& hold, Instant now) {
    // Also where the clock was set back behind its placing: it bites then, and whoever waits for the clock may wait for a year.
    if (now >= over_at(hold)) return fail(errc::denied, "ruling (k): nothing to lift, it ended {}", to_string(over_at(hold)));
    Hold lifted = hold;
    lifted.lifted = now;
    return lifted;
}

Result<Hold> tell(const Hold& hold, Instant now) {
    if (hold.told) return fail(errc::conflict, "item 42: the team was told {}", to_string(*hold.told));
    if (now < hold.placed) return fail(errc::denied, "item 42: told before it was placed");
    Hold told = hold;
    told.told = now;
    return told;
}

community::Denial as_denial(const Hold& hold) {
    using community::Verb;
    community::Denial denial;
    denial.whom = hold.person.value;
    denial.whole_team = false;
    denial.resource = "*";
    denial.verbs = static_cast<community::Verbs>(bit(Verb::receive) | bit(Verb::post) | bit(Verb::archive) | bit(Verb::manage));
    denial.during = {std::min(hold.placed, over_at(hold)), over_at(hold)};
    denial.source = "hold";
    denial.decision = hold.decision;
    return denial;
}

}  // namespace caveat::conduct
