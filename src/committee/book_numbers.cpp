#include "book_numbers.hpp"

#include <array>
#include <charconv>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "caveat/committee/committee.hpp"
#include "fields.hpp"

namespace caveat::committee {
namespace {

using conduct::Fraction;
using conduct::Numbers;
using conduct::Period;

using Place = std::variant<Period Numbers::*, Fraction Numbers::*, int Numbers::*, bool Numbers::*>;

const std::array<std::pair<std::string_view, Place>, 34> places{
    {{"vote.min_tenure", &Numbers::vote_tenure},
     {"office.min_tenure", &Numbers::office_tenure},
     {"om.sponsors", &Numbers::member_sponsors},
     {"partner.sponsors", &Numbers::partner_sponsors},
     {"mentor.period", &Numbers::mentoring},
     {"sc.seats_max", &Numbers::seats_max},
     {"sc.term", &Numbers::seat_term},
     {"sc.quorum", &Numbers::sc_quorum},
     {"sc.approve", &Numbers::sc_approve},
     {"sc.meeting_gap_max", &Numbers::meeting_gap},
     {"sc.f2f_min", &Numbers::face_to_face},
     {"sc.f2f_reminder", &Numbers::face_to_face_by},
     {"chair.term", &Numbers::chair_term},
     {"chair.max_consecutive", &Numbers::chair_consecutive},
     {"deputy.term", &Numbers::deputy_term},
     {"deputy.max_consecutive", &Numbers::deputy_consecutive},
     {"secretariat.term", &Numbers::secretariat_term},
     {"gm.quorum", &Numbers::gm_quorum},
     {"gm.reduced", &Numbers::gm_reduced},
     {"gm.pass", &Numbers::gm_pass},
     {"gm.reduced_delay", &Numbers::gm_reduced_delay},
     {"gm.petition", &Numbers::gm_petition},
     {"email_vote.pass", &Numbers::email_pass},
     {"notice.before_sanction", &Numbers::notices_before_sanction},
     {"notice.fields", &Numbers::notice_fields},
     {"notice.reply_time", &Numbers::reply_time},
     {"notice.reply_floor", &Numbers::reply_floor},
     {"sanction.min_delay", &Numbers::sanction_delay},
     {"sanction.default", &Numbers::sanction_default},
     {"sanction.max", &Numbers::sanction_max},
     {"appeal.window", &Numbers::appeal_days},
     {"appeal.stays_effect", &Numbers::appeal_stays_effect},
     {"sanction.effect_after_appeal_window", &Numbers::effect_after_appeal_window},
     {"hold.max", &Numbers::hold_max}}};

std::vector<std::string_view> split(std::string_view text, char at) {
    std::vector<std::string_view> parts;
    for (auto end = text.find(at); end != std::string_view::npos; end = text.find(at)) {
        parts.push_back(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
    parts.push_back(text);
    return parts;
}

std::optional<int> whole(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < 0 || value > 100'000) return std::nullopt;
    return value;
}

// "12 months", "30 days", "72 hours"; "calendar" between them says how they are counted, which the code does anyway.
std::optional<Period> period(std::string_view text) {
    const auto words = split(text, ' ');
    const auto n = whole(words.front());
    const bool sound = words.size() == 2 || (words.size() == 3 && words[1] == "calendar");
    if (!n || !sound) return std::nullopt;
    const auto unit = words.back();
    if (unit == "year" || unit == "years") return conduct::years(*n);
    if (unit == "month" || unit == "months") return conduct::months(*n);
    if (unit == "day" || unit == "days") return conduct::days(*n);
    if (unit == "hour" || unit == "hours") return conduct::hours(*n);
    return std::nullopt;
}

bool read(Period& to, std::string_view text) {
    const auto value = period(text);
    if (value) to = *value;
    return value.has_value();
}

bool read(Fraction& to, std::string_view text) {
    const auto parts = split(text, '/');
    if (parts.size() != 2) return false;
    const auto num = whole(parts[0]);
    const auto den = whole(parts[1]);
    if (!num || !den || *den == 0) return false;
    to = {*num, *den};
    return true;
}

// A bare number, or the number of an appeal window: "30 calendar days".
bool read(int& to, std::string_view text) {
    const auto words = split(text, ' ');
    const bool of_days = words.size() == 3 && words[1] == "calendar" && words[2] == "days";
    const auto value = words.size() == 1 || of_days ? whole(words.front()) : std::nullopt;
    if (value) to = *value;
    return value.has_value();
}

bool read(bool& to, std::string_view text) {
    to = text == "on";
    return text == "on" || text == "off";
}

// "1 chair outside the SC + 2 SC + 2 others"
bool read_panel(Numbers& numbers, std::string_view text) {
    const auto parts = split(text, '+');
    if (parts.size() != 3) return false;
    const std::array<int*, 3> to{&numbers.panel_chairs, &numbers.panel_sc, &numbers.panel_others};
    for (std::size_t i = 0; i < parts.size(); ++i) {
        auto part = parts[i];
        while (part.starts_with(' ')) part.remove_prefix(1);
        if (!read(*to[i], part.substr(0, part.find(' ')))) return false;
    }
    return true;
}

bool read_one(Numbers& numbers, std::string_view key, std::string_view text) {
    if (key == "panel.size") return read_panel(numbers, text);
    for (const auto& [name, place] : places) {
        if (name == key) return std::visit([&](const auto member) { return read(numbers.*member, text); }, place);
    }
    return true;  // of an older book: nobody asks for it any more
}

}  // namespace

std::string kept_numbers(const policy::Rulebook& rules) {
    std::string kept;
    const auto keep = [&](std::string_view key) {
        const auto text = rules.setting(key);
        if (!text) return;
        Writer line;
        kept += line.add(key).add(std::string_view(*text)).take() + '\n';
    };
    for (const auto& [key, place] : places) keep(key);
    keep("panel.size");
    return kept;
}

Result<Numbers> numbers_from(std::string_view kept) {
    Numbers numbers;
    for (const auto line : split(kept, '\n')) {
        if (line.empty()) continue;
        Reader fields(line);
        const auto key = fields.text();
        const auto text = fields.text();
        if (!fields.good() || !read_one(numbers, key, text)) {
            return fail(errc::invalid, "number \"{}\" of the rule book: '{}' is not understood; write as policies/apcert.toml does", key,
                        text);
        }
    }
    return numbers;
}

Result<Numbers> numbers_of(const policy::Rulebook& rules) {
    auto numbers = numbers_from(kept_numbers(rules));
    if (!numbers) return numbers;
    if (auto ok = sound(*numbers); !ok) return tl::unexpected(ok.error());
    return numbers;
}

}  // namespace caveat::committee
