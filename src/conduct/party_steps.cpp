// What is heard of the party, and appeals: service, replies, filing and withdrawing, the panel and its votes.
#include <algorithm>

#include "chain.hpp"
#include "steps.hpp"

namespace caveat::conduct {
namespace {

Result<Notice*> notice_of(Case& c, int number) {
    if (find_notice(c, number) == nullptr)
        return fail(errc::denied, "item 41: case {} has no notice {}; needs one that was issued", c.id, number);
    return &c.notices[static_cast<std::size_t>(number) - 1];
}

Result<Appeal*> open_one(Case& c, int notice) {
    for (Appeal& appeal : c.appeals) {
        if (appeal.notice != notice) continue;
        if (!appeal.ended) return &appeal;
        return fail(errc::denied, "item 39: the appeal against notice {} ended {}; its result is final", notice, to_string(*appeal.ended));
    }
    return fail(errc::denied, "item 41: case {} has no appeal against notice {}; needs one that was filed", c.id, notice);
}

// Only with `appeal.stays_effect` off can a ruling come after the effect; then the committee has to lift (ruling g).
bool comes_late(const Case& c, const Appeal& appeal, Instant now) {
    if (c.numbers.appeal_stays_effect) return false;
    const auto on = sanctions(c);
    return std::any_of(on.begin(), on.end(), [&](const Notice* notice) {
        const auto span = effect_of(c, *notice);
        return rests_on(c, *notice, appeal.notice) && span && span->from <= now && span->from < span->until;
    });
}

void end(Case& c, Appeal& appeal, const Ruling& ruling, Instant now) {
    const bool late = comes_late(c, appeal, now);
    appeal.ended = now;
    appeal.ruling = ruling;
    appeal.late = late;
    if (late || ruling.outcome != Outcome::suspended) return;
    // Whatever was built on the notice fell with it; appeals against that have nothing left to decide.
    for (Appeal& other : c.appeals) {
        if (other.ended || !fallen(c, *find_notice(c, other.notice))) continue;
        other.ended = now;
        other.moot = true;
        other.ruling = {Outcome::suspended, {}};
    }
}

Result<void> check_ruling(const Ruling& ruling, const Notice& notice) {
    if (ruling.outcome != Outcome::partially_suspended) {
        if (ruling.suspended.empty()) return {};
        return fail(errc::invalid, "item 39: only a partial suspension names what is suspended");
    }
    if (notice.kind != NoticeKind::sanction) {
        return fail(errc::denied, "item 39: a compliance notice denies nothing; it is upheld or suspended as a whole");
    }
    const bool part = !ruling.suspended.empty() && within(ruling.suspended, notice.sanction.denied);
    if (!part || within(notice.sanction.denied, ruling.suspended)) {
        return fail(errc::denied, "item 39: a part is some of what notice {} denies, not all of it and nothing else", notice.number);
    }
    return {};
}

}  // namespace

Result<void> take(Case& c, const Step& step, const RecordService& act) {
    auto notice = notice_of(c, act.notice);
    if (!notice) return tl::unexpected(notice.error());
    if (act.stamp < (*notice)->issued) {
        return fail(errc::invalid, "ruling (d): served {} before it was issued {}", to_string(act.stamp), to_string((*notice)->issued));
    }
    if (step.at < act.stamp) return fail(errc::invalid, "ruling (d): the stamp {} lies in the future", to_string(act.stamp));
    // Once a step may have been built on a service, an earlier stamp would shorten clocks that the party has relied on.
    const auto stands = served(**notice);
    if (proves_receipt(act.channel) && stands && act.stamp < *stands && c.numbers.notice_gap.after(*stands, Rounding::later) <= step.at) {
        return fail(errc::denied, "ruling (d): notice {} counts as served {}; an earlier stamp comes too late", act.notice,
                    to_string(*stands));
    }
    (*notice)->services.push_back({act.channel, act.stamp, step.at});
    return {};
}

Result<void> take(Case& c, const Step& step, const RecordReply& act) {
    auto notice = notice_of(c, act.notice);
    if (!notice) return tl::unexpected(notice.error());
    (*notice)->replies.push_back({step.at, act.reference});
    return {};
}

Result<void> take(Case& c, const Step& step, const FileAppeal& act) {
    auto notice = notice_of(c, act.notice);
    if (!notice) return tl::unexpected(notice.error());
    if (const Appeal* earlier = appeal_against(c, act.notice)) {
        return fail(errc::denied, "item 39: notice {} was appealed {}; one appeal, and its result is final", act.notice,
                    to_string(earlier->filed));
    }
    if (fallen(c, **notice)) return fail(errc::denied, "ruling (g): notice {} has fallen; there is nothing to appeal", act.notice);
    const auto closes = appeal_closes(**notice, c.numbers);
    if (closes && *closes <= step.at) {
        return fail(errc::denied, "item 37: notice {} was served {}, the appeal window closed {}", act.notice, to_string(*served(**notice)),
                    to_string(*closes));
    }
    (*notice)->appealed = step.at;
    Appeal appeal;
    appeal.notice = act.notice;
    appeal.filed = step.at;
    appeal.reference = act.reference;
    c.appeals.push_back(std::move(appeal));
    return {};
}

Result<void> take(Case& c, const Step& step, const WithdrawAppeal& act) {
    auto appeal = open_one(c, act.notice);
    if (!appeal) return tl::unexpected(appeal.error());
    (*appeal)->withdrawn = true;
    end(c, **appeal, {Outcome::upheld, {}}, step.at);
    return {};
}

Result<void> take(Case& c, const Step& step, const SeatPanel& act) {
    auto appeal = open_one(c, act.notice);
    if (!appeal) return tl::unexpected(appeal.error());
    if (auto ok = check_panel(act.panel, c.team, c.numbers); !ok) return ok;
    const auto sits = [&](const PersonId& person) {
        return act.panel.chair.person == person ||
               std::any_of(act.panel.members.begin(), act.panel.members.end(), [&](const Panelist& m) { return m.person == person; });
    };
    // A panel may be filled again when somebody drops out: it would never decide otherwise. Votes of who no longer sits go with them.
    std::erase_if((*appeal)->votes, [&](const PanelVote& v) { return !sits(v.person); });
    (*appeal)->panel = act.panel;
    (*appeal)->seated = step.at;
    (*appeal)->seating_decision = step.decision;
    return {};
}

Result<void> take(Case& c, const Step& step, const CastPanelVote& act) {
    auto appeal = open_one(c, act.notice);
    if (!appeal) return tl::unexpected(appeal.error());
    const auto& panel = (*appeal)->panel;
    if (!panel) return fail(errc::denied, "item 38: no panel sits on the appeal against notice {}; needs one of five", act.notice);
    const auto& members = panel->members;
    const bool sits = panel->chair.person == act.person ||
                      std::any_of(members.begin(), members.end(), [&](const Panelist& m) { return m.person == act.person; });
    if (!sits) return fail(errc::denied, "item 38: {} does not sit on this panel", act.person);
    if (auto ok = check_ruling(act.ruling, *find_notice(c, act.notice)); !ok) return ok;

    const Ruling ruling{act.ruling.outcome, normalised(act.ruling.suspended)};
    std::erase_if((*appeal)->votes, [&](const PanelVote& v) { return v.person == act.person; });
    (*appeal)->votes.push_back({act.person, ruling, step.at});
    if (const auto result = agreed(**appeal, c.numbers)) end(c, **appeal, *result, step.at);
    return {};
}

}  // namespace caveat::conduct
