#include "chain.hpp"

#include <algorithm>

namespace caveat::conduct {

const Notice* find_notice(const Case& c, int number) {
    for (const Notice& notice : c.notices) {
        if (notice.number == number) return &notice;
    }
    return nullptr;
}

const Appeal* appeal_against(const Case& c, int notice) {
    for (const Appeal& appeal : c.appeals) {
        if (appeal.notice == notice) return &appeal;
    }
    return nullptr;
}

bool rests_on(const Case& c, const Notice& notice, int number) {
    if (notice.number == number) return true;
    const Notice* below = notice.built_on ? find_notice(c, *notice.built_on) : nullptr;
    return below != nullptr && rests_on(c, *below, number);
}

std::vector<const Appeal*> appeals_over(const Case& c, const Notice& notice) {
    std::vector<const Appeal*> found;
    for (const Appeal& appeal : c.appeals) {
        if (!appeal.moot && rests_on(c, notice, appeal.notice)) found.push_back(&appeal);
    }
    return found;  // a case records in the order of time
}

bool fallen(const Case& c, const Notice& notice) {
    const auto over = appeals_over(c, notice);
    return std::any_of(over.begin(), over.end(),
                       [](const Appeal* a) { return a->ended && !a->late && a->ruling.outcome == Outcome::suspended; });
}

const Notice* latest(const Case& c) {
    for (auto it = c.notices.rbegin(); it != c.notices.rend(); ++it) {
        if (!fallen(c, *it)) return &*it;
    }
    return nullptr;
}

std::vector<const Notice*> sanctions(const Case& c) {
    std::vector<const Notice*> found;
    for (const Notice& notice : c.notices) {
        if (notice.kind == NoticeKind::sanction && !fallen(c, notice)) found.push_back(&notice);
    }
    return found;
}

DeniedSet remaining(const Case& c, const Notice& notice) {
    DeniedSet rows = notice.sanction.denied;
    for (const Lifted& lift : c.lifts) {
        if (lift.at < notice.issued) continue;
        rows = lift.denied.empty() ? DeniedSet{} : minus(rows, lift.denied);
    }
    for (const Appeal* appeal : appeals_over(c, notice)) {
        if (appeal->ended && !appeal->late && appeal->ruling.outcome == Outcome::partially_suspended) {
            rows = minus(rows, appeal->ruling.suspended);
        }
    }
    return rows;
}

bool may_still_deny(const Case& c, const Notice& notice, Instant now) {
    if (remaining(c, notice).empty()) return false;
    if (notice.sanction.end && *notice.sanction.end <= now) return false;
    const auto span = effect_of(c, notice);
    return !span || (now < span->until && span->from < span->until);
}

const Appeal* open_appeal(const Case& c) {
    for (const Appeal& appeal : c.appeals) {
        if (!appeal.ended) return &appeal;
    }
    return nullptr;
}

Result<Instant> failed_from(const Case& c, const Notice& notice) {
    const auto at = served(notice);
    if (!at) return fail(errc::denied, "ruling (d): notice {} is not served; needs a stamp with proof of receipt", notice.number);
    const Instant gap = c.numbers.notice_gap.after(*at, Rounding::later);
    const bool continues = std::any_of(notice.findings.begin(), notice.findings.end(), [](const Finding& f) { return !f.complied; });
    if (continues) return gap;

    const auto over = reply_ends(c, notice);
    if (!over) return fail(errc::denied, "ruling (g): an appeal stops the clock of notice {}; needs its result", notice.number);
    const bool replied = std::any_of(notice.replies.begin(), notice.replies.end(), [&](const PartyReply& r) { return r.at < *over; });
    if (replied) {
        return fail(errc::denied, "item 30: notice {} was replied to in time; needs a finding that the breach continues", notice.number);
    }
    return std::max(gap, *over);
}

}  // namespace caveat::conduct
