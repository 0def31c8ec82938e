#pragma once
// Fields of a line of text separated by tabs, in which acts and numbers are stored. A reader fails at the first field that is missing or
// cannot be read as asked, and stays failed; the caller asks once, at the end.
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/clock.hpp"

namespace caveat::committee {

class Writer {
public:
    Writer& add(std::string_view field);
    Writer& add(std::integral auto number) { return add(std::string_view(std::to_string(+number))); }
    Writer& add(Instant at) { return add(at.time_since_epoch().count()); }
    Writer& add(const std::optional<Instant>& at) { return at ? add(*at) : add(std::string_view{}); }
    [[nodiscard]] std::string take() { return std::move(text_); }

private:
    std::string text_;
    bool first_ = true;
};

class Reader {
public:
    explicit Reader(std::string_view text);

    [[nodiscard]] std::string text();
    [[nodiscard]] std::int64_t number();
    [[nodiscard]] int small();
    [[nodiscard]] bool flag() { return number() != 0; }
    [[nodiscard]] Instant at() { return Instant{std::chrono::microseconds{number()}}; }
    [[nodiscard]] std::optional<Instant> maybe_at();
    // A field that is one of an enumeration's words.
    template <class From>
    [[nodiscard]] auto word(From from) {
        const auto value = from(text());
        if (!value) good_ = false;
        return value.value_or(typename decltype(value)::value_type{});
    }
    [[nodiscard]] bool good() const { return good_; }
    [[nodiscard]] bool at_end() const { return next_ == fields_.size(); }

private:
    std::vector<std::string> fields_;
    std::size_t next_ = 0;
    bool good_ = true;
};

}  // namespace caveat::committee
