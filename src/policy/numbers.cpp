#include "caveat/policy/numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <vector>

namespace caveat::policy {
namespace {

using std::chrono::hours;

constexpr int most_months = 1200;  // a century: more is a slip of the pen
constexpr auto most_time = hours{24} * 366 * 100;

std::vector<std::string_view> split(std::string_view text, char at) {
    std::vector<std::string_view> parts;
    for (auto end = text.find(at); end != std::string_view::npos; end = text.find(at)) {
        parts.push_back(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
    parts.push_back(text);
    return parts;
}

// Up to a number far above any community: what is multiplied by heads stays far below 2^63.
std::optional<int> whole(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < 0 || value > 100'000) return std::nullopt;
    return value;
}

// "12 months", "30 days", "72 hours"; "calendar" between them says how they are counted, which the code does anyway.
std::optional<Length> length_from(std::string_view text) {
    const auto words = split(text, ' ');
    const auto n = whole(words.front());
    const bool well_formed = words.size() == 2 || (words.size() == 3 && words[1] == "calendar");
    if (!n || !well_formed) return std::nullopt;
    const auto unit = words.back();
    if (unit == "year" || unit == "years") return Length{*n * 12, {}};
    if (unit == "month" || unit == "months") return Length{*n, {}};
    if (unit == "day" || unit == "days") return Length{0, hours{24} * *n};
    if (unit == "hour" || unit == "hours") return Length{0, hours{*n}};
    return std::nullopt;
}

std::optional<Part> part_from(std::string_view text) {
    const auto parts = split(text, '/');
    if (parts.size() != 2) return std::nullopt;
    const auto num = whole(parts[0]);
    const auto den = whole(parts[1]);
    if (!num || !den || *den == 0) return std::nullopt;
    return Part{*num, *den};
}

std::optional<int> days_from(std::string_view text) {
    const auto words = split(text, ' ');
    const bool of_days = words.size() > 1 && words.back() == "days" && (words.size() == 2 || (words.size() == 3 && words[1] == "calendar"));
    return words.size() == 1 || of_days ? whole(words.front()) : std::nullopt;
}

// "1 chair outside the SC + 2 SC + 2 others"
std::optional<PanelSize> panel_from(std::string_view text) {
    const auto parts = split(text, '+');
    if (parts.size() != 3) return std::nullopt;
    std::array<int, 3> heads{};
    for (std::size_t i = 0; i < parts.size(); ++i) {
        auto part = parts[i];
        while (part.starts_with(' ')) part.remove_prefix(1);
        const auto count = whole(part.substr(0, part.find(' ')));
        if (!count) return std::nullopt;
        heads[i] = *count;
    }
    return PanelSize{heads[0], heads[1], heads[2]};
}

std::optional<bool> flag_from(std::string_view text) {
    if (text == "on") return true;
    return text == "off" ? std::optional(false) : std::nullopt;
}

std::optional<std::chrono::seconds> duration_from(std::string_view text) {
    const auto parsed = parse_duration(text);
    return parsed ? std::optional(*parsed) : std::nullopt;
}

template <class T>
std::optional<NumberValue> as_value(const std::optional<T>& parsed) {
    return parsed ? std::optional<NumberValue>(*parsed) : std::nullopt;
}

struct Range {
    const NumberRow& row;

    [[nodiscard]] bool holds(int n) const { return row.least <= n && n <= row.most; }
    bool operator()(bool) const { return true; }
    bool operator()(int n) const { return holds(n); }
    bool operator()(const Part& p) const { return 1 <= p.num && p.num <= p.den; }
    bool operator()(const Length& l) const {
        const bool none = l.months == 0 && l.time.count() == 0;
        return !(row.least > 0 && none) && l.months <= most_months && l.time <= most_time;
    }
    bool operator()(const PanelSize& p) const { return holds(p.chairs) && holds(p.sc) && holds(p.others); }
    bool operator()(std::chrono::seconds s) const { return s <= most_time; }
    bool operator()(community::Tlp) const { return true; }
    // From: alone authorises nothing, and certainly not lowering a label.
    bool operator()(community::Strength s) const { return s != community::Strength::none; }
};

}  // namespace

const NumberRow* find_number(std::string_view key) {
    const auto found = std::find_if(number_rows.begin(), number_rows.end(), [&](const NumberRow& row) { return row.key == key; });
    return found == number_rows.end() ? nullptr : &*found;
}

std::optional<NumberValue> number_from(const NumberRow& row, std::string_view text) {
    switch (row.type) {
        case NumberType::count:
            return as_value(whole(text));
        case NumberType::part:
            return as_value(part_from(text));
        case NumberType::length:
            return as_value(length_from(text));
        case NumberType::days:
            return as_value(days_from(text));
        case NumberType::panel:
            return as_value(panel_from(text));
        case NumberType::flag:
            return as_value(flag_from(text));
        case NumberType::duration:
            return as_value(duration_from(text));
        case NumberType::label:
            return as_value(community::tlp_from(text));
        case NumberType::strength:
            return as_value(community::strength_from(text));
    }
    return std::nullopt;
}

bool in_range(const NumberRow& row, const NumberValue& value) { return std::visit(Range{row}, value); }

std::string wanted(const NumberRow& row) {
    const auto example = fmt::format("for example \"{}\"", row.seed);
    const std::string_view some = row.least > 0 ? "more than nothing, " : "";
    switch (row.type) {
        case NumberType::count:
            return fmt::format("write a whole number from {} to {}, for example {}", row.least, row.most, row.seed);
        case NumberType::part:
            return fmt::format("write a part of the whole, above nothing and not above 1, {}", example);
        case NumberType::length:
            return fmt::format("write a whole number of years, months, days or hours, {}at most a century, {}", some, example);
        case NumberType::days:
            return fmt::format("write a number of days from {} to {}, {}", row.least, row.most, example);
        case NumberType::panel:
            return fmt::format("write three numbers of people, each from {} to {}, {}", row.least, row.most, example);
        case NumberType::flag:
            return "write true or false";
        case NumberType::duration:
            return fmt::format("write a whole number and s, m, h or d, at most a century, {}", example);
        case NumberType::label:
            return "write CLEAR, GREEN, AMBER, AMBER+STRICT or RED";
        case NumberType::strength:
            return "write envelope, dmarc or signature";
    }
    return example;
}

}  // namespace caveat::policy
