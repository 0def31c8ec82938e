#pragma once
// The numbers of the rule book that ballots and cases count with, as values. The committee's office fills them from [numbers] of the book
// version under which a ballot or a case began; the defaults are those of the sources (rules.md §1.10), for tests and for a book that
// leaves one out. Fractions are exact integers, calendar periods keep their months: nothing here is ever rounded by floating point or by
// "30 days a month". Values, any thread, nothing fails; `sound` judges numbers that came from a file. Source: rules.md §1.10 and the
// rulings.
#include <chrono>
#include <cstdint>

#include "caveat/clock.hpp"
#include "caveat/result.hpp"

namespace caveat::conduct {

// num/den of a whole number of heads. Callers keep 0 <= num <= den, den > 0 (`sound`), and heads below 2^31.
struct Fraction {
    std::int64_t num = 0;
    std::int64_t den = 1;

    // The smallest whole number that is at least (or more than) this part of n.
    [[nodiscard]] constexpr std::int64_t at_least(std::int64_t n) const { return (num * n + den - 1) / den; }
    [[nodiscard]] constexpr std::int64_t more_than(std::int64_t n) const { return num * n / den + 1; }
    bool operator==(const Fraction&) const = default;
};

// Calendar months, or a plain length of time ("N days" = N x 24 h), or both.
struct Period {
    int months = 0;
    std::chrono::seconds time{0};

    // The time of day stays; only a day that does not exist is rounded, to the 1st of the next month or the last of this.
    [[nodiscard]] Instant after(Instant from, Rounding rounding) const;
    [[nodiscard]] Instant before(Instant until, Rounding rounding) const;
    [[nodiscard]] Date after(Date from, Rounding rounding) const;  // whole days of `time` only
    bool operator==(const Period&) const = default;
};

constexpr Period months(int n) { return {n, std::chrono::seconds{0}}; }
constexpr Period years(int n) { return months(12 * n); }
constexpr Period days(int n) { return {0, std::chrono::hours{24} * n}; }
constexpr Period hours(int n) { return {0, std::chrono::hours{n}}; }

// The names in the comments are the keys of [numbers] in the book; where there is none, the item or ruling that gives the number.
struct Numbers {
    // Rights, items 6 and 7.
    Period vote_tenure = years(1);    // vote.min_tenure
    Period office_tenure = years(1);  // office.min_tenure

    // Applications, items 17 and 18.
    int member_sponsors = 1;             // om.sponsors
    int partner_sponsors = 3;            // partner.sponsors
    Period mentoring = years(1);         // mentor.period
    Period electronic_votes = days(14);  // item 52: absent members may vote for 14 d

    // Steering Committee, items 49-53 and ruling (m).
    int seats_max = 7;                    // sc.seats_max
    Period seat_term = years(2);          // sc.term
    Fraction rotation{1, 2};              // sc.rotation: the larger part of so much of the seats ends in one year at most
    Fraction sc_quorum{5, 7};             // sc.quorum
    Fraction sc_approve{4, 7};            // sc.approve
    Period meeting_gap = months(2);       // sc.meeting_gap_max, a reminder
    int face_to_face = 1;                 // sc.f2f_min, a year; a reminder
    Period face_to_face_by = months(10);  // sc.f2f_reminder, from the beginning of the year
    Period chair_term = years(1);         // chair.term
    int chair_consecutive = 4;            // chair.max_consecutive
    Period deputy_term = years(1);        // deputy.term
    int deputy_consecutive = 4;           // deputy.max_consecutive
    Period secretariat_term = years(2);   // secretariat.term
    Period consecutive_gap = days(30);    // ruling (q): the second begins within this of the first's end
    Period counted_term = months(6);      // ruling (q): less is no term

    // General Meeting and the vote by e-mail, items 44-48.
    Fraction gm_quorum{1, 2};            // gm.quorum, at least
    Fraction gm_reduced{1, 4};           // gm.reduced, at least
    Fraction gm_pass{2, 3};              // gm.pass, at least
    Period gm_reduced_delay = days(28);  // gm.reduced_delay
    Fraction gm_petition{1, 2};          // gm.petition, at least, of all members
    Period gm_reminder = months(10);     // gm.reminder, item 43: at least yearly, reminded while there is time to call one
    Fraction email_pass{1, 2};           // email_vote.pass, more than

    // Notices, items 28-32 and rulings (e), (f).
    Period reply_time = days(14);  // notice.reply_time
    Period reply_floor = days(7);  // notice.reply_floor: below it refused, from it to reply_time warned
    Period notice_gap = days(7);   // ruling (f): the next notice, from service of the one before

    // Sanctions, items 33-36 and rulings (b), (c).
    Period sanction_delay = days(30);      // sanction.min_delay, from issue and from service
    Period sanction_default = months(12);  // sanction.default
    Period sanction_max = months(12);      // sanction.max
    Period reminder_first = days(60);      // ruling (c), item 35: to the SC, before the end
    Period reminder_second = days(45);
    Period reminder_last = days(35);

    // Appeals, items 37-40 and rulings (a), (g), (l).
    int appeal_days = 30;                    // appeal.window, calendar days: over at 00:00Z of the day after the last
    int panel_chairs = 1;                    // panel.size: outside the SC
    int panel_sc = 2;                        // panel.size
    int panel_others = 2;                    // panel.size
    int panel_agree = 3;                     // ruling (g): until so many agree there is no result
    Period panel_reminder = days(30);        // ruling (g)
    bool appeal_stays_effect = true;         // appeal.stays_effect
    bool effect_after_appeal_window = true;  // sanction.effect_after_appeal_window

    // Security holds, item 42 and ruling (k).
    Period hold_max = hours(72);    // hold.max, also of each extension
    Period hold_repeat = days(30);  // so long a hold counts against the next one without a decision

    // Contact data, item 60. No time at all: nobody is asked.
    Period recertify = months(4);       // profile.recertify
    Period recertify_grace = days(30);  // profile.grace: so much later it is overdue

    bool operator==(const Numbers&) const = default;
};

// Refuses, naming the first number that makes no sense: a part above the whole, no time at all, a default above its maximum.
[[nodiscard]] Result<void> sound(const Numbers& numbers);

}  // namespace caveat::conduct
