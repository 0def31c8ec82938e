#pragma once
// A TOML table that is read so that every error in it is found: keys that are read are marked as known, and the others are findings. Shared
// by rule books and case files. toml++ does not leave src/policy.
#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/policy/rulebook.hpp"
#include "caveat/toml.hpp"

namespace caveat::policy {

class Findings {
public:
    explicit Findings(std::string_view file) : file_(file) {}
    void add(int line, std::string what, std::string remedy) {
        if (!full()) found_.push_back({file_, std::max(line, 1), std::move(what), std::move(remedy)});
    }
    [[nodiscard]] bool none() const { return found_.empty(); }
    // Nobody reads more findings than this, and a hostile file must not cost more by being wrong everywhere.
    [[nodiscard]] bool full() const { return found_.size() >= 200; }
    [[nodiscard]] std::vector<Finding> in_order() &&;  // of the file

private:
    std::string file_;
    std::vector<Finding> found_;
};

[[nodiscard]] int line_of(const toml::node& node);

// The whole text as a table; none if it is no TOML, with the finding. At most 1 MiB is read.
[[nodiscard]] std::optional<toml::table> parse_toml(std::string_view text, Findings& findings);

class Page {
public:
    Page(const toml::table& table, std::string where, Findings& findings) : table_(table), where_(std::move(where)), findings_(findings) {}
    Page(const Page&) = delete;
    Page& operator=(const Page&) = delete;

    [[nodiscard]] const std::string& where() const { return where_; }
    [[nodiscard]] Findings& findings() const { return findings_; }
    [[nodiscard]] bool has(std::string_view key) const { return table_.contains(key); }
    [[nodiscard]] int line() const { return line_of(table_); }
    [[nodiscard]] int line(std::string_view key) const;

    // A key that must be there; a finding says so if it is not.
    std::string text(std::string_view key);
    community::Tlp label(std::string_view key);
    bool flag(std::string_view key);

    // A key that may be left out.
    std::optional<std::string> text_if(std::string_view key);
    std::optional<community::Tlp> label_if(std::string_view key);
    std::optional<bool> flag_if(std::string_view key);
    std::vector<std::string> words_if(std::string_view key);  // one text or an array of them
    std::optional<Date> date_if(std::string_view key);
    std::optional<Instant> instant_if(std::string_view key);
    const toml::table* table_if(std::string_view key);
    const toml::node* node(std::string_view key);

    // One of a few spellings; complains with all of them.
    template <class T>
    std::optional<T> choice_if(std::string_view key, std::optional<T> (*read)(std::string_view), std::string_view spellings) {
        const auto spelled = text_if(key);
        if (!spelled) return std::nullopt;
        auto value = read(*spelled);
        if (!value) complain(key, "'" + *spelled + "' is not one of its values", "write one of: " + std::string(spellings));
        return value;
    }

    // Every sub-table under `key`, whether `[key.x]` or `[[key]]`; `name` is "x" or empty.
    void each(std::string_view key, const std::function<void(std::string_view name, const toml::table&)>& read);

    void complain(std::string_view key, std::string_view what, std::string remedy);
    void close(std::string_view known);  // keys that were not read are unknown

private:
    const toml::table& table_;
    std::string where_;
    Findings& findings_;
    std::set<std::string, std::less<>> asked_;
};

}  // namespace caveat::policy
