// What may happen next in a case, and what falls due.
#include <algorithm>

#include "caveat/conduct/case.hpp"
#include "caveat/moment.hpp"
#include "chain.hpp"

namespace caveat::conduct {
namespace {

using Moves = std::vector<Possible>;

Possible move(std::string act, std::string by, int notice) {
    Possible p;
    p.act = std::move(act);
    p.by = std::move(by);
    p.notice = notice;
    return p;
}

void add_appeals(const Case& c, Instant now, Moves& moves) {
    for (const Appeal& appeal : c.appeals) {
        if (!appeal.open_at(now)) continue;
        moves.push_back(move("withdraw", "party", appeal.notice));
        moves.push_back(move("seat", "committee", appeal.notice));
        if (appeal.panel) moves.back().needs = "ruling (uu): somebody of the panel who can sit no longer";
        if (appeal.panel) moves.push_back(move("vote", "panel", appeal.notice));
    }
    for (const Notice& notice : c.notices) {
        if (!served(notice)) moves.push_back(move("serve", "secretariat", notice.number));
        const auto closes = appeal_ends(c, notice);
        if (fallen(c, notice) || appeal_against(c, notice.number) != nullptr || (closes && *closes <= now)) continue;
        moves.push_back(move("appeal", "party", notice.number));
        moves.back().until = closes;
    }
}

// The step that follows a compliance notice, or what it waits for.
Possible after_notice(const Case& c, const Notice& notice, Phase phase) {
    Possible p = move(phase == Phase::first_notice ? "issue" : "sanction", "committee", notice.number);
    const auto from = failed_from(c, notice);
    if (from) p.from = *from;
    if (!from) p.needs = from.error().detail;
    return p;
}

void add_compliance(const Case& c, const Notice& notice, Phase phase, Instant now, Moves& moves) {
    moves.push_back(move("reply", "party", notice.number));
    const auto over = reply_ends(c, notice);
    if (over && now < *over) moves.back().until = over;
    moves.push_back(move("comply", "committee", notice.number));
    Possible continues = move("continue", "committee", notice.number);
    const auto since = served(notice);
    if (!since) continues.needs = fmt::format("ruling (d): notice {} is not served", notice.number);
    if (since) continues.from = *since + std::chrono::microseconds{1};  // its evidence is dated after service
    moves.push_back(continues);
    moves.push_back(after_notice(c, notice, phase));
}

void add_sanction(const Case& c, const Notice& notice, Phase phase, Instant now, bool stopped, Moves& moves) {
    moves.push_back(move("lift", "committee", notice.number));
    const auto in_force = denials_at(c, now);
    const bool renewable = std::any_of(in_force.begin(), in_force.end(), [&](const CaseDenial& d) { return d.notice == notice.number; });
    const bool barred = std::any_of(c.notices.begin(), c.notices.end(), [&](const Notice& other) {
        return other.renewal && other.built_on == notice.number && fallen(c, other);
    });
    if (stopped || phase == Phase::sanction_noticed || !renewable || barred) return;
    moves.push_back(move("renew", "committee", notice.number));
    for (const CaseDenial& d : in_force) {
        if (d.notice == notice.number)
            moves.back().until = moves.back().until ? std::max(*moves.back().until, *d.during.until) : *d.during.until;
    }
}

// Ends of what still bites, one per sanction that nothing renews.
void add_ends(const Case& c, std::vector<Reminder>& all) {
    const auto bite = denials(c);
    for (const Notice* notice : sanctions(c)) {
        const auto span = effect_of(c, *notice);
        if (!span) continue;
        for (const Period* before : {&c.numbers.reminder_first, &c.numbers.reminder_second, &c.numbers.reminder_last}) {
            const Instant at = before->before(span->until, Rounding::earlier);
            const bool bites = std::any_of(bite.begin(), bite.end(), [&](const CaseDenial& d) {
                return d.notice == notice->number && d.during.contains(at) && *d.during.until == span->until;
            });
            const bool renewed = std::any_of(c.notices.begin(), c.notices.end(),
                                             [&](const Notice& n) { return n.renewal && n.built_on == notice->number && n.issued <= at; });
            if (!bites || renewed) continue;
            const Instant seamless = c.numbers.sanction_delay.before(span->until, Rounding::earlier);
            all.push_back({at, "sanction-ends", notice->number,
                           fmt::format("the sanction of case {} ends {}; a renewal that continues it must be issued by {}", c.id,
                                       moment(span->until), moment(seamless))});
        }
    }
}

void add_replies(const Case& c, std::vector<Reminder>& all) {
    const Notice* notice = latest(c);
    if (c.closed || notice == nullptr || notice->kind != NoticeKind::compliance || !notice->findings.empty()) return;
    const auto over = reply_ends(c, *notice);
    if (!over) return;
    all.push_back({*over, "reply-over", notice->number,
                   fmt::format("the reply time of notice {} of case {} is over, {}. The committee finds, by a ballot of its own, whether the "
                               "team has complied or the breach goes on",
                               notice->number, c.id, notice->replies.empty() ? "without a reply" : "with a reply on record")});
}

std::string what_it_waits_for(const Case& c, const Appeal& appeal) {
    if (!appeal.seated) return "No panel is seated: who sits on it the committee decides, by a ballot of its own";
    return fmt::format("It is decided as soon as {} of its panel of five agree: whoever of them has not voted yet is asked to",
                       c.numbers.panel_agree);
}

void add_panels(const Case& c, std::vector<Reminder>& all) {
    for (const Appeal& appeal : c.appeals) {
        const Instant slow = c.numbers.panel_reminder.after(appeal.seated.value_or(appeal.filed), Rounding::later);
        if (!appeal.ended || slow < *appeal.ended) {
            all.push_back({slow, "panel-slow", appeal.notice,
                           fmt::format("the appeal against notice {} of case {}, filed {}, has no result yet. {}", appeal.notice, c.id,
                                       moment(appeal.filed), what_it_waits_for(c, appeal))});
        }
        if (appeal.late && state_at(c, *appeal.ended).must_lift) {
            all.push_back({*appeal.ended, "must-lift", appeal.notice,
                           fmt::format("the panel's ruling on notice {} of case {} binds the committee to lift", appeal.notice, c.id)});
        }
    }
}

}  // namespace

std::vector<Possible> what_next(const Case& c, Instant now) {
    Moves moves;
    add_appeals(c, now, moves);
    const Phase phase = state_at(c, now).phase;
    const Notice* notice = latest(c);
    const bool stopped = open_appeal(c) != nullptr;
    if (!stopped && phase == Phase::investigating) moves.push_back(move("issue", "committee", 0));
    if (!stopped && (phase == Phase::investigating || phase == Phase::suspended)) moves.push_back(move("close", "committee", 0));
    if (!stopped && (phase == Phase::first_notice || phase == Phase::second_notice)) add_compliance(c, *notice, phase, now, moves);
    if (phase == Phase::sanction_noticed || phase == Phase::effective || phase == Phase::renewed) {
        add_sanction(c, *notice, phase, now, stopped, moves);
    }
    return moves;
}

std::vector<Reminder> due(const Case& c, Instant from, Instant to) {
    std::vector<Reminder> all;
    add_ends(c, all);
    add_replies(c, all);
    add_panels(c, all);
    std::erase_if(all, [&](const Reminder& r) { return r.at < from || to <= r.at; });
    std::stable_sort(all.begin(), all.end(), [](const Reminder& a, const Reminder& b) { return a.at < b.at; });
    return all;
}

}  // namespace caveat::conduct
