#pragma once
// What is wrong with a census, collected so that one run reports everything. Each line: which row, what is wrong, what to write instead.
#include <fmt/core.h>
#include <fmt/ranges.h>

#include <string>
#include <string_view>
#include <vector>

#include "caveat/result.hpp"

namespace caveat::registry {

// As much of the file's text as fits a line, with control characters made visible, so that a hostile name cannot forge output.
[[nodiscard]] std::string shown(std::string_view text);

class Problems {
public:
    // `kind` and `id` name the row; the server finds the line in the file by them.
    template <class... Args>
    void add(std::string_view kind, std::string_view id, fmt::format_string<Args...> text, Args&&... args) {
        note(kind, id, fmt::vformat(text, fmt::make_format_args(args...)));
    }

    [[nodiscard]] bool none() const { return count_ == 0; }
    [[nodiscard]] Error error() const;

private:
    // A file of 200,000 rows with one mistake in each must not produce 200,000 lines.
    static constexpr std::size_t most_lines = 200;
    void note(std::string_view kind, std::string_view id, std::string text);
    std::vector<std::string> lines_;
    std::size_t count_ = 0;
};

[[nodiscard]] inline std::string one_of(const std::vector<std::string>& words) { return fmt::format("{}", fmt::join(words, ", ")); }

}  // namespace caveat::registry
