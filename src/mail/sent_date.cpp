// RFC 5322 §3.3 and what §4.3 still allows.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "caveat/ascii.hpp"
#include "caveat/mail/message.hpp"

namespace caveat::mail {
namespace {

constexpr std::array<std::string_view, 12> months{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};

struct NamedZone {
    std::string_view name;
    int hours;
};
constexpr std::array<NamedZone, 11> zones{{{"ut", 0},
                                           {"gmt", 0},
                                           {"z", 0},
                                           {"edt", -4},
                                           {"est", -5},
                                           {"cdt", -5},
                                           {"cst", -6},
                                           {"mdt", -6},
                                           {"mst", -7},
                                           {"pdt", -7},
                                           {"pst", -8}}};

// The words of a date in small letters, without comments and commas.
std::vector<std::string> date_words(std::string_view field) {
    constexpr std::size_t longest = 200;
    std::vector<std::string> words(1);
    int depth = 0;
    for (const char c : field.substr(0, longest)) {
        if (c == '(') ++depth;
        const bool blank = depth > 0 || c == ',' || ascii::is_blank(c);
        if (c == ')') depth = std::max(depth - 1, 0);
        if (!blank) {
            words.back() += ascii::lower(c);
        } else if (!words.back().empty()) {
            words.emplace_back();
        }
    }
    if (words.back().empty()) words.pop_back();
    return words;
}

std::optional<int> digits(std::string_view text, std::size_t least, std::size_t most) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || text.size() < least || text.size() > most || value < 0)
        return std::nullopt;
    return value;
}

// "12:00:05", "12:00"
std::optional<std::chrono::seconds> time_of_day(std::string_view text) {
    const auto hour = digits(text.substr(0, text.find(':')), 1, 2);
    if (text.find(':') == std::string_view::npos) return std::nullopt;
    text.remove_prefix(text.find(':') + 1);
    const auto colon = text.find(':');
    const auto minute = digits(text.substr(0, colon), 2, 2);
    const auto second = colon == std::string_view::npos ? std::optional(0) : digits(text.substr(colon + 1), 2, 2);
    if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
    return std::chrono::hours(*hour) + std::chrono::minutes(*minute) + std::chrono::seconds(*second);
}

// A zone that nobody knows counts as UTC (§4.3).
std::optional<std::chrono::minutes> zone_of(std::string_view text) {
    if (text.starts_with('+') || text.starts_with('-')) {
        const auto number = digits(text.substr(1), 4, 4);
        if (!number || *number % 100 > 59) return std::nullopt;
        const auto offset = std::chrono::minutes(*number / 100 * 60 + *number % 100);
        return text.front() == '-' ? -offset : offset;
    }
    const auto known = std::find_if(zones.begin(), zones.end(), [&](const auto& zone) { return zone.name == text; });
    return std::chrono::hours(known == zones.end() ? 0 : known->hours);
}

}  // namespace

std::optional<Instant> date_from(std::string_view field) {
    const auto words = date_words(field);
    std::size_t at = !words.empty() && !words[0].empty() && (words[0][0] < '0' || words[0][0] > '9') ? 1 : 0;  // "Sun"
    if (words.size() < at + 4) return std::nullopt;
    const auto day = digits(words[at], 1, 2);
    const auto month = std::find(months.begin(), months.end(), std::string_view(words[at + 1]).substr(0, 3));
    auto year = digits(words[at + 2], 2, 4);
    const auto time = time_of_day(words[at + 3]);
    const auto zone = words.size() > at + 4 ? zone_of(words[at + 4]) : std::chrono::minutes(0);
    if (!day || month == months.end() || !year || !time || !zone) return std::nullopt;
    if (words[at + 2].size() == 2) *year += *year < 50 ? 2000 : 1900;  // §4.3
    if (words[at + 2].size() == 3) *year += 1900;
    const Date date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(month - months.begin()) + 1),
                    std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok()) return std::nullopt;
    return start_of(date) + *time - *zone;
}

}  // namespace caveat::mail
