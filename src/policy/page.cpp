#include "page.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace caveat::policy {
namespace {

constexpr std::size_t most_bytes = std::size_t{1} << 20;
constexpr std::string_view labels = "CLEAR, GREEN, AMBER, AMBER+STRICT, RED";

Date date_from(const toml::date& d) { return std::chrono::year{d.year} / std::chrono::month{d.month} / std::chrono::day{d.day}; }

Instant instant_from(const toml::date_time& t) {
    using namespace std::chrono;
    Instant at = start_of(date_from(t.date)) + hours{t.time.hour} + minutes{t.time.minute} + seconds{t.time.second} +
                 duration_cast<microseconds>(nanoseconds{t.time.nanosecond});
    if (t.offset) at -= minutes{t.offset->minutes};
    return at;
}

}  // namespace

std::vector<Finding> Findings::in_order() && {
    std::stable_sort(found_.begin(), found_.end(), [](const Finding& a, const Finding& b) { return a.line < b.line; });
    return std::move(found_);
}

int line_of(const toml::node& node) { return static_cast<int>(node.source().begin.line); }

std::optional<toml::table> parse_toml(std::string_view text, Findings& findings) {
    if (text.size() > most_bytes) {
        findings.add(0, fmt::format("the file has {} bytes", text.size()), "keep it below 1 MiB");
        return std::nullopt;
    }
    try {
        return toml::parse(text);
    } catch (const toml::parse_error& e) {
        findings.add(static_cast<int>(e.source().begin.line), fmt::format("this is not TOML: {}", e.description()),
                     "see https://toml.io for the syntax");
    }
    return std::nullopt;
}

int Page::line(std::string_view key) const {
    for (const auto& [name, value] : table_) {
        if (name == key) return static_cast<int>(name.source().begin.line);
    }
    return line();
}

const toml::node* Page::node(std::string_view key) {
    asked_.emplace(key);
    return table_.get(key);
}

void Page::complain(std::string_view key, std::string_view what, std::string remedy) {
    if (findings_.full()) return;
    findings_.add(line(key), fmt::format("{}: {}: {}", where_, key, what), std::move(remedy));
}

std::optional<std::string> Page::text_if(std::string_view key) {
    const toml::node* found = node(key);
    if (!found) return std::nullopt;
    if (auto value = found->value_exact<std::string>()) return value;
    complain(key, "is not text", fmt::format("write {} = \"...\"", key));
    return std::nullopt;
}

std::string Page::text(std::string_view key) {
    const bool present = has(key);
    auto value = text_if(key);
    if (!present) findings_.add(line(), fmt::format("{}: {} is missing", where_, key), fmt::format("add {} = \"...\"", key));
    if (value && value->empty()) complain(key, "is empty", fmt::format("write {} = \"...\"", key));
    return value.value_or("");
}

std::optional<community::Tlp> Page::label_if(std::string_view key) { return choice_if<community::Tlp>(key, community::tlp_from, labels); }

community::Tlp Page::label(std::string_view key) {
    if (!has(key))
        findings_.add(line(), fmt::format("{}: {} is missing", where_, key), fmt::format("add {} = \"AMBER\" or another label", key));
    return label_if(key).value_or(community::Tlp::clear);
}

std::optional<bool> Page::flag_if(std::string_view key) {
    const toml::node* found = node(key);
    if (!found) return std::nullopt;
    if (auto value = found->value_exact<bool>()) return value;
    complain(key, "is neither true nor false", fmt::format("write {} = true or {} = false", key, key));
    return std::nullopt;
}

bool Page::flag(std::string_view key) {
    if (!has(key))
        findings_.add(line(), fmt::format("{}: {} is missing", where_, key), fmt::format("add {} = true or {} = false", key, key));
    return flag_if(key).value_or(false);
}

std::vector<std::string> Page::words_if(std::string_view key) {
    std::vector<std::string> words;
    const toml::node* found = node(key);
    if (!found) return words;
    const auto take = [&](const toml::node& item) {
        if (auto word = item.value_exact<std::string>()) {
            words.push_back(*word);
        } else {
            complain(key, "holds something that is not text", fmt::format("write {} = \"...\" or {} = [\"...\", \"...\"]", key, key));
        }
    };
    if (const auto* array = found->as_array()) {
        for (const auto& item : *array) take(item);
    } else {
        take(*found);
    }
    return words;
}

std::optional<Date> Page::date_if(std::string_view key) {
    const toml::node* found = node(key);
    if (!found) return std::nullopt;
    if (const auto value = found->value_exact<toml::date>()) return date_from(*value);
    complain(key, "is not a date", fmt::format("write {} = 2026-03-02", key));
    return std::nullopt;
}

std::optional<Instant> Page::instant_if(std::string_view key) {
    const toml::node* found = node(key);
    if (!found) return std::nullopt;
    if (const auto value = found->value_exact<toml::date_time>()) return instant_from(*value);
    if (const auto value = found->value_exact<toml::date>()) return start_of(date_from(*value));
    complain(key, "is not an instant", fmt::format("write {} = 2026-03-02T09:15:00Z, or a date alone", key));
    return std::nullopt;
}

const toml::table* Page::table_if(std::string_view key) {
    const toml::node* found = node(key);
    if (!found) return nullptr;
    if (found->is_table()) return found->as_table();
    complain(key, "is not a table", fmt::format("write {} = {{ ... }}", key));
    return nullptr;
}

void Page::each(std::string_view key, const std::function<void(std::string_view, const toml::table&)>& read) {
    const toml::node* found = node(key);
    if (!found) return;
    const auto one = [&](std::string_view name, const toml::node& item) {
        if (item.is_table()) return read(name, *item.as_table());
        findings_.add(line_of(item), fmt::format("{}: an entry of {} is not a table", where_, key),
                      fmt::format("write [[{}]] or [{}.name] above it", key, key));
    };
    if (const auto* table = found->as_table()) {
        // In the order of the file, so that indices and messages match what the reader sees.
        std::vector<std::pair<std::string_view, const toml::node*>> rows;
        for (const auto& [name, item] : *table) rows.emplace_back(name.str(), &item);
        std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return line_of(*a.second) < line_of(*b.second); });
        for (const auto& [name, item] : rows) one(name, *item);
    } else if (const auto* array = found->as_array()) {
        for (const auto& item : *array) one("", item);
    } else {
        one("", *found);
    }
}

void Page::close(std::string_view known) {
    for (const auto& [name, value] : table_) {
        if (asked_.contains(name.str())) continue;
        findings_.add(static_cast<int>(name.source().begin.line), fmt::format("{}: unknown key {}", where_, name.str()),
                      fmt::format("known here: {}", known));
    }
}

}  // namespace caveat::policy
