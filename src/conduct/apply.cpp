// What each act does to a case, whatever rule was asked before. Only the numbers kept with the case are counted with.
#include <algorithm>

#include "chain.hpp"
#include "steps.hpp"

namespace caveat::conduct {
namespace {

Result<Notice*> notice_of(Case& c, int number) {
    if (find_notice(c, number) == nullptr) return fail(errc::invalid, "no notice {} was issued before", number);
    return &c.notices[static_cast<std::size_t>(number) - 1];
}

Result<Notice*> latest_of(Case& c) {
    const Notice* last = latest(c);
    if (last == nullptr) return fail(errc::invalid, "no notice stands");
    return &c.notices[static_cast<std::size_t>(last->number) - 1];
}

// The last one filed against the notice, whether it has its result or not.
Result<Appeal*> appeal_of(Case& c, int notice) {
    const auto filed = std::find_if(c.appeals.rbegin(), c.appeals.rend(), [&](const Appeal& a) { return a.notice == notice; });
    if (filed == c.appeals.rend()) return fail(errc::invalid, "no appeal against notice {} was filed before", notice);
    return &*filed;
}

Notice& add_notice(Case& c, const Step& step, NoticeKind kind) {
    Notice notice;
    if (const Notice* before = latest(c)) notice.built_on = before->number;
    notice.number = static_cast<int>(c.notices.size()) + 1;
    notice.kind = kind;
    notice.issued = step.at;
    notice.decision = step.decision;
    c.notices.push_back(std::move(notice));
    return c.notices.back();
}

Notice& add_sanction(Case& c, const Step& step, const Sanction& sanction) {
    Notice& notice = add_notice(c, step, NoticeKind::sanction);
    notice.sanction = sanction;
    notice.sanction.denied = normalised(sanction.denied);
    return notice;
}

Result<void> add_finding(Case& c, Finding finding) {
    const auto notice = latest_of(c);
    if (!notice) return tl::unexpected(notice.error());
    (*notice)->findings.push_back(std::move(finding));
    return {};
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

// A result is final: what was recorded after it changes nothing (item 39).
void end(Case& c, Appeal& appeal, const Ruling& ruling, Instant now) {
    if (appeal.ended) return;
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

Result<void> take(Case&, const Step&, const OpenCase&) { return fail(errc::invalid, "a case is opened once"); }

Result<void> take(Case& c, const Step& step, const IssueNotice& act) {
    Notice& notice = add_notice(c, step, NoticeKind::compliance);
    notice.contents = act.contents;
    notice.reply_time = act.reply_time.value_or(c.numbers.reply_time);
    return {};
}

Result<void> take(Case& c, const Step& step, const FindComplied& act) {
    if (auto ok = add_finding(c, {step.at, true, act.evidence, act.dated, step.decision}); !ok) return ok;
    c.closed = step.at;
    c.closing = "complied";
    return {};
}

Result<void> take(Case& c, const Step& step, const FindContinues& act) {
    return add_finding(c, {step.at, false, act.evidence, act.dated, step.decision});
}

Result<void> take(Case& c, const Step& step, const IssueSanction& act) {
    add_sanction(c, step, act.sanction);
    return {};
}

Result<void> take(Case& c, const Step& step, const Renew& act) {
    const auto before = latest_of(c);
    if (!before) return tl::unexpected(before.error());
    const auto span = effect_of(c, **before);
    Notice& notice = add_sanction(c, step, act.sanction);
    notice.renewal = true;
    notice.not_before = span ? span->until : step.at;
    return {};
}

Result<void> take(Case& c, const Step& step, const Lift& act) {
    c.lifts.push_back({step.at, normalised(act.denied), step.decision});
    return {};
}

Result<void> take(Case& c, const Step& step, const CloseCase& act) {
    c.closed = step.at;
    c.closing = act.reason;
    return {};
}

Result<void> take(Case& c, const Step& step, const RecordService& act) {
    const auto notice = notice_of(c, act.notice);
    if (!notice) return tl::unexpected(notice.error());
    (*notice)->services.push_back({act.channel, act.stamp, step.at});
    return {};
}

Result<void> take(Case& c, const Step& step, const RecordReply& act) {
    const auto notice = notice_of(c, act.notice);
    if (!notice) return tl::unexpected(notice.error());
    (*notice)->replies.push_back({step.at, act.reference, act.hearsay});
    return {};
}

Result<void> take(Case& c, const Step& step, const FileAppeal& act) {
    const auto notice = notice_of(c, act.notice);
    if (!notice) return tl::unexpected(notice.error());
    (*notice)->appealed = step.at;
    Appeal appeal;
    appeal.notice = act.notice;
    appeal.filed = step.at;
    appeal.reference = act.reference;
    c.appeals.push_back(std::move(appeal));
    return {};
}

Result<void> take(Case& c, const Step& step, const WithdrawAppeal& act) {
    const auto appeal = appeal_of(c, act.notice);
    if (!appeal) return tl::unexpected(appeal.error());
    if (!(*appeal)->ended) (*appeal)->withdrawn = true;
    end(c, **appeal, {Outcome::upheld, {}}, step.at);
    return {};
}

Result<void> take(Case& c, const Step& step, const SeatPanel& act) {
    const auto appeal = appeal_of(c, act.notice);
    if (!appeal) return tl::unexpected(appeal.error());
    // A panel may be filled again when somebody leaves, because otherwise it could never decide. The votes of people who no longer sit are
    // dropped.
    std::erase_if((*appeal)->votes, [&](const PanelVote& v) { return !sits_on(act.panel, v.person); });
    (*appeal)->panel = act.panel;
    (*appeal)->seated = step.at;
    return {};
}

Result<void> take(Case& c, const Step& step, const CastPanelVote& act) {
    const auto appeal = appeal_of(c, act.notice);
    if (!appeal) return tl::unexpected(appeal.error());
    const Ruling ruling{act.ruling.outcome, normalised(act.ruling.suspended)};
    std::erase_if((*appeal)->votes, [&](const PanelVote& v) { return v.person == act.person; });
    (*appeal)->votes.push_back({act.person, ruling, step.at});
    if (const auto result = agreed(**appeal, c.numbers)) end(c, **appeal, *result, step.at);
    return {};
}

}  // namespace

Result<void> apply(Case& c, const Step& step) {
    if (auto ok = std::visit([&](const auto& act) { return take(c, step, act); }, step.act); !ok) return ok;
    c.last = std::max(c.last, step.at);
    if (!step.decision.empty()) c.decisions.push_back(step.decision);
    return {};
}

}  // namespace caveat::conduct
