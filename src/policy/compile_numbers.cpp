// [numbers]: each key is a row of the table of numbers, each value one of its kind and in its range; what contradicts another is found too.
#include <fmt/format.h>

#include <algorithm>

#include "compile.hpp"

namespace caveat::policy {
namespace {

// Keys of earlier books that nothing reads any more, with what to do about them.
struct Retired {
    std::string_view key;
    std::string_view instead;
};
constexpr std::array<Retired, 10> retired{{
    {"admission.threshold", "take it out: a team is admitted by every seat whatever a book says (item 52)"},
    {"agm.per_year", "take it out; write \"gm.reminder\", how long after a General Meeting the committee hears that none is called"},
    {"alias.ttl", "take it out: an alias ends when its list says (expires)"},
    {"conference.call", "take it out: nothing reads it"},
    {"conference.window", "take it out: nothing reads it"},
    {"drill.per_year", "take it out: nothing reads it"},
    {"list.lead", "take it out: nothing reads it"},
    {"notice.before_sanction", "take it out: a sanction comes after two notices whatever a book says (items 28 and 33)"},
    {"notice.fields", "take it out: a notice has the seven contents of item 30 whatever a book says"},
    {"poc.primary_per_economy", "take it out: nothing reads it"},
}};

// The smaller one first: at no time above the other.
constexpr std::array<std::pair<Number, Number>, 3> ordered{
    {{Number::gm_reduced, Number::gm_quorum}, {Number::sanction_default, Number::sanction_max}, {Number::reply_floor, Number::reply_time}}};

constexpr std::string_view kinds = "hard, config, reminder, switch";

std::optional<bool> any_kind(std::string_view text) {
    if (text == "hard" || text == "config" || text == "reminder" || text == "switch") return true;
    return std::nullopt;
}

// The keys of the same family, or all if none is similar.
std::string known_beside(std::string_view key) {
    const auto family = key.substr(0, key.find('.'));
    std::vector<std::string> like;
    std::vector<std::string> all;
    for (const NumberRow& row : number_rows) {
        all.emplace_back(row.key);
        if (row.key.substr(0, row.key.find('.')) == family) like.emplace_back(row.key);
    }
    return "known here: " + fmt::format("{}", fmt::join(like.empty() ? all : like, ", "));
}

void add_unknown(int line, std::string_view key, Draft& draft) {
    const auto old = std::find_if(retired.begin(), retired.end(), [&](const Retired& r) { return r.key == key; });
    if (old != retired.end())
        return draft.findings.add(line, fmt::format("numbers: {} is not read any more", key), std::string(old->instead));
    draft.findings.add(line, fmt::format("numbers: unknown key {}", key.substr(0, 64)), known_beside(key));
}

std::optional<std::string> written(const toml::node& value) {
    if (const auto text = value.value_exact<std::string>()) return *text;
    if (const auto whole = value.value_exact<std::int64_t>()) return fmt::format("{}", *whole);
    if (const auto on = value.value_exact<bool>()) return *on ? "on" : "off";
    return std::nullopt;
}

void read_value(Page& page, const NumberRow& row, Draft& draft) {
    const toml::node* node = page.node("value");
    if (!node) {
        page.findings().add(page.line(), page.where() + ": value is missing", "write { value = \"...\", kind = \"...\" }");
        return;
    }
    const auto text = written(*node);
    if (!text) return page.complain("value", "is not text, whole number, true or false", "fractions are written as text: \"4/7\"");
    const auto value = number_from(row, *text);
    if (!value) return page.complain("value", fmt::format("'{}' cannot be read", text->substr(0, 64)), wanted(row));
    if (!in_range(row, *value)) return page.complain("value", fmt::format("'{}' is out of range", text->substr(0, 64)), wanted(row));
    draft.book.numbers.emplace(row.key, *text);
    draft.book.values[static_cast<std::size_t>(row.number)] = *value;
}

void read_number(std::string_view key, const toml::table& table, Draft& draft) {
    const NumberRow* row = find_number(key);
    if (row == nullptr) return add_unknown(line_of(table), key, draft);
    Page page(table, fmt::format("number {}", key), draft.findings);
    read_value(page, *row, draft);
    if (page.text("kind") == "hard") draft.book.hard.emplace(key);
    page.choice_if<bool>("kind", any_kind, kinds);
    page.text_if("source");
    if (auto decision = page.text_if("amended_by")) draft.book.amended_by.insert(std::move(*decision));
    page.close("value, kind, source, amended_by");
}

bool above(const Part& a, const Part& b) { return a.num * b.den > b.num * a.den; }

// Whether one is longer at every date. Months are compared with months directly, and with days at their shortest and longest.
bool above(const Length& a, const Length& b) {
    if (a.months >= b.months && a.time >= b.time) return a != b;
    return std::chrono::hours{24 * 28} * a.months + a.time > std::chrono::hours{24 * 31} * b.months + b.time;
}

bool above(const NumberValue& a, const NumberValue& b) {
    if (const auto* part = std::get_if<Part>(&a)) return above(*part, std::get<Part>(b));
    return above(std::get<Length>(a), std::get<Length>(b));
}

void check_order(Page& numbers, Draft& draft) {
    for (const auto& [smaller, larger] : ordered) {
        const auto& values = draft.book.values;
        if (!above(values[static_cast<std::size_t>(smaller)], values[static_cast<std::size_t>(larger)])) continue;
        const auto key = row_of(numbers.has(row_of(smaller).key) ? smaller : larger).key;
        numbers.complain(key, fmt::format("{} is above {}", row_of(smaller).key, row_of(larger).key), "lower the one or raise the other");
    }
}

}  // namespace

void read_numbers(Page& root, Draft& draft) {
    static const toml::table none;
    for (const NumberRow& row : number_rows) draft.book.values[static_cast<std::size_t>(row.number)] = number_from(row, row.seed).value();
    const toml::table* table = root.table_if("numbers");
    root.each("numbers", [&](std::string_view key, const toml::table& row) { read_number(key, row, draft); });
    Page page(table ? *table : none, "numbers", draft.findings);
    for (const NumberRow& row : number_rows) {
        if (!row.required || page.has(row.key)) continue;
        draft.findings.add(page.line(), fmt::format("numbers: {} is missing", row.key),
                           fmt::format("add \"{}\" = {{ value = \"{}\", kind = \"config\" }}", row.key, row.seed));
    }
    check_order(page, draft);
}

}  // namespace caveat::policy
