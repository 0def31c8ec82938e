#pragma once
// Reading a TOML table key by key: errors are collected with file and line and reading goes on, so that one run reports everything (O1).
#include <fmt/core.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/clock.hpp"
#include "caveat/community/field.hpp"
#include "caveat/result.hpp"
#include "caveat/toml.hpp"

namespace caveat::server {

class Findings {
public:
    explicit Findings(std::filesystem::path file) : file_(std::move(file)) {}

    template <class... Args>
    void add(const toml::source_region& where, fmt::format_string<Args...> text, Args&&... args) {
        note(std::max<std::uint32_t>(where.begin.line, 1), fmt::vformat(text, fmt::make_format_args(args...)));
    }
    [[nodiscard]] bool none() const { return count_ == 0; }
    [[nodiscard]] Error error() const;  // in the order of the file
    [[nodiscard]] const std::filesystem::path& file() const { return file_; }

private:
    struct Line {
        std::uint32_t number;
        std::string text;
    };
    void note(std::uint32_t line, std::string text);
    std::filesystem::path file_;
    std::vector<Line> lines_;
    std::size_t count_ = 0;
};

// errc::not_found or errc::temporary for the file, errc::invalid with the line for what is no TOML.
[[nodiscard]] Result<std::string> read_text(const std::filesystem::path& file, std::uintmax_t most);
[[nodiscard]] Result<toml::table> parse_toml(std::string_view text, const std::filesystem::path& file);

// One table. Every key that is asked for is a known one; done() refuses the others.
class TableReader {
public:
    TableReader(const toml::table& table, std::string name, Findings& findings);

    [[nodiscard]] std::string text(std::string_view key, std::string_view otherwise = "");
    [[nodiscard]] std::string required(std::string_view key, std::string_view example);
    [[nodiscard]] bool flag(std::string_view key, bool otherwise);
    [[nodiscard]] std::size_t number(std::string_view key, std::size_t otherwise, std::size_t least, std::size_t most);
    [[nodiscard]] std::chrono::seconds duration(std::string_view key, std::chrono::seconds otherwise, std::chrono::seconds least);
    [[nodiscard]] std::vector<std::string> texts(std::string_view key);
    [[nodiscard]] std::optional<Date> date(std::string_view key);
    [[nodiscard]] std::optional<Instant> instant(std::string_view key);

    // A field of a row, told in its table: none if it is missing or no such value, which is then noted.
    [[nodiscard]] std::optional<community::Value> value(const community::FieldTraits& field);

    template <class... Args>
    void complain(std::string_view key, fmt::format_string<Args...> text, Args&&... args) {
        const auto* node = table_.get(key);
        findings_.add(node != nullptr ? node->source() : table_.source(), "{}.{}: {}", name_, key,
                      fmt::vformat(text, fmt::make_format_args(args...)));
    }

    [[nodiscard]] bool has(std::string_view key) const { return table_.contains(key); }
    [[nodiscard]] const toml::table& table() const { return table_; }
    void done();

private:
    const toml::node* find(std::string_view key);
    [[nodiscard]] std::optional<community::Value> word(const community::FieldTraits& field, const std::string& written);
    [[nodiscard]] bool wrong(std::string_view key) const { return !table_.get(key)->is_string(); }

    const toml::table& table_;
    std::string name_;
    Findings& findings_;
    std::vector<std::string_view> known_;
};

// All fields of the row that the table holds; what it leaves out stays.
template <class Row, std::size_t n>
void read_row(TableReader& from, const std::array<community::Field<Row>, n>& fields, Row& row) {
    for (const auto& field : fields) {
        if (const auto value = from.value(field)) field.set(row, *value);
    }
}

}  // namespace caveat::server
