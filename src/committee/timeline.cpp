// What a step was, in words. Never the texts of notices or replies: the journal holds no content (J2).
#include "caveat/moment.hpp"
#include "docket.hpp"

namespace caveat::committee {
namespace {

using namespace conduct;

std::string rows_of(const DeniedSet& set) {
    std::string text;
    for (const Denied& d : set) {
        if (!text.empty()) text += "; ";
        text += d.resource + ":";
        for (const auto verb : {community::Verb::receive, community::Verb::post, community::Verb::archive, community::Verb::manage}) {
            if ((d.verbs & bit(verb)) != 0) text += " " + std::string(name(verb));
        }
    }
    return text;
}

}  // namespace

std::string words(const conduct::Period& p) {
    if (p.months == 0) return to_string(p.time);
    const auto months = fmt::format("{} months", p.months);
    return p.time.count() == 0 ? months : fmt::format("{} and {}", months, to_string(p.time));
}

std::string words(const conduct::Sanction& s) {
    auto text = "denies " + rows_of(s.denied);
    if (s.effect) text += ", from " + moment(*s.effect);
    if (s.length) text += ", for " + words(*s.length);
    if (s.end) text += ", until " + moment(*s.end);
    return text;
}

namespace {

std::string tell(const OpenCase& a) { return fmt::format("about {}, clause {}", a.team, a.clause); }
std::string tell(const IssueNotice& a) {
    return a.reply_time ? "compliance notice, reply within " + words(*a.reply_time) : std::string("compliance notice");
}
std::string tell(const RecordService& a) {
    return fmt::format("notice {} by {}, {}{}", a.notice, name(a.channel), moment(a.stamp),
                       proves_receipt(a.channel) ? "" : " (no proof of receipt)");
}
std::string tell(const RecordReply& a) { return fmt::format("to notice {}: {}", a.notice, a.reference); }
std::string tell(const FindComplied& a) { return fmt::format("complied; evidence {} of {}", a.evidence, moment(a.dated)); }
std::string tell(const FindContinues& a) { return fmt::format("the breach continues; evidence {} of {}", a.evidence, moment(a.dated)); }
std::string tell(const IssueSanction& a) { return words(a.sanction); }
std::string tell(const Renew& a) { return words(a.sanction); }
std::string tell(const FileAppeal& a) { return fmt::format("against notice {}: {}", a.notice, a.reference); }
std::string tell(const WithdrawAppeal& a) { return fmt::format("the appeal against notice {}", a.notice); }
std::string tell(const SeatPanel& a) {
    std::string members;
    for (const Panelist& p : a.panel.members) members += (members.empty() ? "" : ", ") + p.person.value;
    return fmt::format("on the appeal against notice {}: {} in the chair, {}", a.notice, a.panel.chair.person, members);
}
std::string tell(const CastPanelVote& a) {
    const auto part = rows_of(a.ruling.suspended);
    return fmt::format("{} on the appeal against notice {}: {}{}{}", a.person, a.notice, name(a.ruling.outcome), part.empty() ? "" : ", ",
                       part);
}
std::string tell(const Lift& a) { return a.denied.empty() ? std::string("wholly") : rows_of(a.denied); }
std::string tell(const CloseCase& a) { return a.reason; }

}  // namespace

std::string told(const Step& step) {
    return std::visit([](const auto& act) { return tell(act); }, step.act);
}

}  // namespace caveat::committee
