#include "openmetrics.hpp"

#include <fmt/format.h>

#include <cmath>

namespace caveat::http {

namespace {

// The canonical form of a bound: 0.005, 1.0.
std::string spelt(double bound) { return bound == std::floor(bound) ? fmt::format("{:.1f}", bound) : fmt::format("{}", bound); }

}  // namespace

void OpenMetrics::family(std::string_view name, Kind kind, std::string_view help, std::string_view unit) {
    constexpr std::string_view kinds[] = {"gauge", "counter", "histogram"};
    name_ = name;
    kind_ = kind;
    text_ += fmt::format("# TYPE {} {}\n", name, kinds[static_cast<std::size_t>(kind)]);
    if (!unit.empty()) text_ += fmt::format("# UNIT {} {}\n", name, unit);
    text_ += fmt::format("# HELP {} {}\n", name, help);
}

void OpenMetrics::line(std::string_view suffix, Labels labels, std::string_view bound, double value) {
    text_ += name_;
    text_ += suffix;
    std::string inside;
    for (const auto& [key, word] : labels) inside += fmt::format("{}{}=\"{}\"", inside.empty() ? "" : ",", key, word);
    if (!bound.empty()) inside += fmt::format("{}le=\"{}\"", inside.empty() ? "" : ",", bound);
    if (!inside.empty()) text_ += '{' + inside + '}';
    text_ += fmt::format(" {}\n", value);
}

void OpenMetrics::sample(Labels labels, double value) { line(kind_ == Kind::counter ? "_total" : "", labels, {}, value); }

void OpenMetrics::histogram(Labels labels, std::span<const double> bounds, std::span<const std::uint64_t> counts, double sum) {
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        below += counts[i];
        line("_bucket", labels, i < bounds.size() ? spelt(bounds[i]) : "+Inf", static_cast<double>(below));
    }
    line("_count", labels, {}, static_cast<double>(below));
    line("_sum", labels, {}, sum);
}

}  // namespace caveat::http
