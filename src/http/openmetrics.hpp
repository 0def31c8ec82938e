#pragma once
// Numbers as OpenMetrics text (version 1.0): one family at a time, its samples together, `# EOF` at the end. Labels are words of ours, so
// nothing in them needs escaping. Names are what deploy/grafana/caveat.json asks for; they never change their meaning.
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace caveat::http {

class OpenMetrics {
public:
    using Labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;
    enum class Kind : std::uint8_t { gauge, counter, histogram };

    // Begins a family; of seconds or bytes its unit, which its name ends in.
    void family(std::string_view name, Kind kind, std::string_view help, std::string_view unit = {});
    void sample(Labels labels, double value);  // of a gauge or a counter
    // `counts`: of each bucket alone, the last one without a bound.
    void histogram(Labels labels, std::span<const double> bounds, std::span<const std::uint64_t> counts, double sum);

    [[nodiscard]] std::string text() const { return text_ + "# EOF\n"; }

private:
    void line(std::string_view suffix, Labels labels, std::string_view bound, double value);

    std::string text_;
    std::string name_;
    Kind kind_{};
};

}  // namespace caveat::http
