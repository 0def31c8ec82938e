// What may be heard of the party, and appeals: service, replies, filing and withdrawing, the panel and its votes.
#include <algorithm>

#include "chain.hpp"
#include "steps.hpp"

namespace caveat::conduct {
namespace {

Result<const Notice*> notice_of(const Case& c, int number) {
    const Notice* notice = find_notice(c, number);
    if (notice == nullptr) return fail(errc::denied, "item 41: case {} has no notice {}; needs one that was issued", c.id, number);
    return notice;
}

Result<const Appeal*> open_one(const Case& c, int notice) {
    for (const Appeal& appeal : c.appeals) {
        if (appeal.notice != notice) continue;
        if (!appeal.ended) return &appeal;
        return fail(errc::denied, "item 39: the appeal against notice {} ended {}; its result is final", notice, to_string(*appeal.ended));
    }
    return fail(errc::denied, "item 41: case {} has no appeal against notice {}; needs one that was filed", c.id, notice);
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

// Ruling (uu): whoever can still sit keeps their place, so that nobody is replaced for how they vote.
Result<void> check_vacancies(const Panel& sitting, const SeatPanel& act) {
    const auto gone = [&](const PersonId& person) { return std::find(act.left.begin(), act.left.end(), person) != act.left.end(); };
    const auto stays = [&](const Panelist& old) {
        const auto& members = act.panel.members;
        return std::any_of(members.begin(), members.end(), [&](const Panelist& m) { return m.person == old.person; });
    };
    if (act.panel.chair.person != sitting.chair.person && !gone(sitting.chair.person)) {
        return fail(errc::denied, "ruling (uu): {} presides over this panel; it changes only where somebody can sit no longer",
                    sitting.chair.person);
    }
    bool vacancy = gone(sitting.chair.person);
    for (const Panelist& old : sitting.members) {
        vacancy = vacancy || gone(old.person);
        if (stays(old) || gone(old.person)) continue;
        return fail(errc::denied, "ruling (uu): {} sits on this panel; it changes only where somebody can sit no longer", old.person);
    }
    if (!vacancy) return fail(errc::denied, "ruling (uu): a panel sits on the appeal against notice {}, and no place is free", act.notice);
    return {};
}

}  // namespace

Result<void> judge(const Case& c, const Step& step, const RecordService& act) {
    const auto notice = notice_of(c, act.notice);
    if (!notice) return tl::unexpected(notice.error());
    if (act.stamp < (*notice)->issued) {
        return fail(errc::denied, "ruling (d): served {} before it was issued {}", to_string(act.stamp), to_string((*notice)->issued));
    }
    if (step.at < act.stamp) return fail(errc::denied, "ruling (d): the stamp {} lies in the future", to_string(act.stamp));
    // Once a step may have been built on a service, an earlier stamp would shorten clocks that the party has relied on.
    const auto stands = served(**notice);
    if (proves_receipt(act.channel) && stands && act.stamp < *stands && c.numbers.notice_gap.after(*stands, Rounding::later) <= step.at) {
        return fail(errc::denied, "ruling (d): notice {} counts as served {}; an earlier stamp comes too late", act.notice,
                    to_string(*stands));
    }
    return {};
}

Result<void> judge(const Case& c, const Step&, const RecordReply& act) {
    const auto notice = notice_of(c, act.notice);
    if (!notice) return tl::unexpected(notice.error());
    return {};
}

Result<void> judge(const Case& c, const Step& step, const FileAppeal& act) {
    const auto notice = notice_of(c, act.notice);
    if (!notice) return tl::unexpected(notice.error());
    if (const Appeal* earlier = appeal_against(c, act.notice)) {
        return fail(errc::denied, "item 39: notice {} was appealed {}; one appeal, and its result is final", act.notice,
                    to_string(earlier->filed));
    }
    if (fallen(c, **notice)) return fail(errc::denied, "ruling (g): notice {} has fallen; there is nothing to appeal", act.notice);
    const auto closes = appeal_ends(c, **notice);
    if (closes && *closes <= step.at) {
        return fail(errc::denied, "item 37: notice {} was served {}, the appeal window closed {}", act.notice, to_string(*served(**notice)),
                    to_string(*closes));
    }
    return {};
}

Result<void> judge(const Case& c, const Step&, const WithdrawAppeal& act) {
    const auto appeal = open_one(c, act.notice);
    if (!appeal) return tl::unexpected(appeal.error());
    return {};
}

Result<void> judge(const Case& c, const Step&, const SeatPanel& act) {
    const auto appeal = open_one(c, act.notice);
    if (!appeal) return tl::unexpected(appeal.error());
    if ((*appeal)->panel) {
        if (auto ok = check_vacancies(*(*appeal)->panel, act); !ok) return ok;
    }
    return check_panel(act.panel, c.team, c.numbers);
}

Result<void> judge(const Case& c, const Step&, const CastPanelVote& act) {
    const auto appeal = open_one(c, act.notice);
    if (!appeal) return tl::unexpected(appeal.error());
    const auto& panel = (*appeal)->panel;
    if (!panel) return fail(errc::denied, "item 38: no panel sits on the appeal against notice {}; needs one of five", act.notice);
    if (!sits_on(*panel, act.person)) return fail(errc::denied, "item 38: {} does not sit on this panel", act.person);
    return check_ruling(act.ruling, *find_notice(c, act.notice));
}

}  // namespace caveat::conduct
