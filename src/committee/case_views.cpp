#include "case_views.hpp"

#include <algorithm>
#include <array>

namespace caveat::committee {
namespace {

NoticeBrief brief_of(const conduct::Case& c, const conduct::Notice& notice, Eyes eyes) {
    NoticeBrief brief;
    brief.number = notice.number;
    brief.kind = notice.kind;
    brief.renewal = notice.renewal;
    brief.issued = notice.issued;
    brief.decision = notice.decision;
    brief.fallen = conduct::fallen(c, notice);
    brief.served = conduct::served(notice);
    brief.appeal_until = conduct::appeal_ends(c, notice);
    if (closed_to(eyes, notice)) return brief;
    brief.reply_until = conduct::reply_ends(c, notice);
    if (notice.kind == conduct::NoticeKind::compliance) return brief;
    const auto span = conduct::effect_of(c, notice);
    brief.effect.emplace();
    brief.effect->denied = notice.sanction.denied;
    if (span) {
        brief.effect->from = span->from;
        brief.effect->until = span->until;
    }
    return brief;
}

AppealBrief brief_of(const conduct::Appeal& appeal) {
    AppealBrief brief{appeal.notice, appeal.filed, appeal.seated, appeal.votes.size(), appeal.ended, {}};
    if (appeal.ended) brief.result = appeal.withdrawn ? "withdrawn" : conduct::name(appeal.ruling.outcome);
    return brief;
}

// The panel deliberates among its five: until it has decided nobody reads here how one of them votes, and the party never who did.
bool is_the_panels_own(Eyes eyes, const conduct::Case& c, int notice) {
    if (eyes == Eyes::party) return true;
    return std::any_of(c.appeals.begin(), c.appeals.end(),
                       [&](const conduct::Appeal& appeal) { return appeal.notice == notice && (!appeal.ended || appeal.withdrawn); });
}

// What each step was, except where its words would reveal what a closed notice says, or how a panel deliberates.
std::vector<Event> told_to(Eyes eyes, const CaseFile& file) {
    const auto& notices = file.as_is.notices;
    const bool some_closed = std::any_of(notices.begin(), notices.end(), [&](const auto& n) { return closed_to(eyes, n); });
    std::vector<Event> events;
    std::size_t issued = 0;
    for (const Event& whole : file.happened) {
        Event event{whole.at, whole.act, whole.actor, whole.decision, {}};
        const bool issues = whole.act == "issue" || whole.act == "sanction" || whole.act == "renew";
        if (issues) ++issued;
        if (issues && issued <= notices.size() && closed_to(eyes, notices[issued - 1])) {
            event.what = fmt::format("notice {}; open it to read it", issued);
        } else if (some_closed && whole.act == "lift") {
            event.what = "of what a notice denies that is not opened yet";
        } else if (whole.ruled_on != 0 && is_the_panels_own(eyes, file.as_is, whole.ruled_on)) {
            event.what = fmt::format("one of the five, on the appeal against notice {}", whole.ruled_on);
            if (eyes == Eyes::party) event.actor = "the panel";
        } else if (eyes == Eyes::party && whole.act == "seat") {  // who they are the party hears from nobody
            event.what = whole.what.substr(0, whole.what.find(':')) + ": its five";
        } else {
            event.what = whole.what;
        }
        events.push_back(std::move(event));
    }
    return events;
}

std::vector<conduct::CaseDenial> denials_for(Eyes eyes, const CaseFile& file) {
    std::vector<conduct::CaseDenial> open;
    for (const auto& denial : file.denials) {
        const auto& notices = file.as_is.notices;
        const auto set = std::find_if(notices.begin(), notices.end(), [&](const auto& n) { return n.number == denial.notice; });
        if (set != notices.end() && !closed_to(eyes, *set)) open.push_back(denial);
    }
    return open;
}

}  // namespace

std::string_view name(Eyes eyes) {
    constexpr std::array<std::string_view, 3> names{"committee", "party", "panel"};
    return names.at(static_cast<std::size_t>(eyes));
}

std::optional<Eyes> eyes_on(const Viewer& viewer, const conduct::Case& c, const std::function<bool()>& sits) {
    switch (viewer.reach_towards(c.team)) {
        case Viewer::Reach::everything:
            return Eyes::committee;
        case Viewer::Reach::own:
            if (viewer.representative && !viewer.team.empty() && viewer.team == c.team) return Eyes::party;
            if (viewer.actor.person && sits()) return Eyes::panel;
            return std::nullopt;
        case Viewer::Reach::nothing:
            return std::nullopt;
    }
    return std::nullopt;
}

bool closed_to(Eyes eyes, const conduct::Notice& notice) { return eyes == Eyes::party && !conduct::served(notice); }

CaseView view_of(const CaseFile& file, Eyes eyes) {
    const auto& c = file.as_is;
    CaseView view;
    view.seen_as = eyes;
    view.id = c.id;
    view.team = c.team;
    view.opened = c.opened;
    view.warnings = file.warnings;
    view.phase = "unreadable";
    if (!file.unreadable.empty()) return view;
    view.clause = c.clause;
    view.phase = conduct::name(file.state.phase);
    view.notice = file.state.notice;
    view.in_force = file.state.in_force;
    view.must_lift = file.state.must_lift;
    view.open_appeals = file.state.open_appeals;
    view.ends = file.state.ends;
    view.closed = c.closed;
    view.closing = c.closing;
    for (const auto& notice : c.notices) view.notices.push_back(brief_of(c, notice, eyes));
    for (const auto& appeal : c.appeals) view.appeals.push_back(brief_of(appeal));
    view.happened = told_to(eyes, file);
    view.next = file.next;
    view.denials = denials_for(eyes, file);
    return view;
}

std::vector<Letter> open_to(Eyes eyes, std::vector<Letter> letters) {
    if (eyes != Eyes::committee) std::erase_if(letters, [](const Letter& letter) { return letter.purpose != "notice"; });
    return letters;
}

NoticeView view_of(const conduct::Case& c, const conduct::Notice& notice, Eyes eyes) {
    return {c.id,
            c.team,
            c.clause,
            brief_of(c, notice, eyes),
            notice.contents,
            notice.reply_time,
            notice.sanction,
            c.numbers.appeal_days,
            notice.services};
}

}  // namespace caveat::committee
