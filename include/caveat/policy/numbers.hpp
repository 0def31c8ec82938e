#pragma once
// Every number a rule book may have: its key, what kind of value it is, its range, and its value where a book leaves it out (rules.md
// §1.10). A book is checked against this table and every number is read through it, so that a book cannot contain a number that nobody
// reads. A constant table and values; any thread.
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "caveat/community/list.hpp"
#include "caveat/community/tlp.hpp"

namespace caveat::policy {

enum class Number : std::uint8_t {
    vote_tenure,
    office_tenure,
    member_sponsors,
    partner_sponsors,
    mentoring,
    seats_max,
    seat_term,
    rotation,
    sc_quorum,
    sc_approve,
    meeting_gap,
    face_to_face,
    face_to_face_by,
    chair_term,
    chair_consecutive,
    deputy_term,
    deputy_consecutive,
    secretariat_term,
    gm_quorum,
    gm_reduced,
    gm_pass,
    gm_reduced_delay,
    gm_petition,
    gm_reminder,
    email_pass,
    reply_time,
    reply_floor,
    sanction_delay,
    sanction_default,
    sanction_max,
    appeal_window,
    panel_size,
    appeal_stays_effect,
    effect_after_appeal_window,
    hold_max,
    default_label,
    lowering,
    correction,
    transport_wait,
    signature_age,
    person_remembered,
    recertify,
    recertify_grace,
};

// num/den, above nothing and at most the whole.
struct Part {
    std::int64_t num = 0;
    std::int64_t den = 1;
    bool operator==(const Part&) const = default;
};

// Calendar months, or a plain length of time.
struct Length {
    int months = 0;
    std::chrono::seconds time{0};
    bool operator==(const Length&) const = default;
};

struct PanelSize {
    int chairs = 0;
    int sc = 0;
    int others = 0;
    bool operator==(const PanelSize&) const = default;
};

using NumberValue = std::variant<bool, int, Part, Length, PanelSize, std::chrono::seconds, community::Tlp, community::Strength>;

enum class NumberType : std::uint8_t {
    count,     // 7
    part,      // "4/7"
    length,    // "12 months", "72 hours"
    days,      // 30, "30 calendar days"
    panel,     // "1 chair outside the SC + 2 SC + 2 others"
    flag,      // true
    duration,  // "24h"
    label,     // "AMBER"
    strength,  // "dmarc"
};

// Who reads it: the offices that count votes and keep cases, the decision about a message, or the registry. The first is checked at compile
// time to know every row of its own.
enum class NumberReader : std::uint8_t { committee, deciding, registry };

struct NumberRow {
    Number number{};
    std::string_view key;
    NumberType type{};
    int least = 0;  // of counts, days and panels as they are; of lengths and durations 0 or "some time at all"
    int most = 0;   // of counts, days and panels; lengths end at a century
    std::string_view seed;
    NumberReader reader = NumberReader::committee;
    bool required = false;
};

constexpr std::array<NumberRow, 43> number_rows{{
    {Number::vote_tenure, "vote.min_tenure", NumberType::length, 0, 0, "1 year"},
    {Number::office_tenure, "office.min_tenure", NumberType::length, 0, 0, "1 year"},
    {Number::member_sponsors, "om.sponsors", NumberType::count, 1, 100, "1"},
    {Number::partner_sponsors, "partner.sponsors", NumberType::count, 1, 100, "3"},
    {Number::mentoring, "mentor.period", NumberType::length, 0, 0, "1 year"},
    {Number::seats_max, "sc.seats_max", NumberType::count, 1, 1000, "7"},
    {Number::seat_term, "sc.term", NumberType::length, 1, 0, "2 years"},
    {Number::rotation, "sc.rotation", NumberType::part, 0, 0, "1/2"},
    {Number::sc_quorum, "sc.quorum", NumberType::part, 0, 0, "5/7"},
    {Number::sc_approve, "sc.approve", NumberType::part, 0, 0, "4/7"},
    {Number::meeting_gap, "sc.meeting_gap_max", NumberType::length, 1, 0, "2 months"},
    {Number::face_to_face, "sc.f2f_min", NumberType::count, 0, 366, "1"},
    {Number::face_to_face_by, "sc.f2f_reminder", NumberType::length, 0, 0, "10 months"},
    {Number::chair_term, "chair.term", NumberType::length, 1, 0, "1 year"},
    {Number::chair_consecutive, "chair.max_consecutive", NumberType::count, 1, 100, "4"},
    {Number::deputy_term, "deputy.term", NumberType::length, 1, 0, "1 year"},
    {Number::deputy_consecutive, "deputy.max_consecutive", NumberType::count, 1, 100, "4"},
    {Number::secretariat_term, "secretariat.term", NumberType::length, 1, 0, "2 years"},
    {Number::gm_quorum, "gm.quorum", NumberType::part, 0, 0, "1/2"},
    {Number::gm_reduced, "gm.reduced", NumberType::part, 0, 0, "1/4"},
    {Number::gm_pass, "gm.pass", NumberType::part, 0, 0, "2/3"},
    {Number::gm_reduced_delay, "gm.reduced_delay", NumberType::length, 1, 0, "28 days"},
    {Number::gm_petition, "gm.petition", NumberType::part, 0, 0, "1/2"},
    {Number::gm_reminder, "gm.reminder", NumberType::length, 1, 0, "10 months"},
    {Number::email_pass, "email_vote.pass", NumberType::part, 0, 0, "1/2"},
    {Number::reply_time, "notice.reply_time", NumberType::length, 1, 0, "14 days"},
    {Number::reply_floor, "notice.reply_floor", NumberType::length, 1, 0, "7 days"},
    {Number::sanction_delay, "sanction.min_delay", NumberType::length, 1, 0, "30 days"},
    {Number::sanction_default, "sanction.default", NumberType::length, 1, 0, "12 months"},
    {Number::sanction_max, "sanction.max", NumberType::length, 1, 0, "12 months"},
    {Number::appeal_window, "appeal.window", NumberType::days, 1, 3660, "30 calendar days"},
    {Number::panel_size, "panel.size", NumberType::panel, 1, 100, "1 chair outside the SC + 2 SC + 2 others"},
    {Number::appeal_stays_effect, "appeal.stays_effect", NumberType::flag, 0, 0, "on"},
    {Number::effect_after_appeal_window, "sanction.effect_after_appeal_window", NumberType::flag, 0, 0, "on"},
    {Number::hold_max, "hold.max", NumberType::length, 1, 0, "72 hours"},
    {Number::default_label, "tlp.default", NumberType::label, 0, 0, "AMBER", NumberReader::deciding, true},
    {Number::lowering, "tlp.lowering", NumberType::strength, 0, 0, "dmarc", NumberReader::deciding, true},
    {Number::correction, "tlp.correction", NumberType::duration, 0, 0, "24h", NumberReader::deciding, true},
    {Number::transport_wait, "tlp.transport_wait", NumberType::duration, 0, 0, "4h", NumberReader::deciding, true},
    {Number::signature_age, "signature.max_age", NumberType::duration, 0, 0, "720h", NumberReader::deciding},
    {Number::person_remembered, "person.remembered", NumberType::length, 1, 0, "3 years", NumberReader::registry},
    {Number::recertify, "profile.recertify", NumberType::length, 0, 0, "4 months"},
    {Number::recertify_grace, "profile.grace", NumberType::length, 0, 0, "30 days"},
}};

[[nodiscard]] constexpr const NumberRow& row_of(Number number) { return number_rows[static_cast<std::size_t>(number)]; }
static_assert(
    [] {
        for (std::size_t i = 0; i < number_rows.size(); ++i) {
            if (number_rows[i].number != static_cast<Number>(i)) return false;
        }
        return static_cast<std::size_t>(Number::recertify_grace) + 1 == number_rows.size();
    }(),
    "the rows stand in the order of the enumerators");

[[nodiscard]] const NumberRow* find_number(std::string_view key);

// What a text means as a value of this row, in range or not; none if it is no such value.
[[nodiscard]] std::optional<NumberValue> number_from(const NumberRow& row, std::string_view text);
[[nodiscard]] bool in_range(const NumberRow& row, const NumberValue& value);
[[nodiscard]] std::string wanted(const NumberRow& row);  // "a whole number from 1 to 1000, for example 7"

}  // namespace caveat::policy
