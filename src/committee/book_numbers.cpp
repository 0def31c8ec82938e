#include "book_numbers.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <variant>
#include <vector>

#include "caveat/committee/committee.hpp"
#include "caveat/policy/traits.hpp"
#include "fields.hpp"

namespace caveat::committee {
namespace {

using conduct::Fraction;
using conduct::Numbers;
using conduct::Period;

using policy::Number;

struct Panel {};
using Place = std::variant<Period Numbers::*, Fraction Numbers::*, int Numbers::*, bool Numbers::*, Panel>;

constexpr std::array<std::pair<Number, Place>, 37> places{{{Number::vote_tenure, &Numbers::vote_tenure},
                                                           {Number::office_tenure, &Numbers::office_tenure},
                                                           {Number::member_sponsors, &Numbers::member_sponsors},
                                                           {Number::partner_sponsors, &Numbers::partner_sponsors},
                                                           {Number::mentoring, &Numbers::mentoring},
                                                           {Number::seats_max, &Numbers::seats_max},
                                                           {Number::seat_term, &Numbers::seat_term},
                                                           {Number::rotation, &Numbers::rotation},
                                                           {Number::sc_quorum, &Numbers::sc_quorum},
                                                           {Number::sc_approve, &Numbers::sc_approve},
                                                           {Number::meeting_gap, &Numbers::meeting_gap},
                                                           {Number::face_to_face, &Numbers::face_to_face},
                                                           {Number::face_to_face_by, &Numbers::face_to_face_by},
                                                           {Number::chair_term, &Numbers::chair_term},
                                                           {Number::chair_consecutive, &Numbers::chair_consecutive},
                                                           {Number::deputy_term, &Numbers::deputy_term},
                                                           {Number::deputy_consecutive, &Numbers::deputy_consecutive},
                                                           {Number::secretariat_term, &Numbers::secretariat_term},
                                                           {Number::gm_quorum, &Numbers::gm_quorum},
                                                           {Number::gm_reduced, &Numbers::gm_reduced},
                                                           {Number::gm_pass, &Numbers::gm_pass},
                                                           {Number::gm_reduced_delay, &Numbers::gm_reduced_delay},
                                                           {Number::gm_petition, &Numbers::gm_petition},
                                                           {Number::gm_reminder, &Numbers::gm_reminder},
                                                           {Number::email_pass, &Numbers::email_pass},
                                                           {Number::reply_time, &Numbers::reply_time},
                                                           {Number::reply_floor, &Numbers::reply_floor},
                                                           {Number::sanction_delay, &Numbers::sanction_delay},
                                                           {Number::sanction_default, &Numbers::sanction_default},
                                                           {Number::sanction_max, &Numbers::sanction_max},
                                                           {Number::appeal_window, &Numbers::appeal_days},
                                                           {Number::panel_size, Panel{}},
                                                           {Number::appeal_stays_effect, &Numbers::appeal_stays_effect},
                                                           {Number::effect_after_appeal_window, &Numbers::effect_after_appeal_window},
                                                           {Number::hold_max, &Numbers::hold_max},
                                                           {Number::recertify, &Numbers::recertify},
                                                           {Number::recertify_grace, &Numbers::recertify_grace}}};

constexpr bool has_place(Number number) {
    for (const auto& [with_place, place] : places) {
        if (with_place == number) return true;
    }
    return false;
}
static_assert(
    [] {
        for (const auto& row : policy::number_rows) {
            if (has_place(row.number) != (row.reader == policy::NumberReader::committee)) return false;
        }
        return true;
    }(),
    "every number of the committee's has its place, and no other has");

// The value as its place takes it; false where the row's kind of value and the place do not fit.
struct Putting {
    Numbers& numbers;
    const policy::NumberValue& value;

    template <class T>
    const T* as() const {
        return std::get_if<T>(&value);
    }
    bool operator()(Period Numbers::*place) const {
        const auto* length = as<policy::Length>();
        if (length != nullptr) numbers.*place = {length->months, length->time};
        return length != nullptr;
    }
    bool operator()(Fraction Numbers::*place) const {
        const auto* part = as<policy::Part>();
        if (part != nullptr) numbers.*place = {part->num, part->den};
        return part != nullptr;
    }
    bool operator()(int Numbers::*place) const {
        const auto* count = as<int>();
        if (count != nullptr) numbers.*place = *count;
        return count != nullptr;
    }
    bool operator()(bool Numbers::*place) const {
        const auto* flag = as<bool>();
        if (flag != nullptr) numbers.*place = *flag;
        return flag != nullptr;
    }
    bool operator()(Panel) const {
        const auto* size = as<policy::PanelSize>();
        if (size == nullptr) return false;
        numbers.panel_chairs = size->chairs;
        numbers.panel_sc = size->sc;
        numbers.panel_others = size->others;
        return true;
    }
};

constexpr std::string_view traits_key = "category";
constexpr std::string_view book_key = "book";

std::vector<std::string_view> lines_of(std::string_view kept) {
    std::vector<std::string_view> lines;
    while (!kept.empty()) {
        const auto line = kept.substr(0, kept.find('\n'));
        kept.remove_prefix(std::min(kept.size(), line.size() + 1));
        if (!line.empty()) lines.push_back(line);
    }
    return lines;
}

bool put(Numbers& numbers, Number number, const policy::NumberValue& value) {
    const auto found = std::find_if(places.begin(), places.end(), [&](const auto& place) { return place.first == number; });
    return found != places.end() && std::visit(Putting{numbers, value}, found->second);
}

// What a case or ballot was begun with goes on counting, in today's range or not.
bool read_one(Numbers& numbers, std::string_view key, std::string_view text) {
    const auto* row = policy::find_number(key);
    if (row == nullptr || !has_place(row->number)) return true;  // of an older book: nobody asks for it any more
    const auto value = policy::number_from(*row, text);
    return value && put(numbers, row->number, *value);
}

}  // namespace

std::string book_of(std::string_view kept) {
    for (const auto line : lines_of(kept)) {
        Reader fields(line);
        if (fields.text() == book_key) return std::string(fields.text());
    }
    return {};
}

std::string kept_numbers(const policy::Rulebook& rules) {
    std::string kept;
    if (!rules.sha256().empty()) {
        Writer line;
        kept += line.add(book_key).add(std::string_view(rules.identity())).take() + '\n';
    }
    const auto keep = [&](std::string_view key) {
        const auto text = rules.setting(key);
        if (!text) return;
        Writer line;
        kept += line.add(key).add(std::string_view(*text)).take() + '\n';
    };
    for (const auto& [number, place] : places) keep(policy::row_of(number).key);
    return kept;
}

Result<Numbers> numbers_from(std::string_view kept) {
    Numbers numbers;
    for (const auto line : lines_of(kept)) {
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

std::string kept_traits(const policy::Rulebook& rules, std::string_view category) {
    Writer line;
    return line.add(traits_key).add(policy::text_of(rules.category(category))).take() + '\n';
}

community::CategoryTraits traits_from(std::string_view kept, std::string_view category) {
    for (const auto line : lines_of(kept)) {
        Reader fields(line);
        if (fields.text() != traits_key) continue;
        if (const auto traits = policy::category_traits_from(fields.text())) return *traits;
    }
    return policy::category_by_word(category).value_or(community::CategoryTraits{});
}

Result<Numbers> numbers_of(const policy::Rulebook& rules) {
    auto numbers = numbers_from(kept_numbers(rules));
    if (!numbers) return numbers;
    if (auto ok = sound(*numbers); !ok) return tl::unexpected(ok.error());
    return numbers;
}

}  // namespace caveat::committee
