#include "caveat/conduct/numbers.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace caveat::conduct {
namespace {

Instant shifted(Instant from, int months, Rounding rounding) {
    if (months == 0) return from;
    const Date day = date_of(from);
    return start_of(add_months(day, months, rounding)) + (from - start_of(day));
}

bool some_time(const Period& p) { return p.months >= 0 && p.time.count() >= 0 && (p.months > 0 || p.time.count() > 0); }

// Whether one period is longer at every date. Months are compared with months directly, and with days at their shortest and longest.
bool longer(const Period& a, const Period& b) {
    if (a.months >= b.months && a.time >= b.time) return a != b;
    return std::chrono::hours{24 * 28} * a.months + a.time > std::chrono::hours{24 * 31} * b.months + b.time;
}

}  // namespace

Instant Period::after(Instant from, Rounding rounding) const { return shifted(from, months, rounding) + time; }

Instant Period::before(Instant until, Rounding rounding) const { return shifted(until - time, -months, rounding); }

Date Period::after(Date from, Rounding rounding) const {
    const Date day = months == 0 ? from : add_months(from, months, rounding);
    return Date{std::chrono::sys_days{day} + std::chrono::duration_cast<std::chrono::days>(time)};
}

Result<void> sound(const Numbers& n) {
    const std::array<std::pair<std::string_view, Fraction>, 8> parts{{{"sc.rotation", n.rotation},
                                                                      {"sc.quorum", n.sc_quorum},
                                                                      {"sc.approve", n.sc_approve},
                                                                      {"gm.quorum", n.gm_quorum},
                                                                      {"gm.reduced", n.gm_reduced},
                                                                      {"gm.pass", n.gm_pass},
                                                                      {"gm.petition", n.gm_petition},
                                                                      {"email_vote.pass", n.email_pass}}};
    for (const auto& [key, part] : parts) {
        // A million is far above any community and keeps num * heads far below 2^63.
        if (part.den < 1 || part.num < 1 || part.num > part.den || part.den > 1'000'000)
            return fail(errc::invalid, "{} = {}/{}: a part of the whole is wanted, above nothing", key, part.num, part.den);
    }
    const std::array<std::pair<std::string_view, Period>, 16> periods{{{"electronic votes", n.electronic_votes},
                                                                       {"sc.term", n.seat_term},
                                                                       {"sc.meeting_gap_max", n.meeting_gap},
                                                                       {"chair.term", n.chair_term},
                                                                       {"deputy.term", n.deputy_term},
                                                                       {"secretariat.term", n.secretariat_term},
                                                                       {"gm.reduced_delay", n.gm_reduced_delay},
                                                                       {"gm.reminder", n.gm_reminder},
                                                                       {"notice.reply_time", n.reply_time},
                                                                       {"notice.reply_floor", n.reply_floor},
                                                                       {"sanction.min_delay", n.sanction_delay},
                                                                       {"sanction.default", n.sanction_default},
                                                                       {"sanction.max", n.sanction_max},
                                                                       {"hold.max", n.hold_max},
                                                                       {"hold.repeat", n.hold_repeat},
                                                                       {"panel reminder", n.panel_reminder}}};
    for (const auto& [key, period] : periods) {
        if (!some_time(period)) return fail(errc::invalid, "{}: a length of time is wanted", key);
    }
    const std::array<std::pair<std::string_view, int>, 9> counts{{{"om.sponsors", n.member_sponsors},
                                                                  {"partner.sponsors", n.partner_sponsors},
                                                                  {"sc.seats_max", n.seats_max},
                                                                  {"chair.max_consecutive", n.chair_consecutive},
                                                                  {"deputy.max_consecutive", n.deputy_consecutive},
                                                                  {"appeal.window", n.appeal_days},
                                                                  {"panel.size", n.panel_chairs},
                                                                  {"panel.size", n.panel_sc},
                                                                  {"panel.size", n.panel_others}}};
    for (const auto& [key, count] : counts) {
        if (count < 1) return fail(errc::invalid, "{} = {}: at least 1 is wanted", key, count);
    }
    if (n.gm_reduced.num * n.gm_quorum.den > n.gm_quorum.num * n.gm_reduced.den)
        return fail(errc::invalid, "gm.reduced is above gm.quorum");
    if (longer(n.sanction_default, n.sanction_max)) return fail(errc::invalid, "sanction.default is above sanction.max");
    if (longer(n.reply_floor, n.reply_time)) return fail(errc::invalid, "notice.reply_floor is above notice.reply_time");
    const int panel = n.panel_chairs + n.panel_sc + n.panel_others;
    if (n.panel_agree < 1 || n.panel_agree > panel) return fail(errc::invalid, "{} of a panel of {} cannot agree", n.panel_agree, panel);
    return {};
}

}  // namespace caveat::conduct
