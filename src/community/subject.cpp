#include "caveat/community/subject.hpp"

#include <fmt/format.h>

namespace caveat::community {
namespace {

std::string day_or_instant(Instant t) { return start_of(date_of(t)) == t ? to_string(date_of(t)) : to_string(t); }

}  // namespace

std::string subject_of(const Subscription& subscription) { return fmt::format("{} {}", subscription.list, subscription.person); }

std::string subject_of(const Term& term) {
    const auto list = term.list.empty() ? std::string{} : term.list.value + " ";
    return fmt::format("{} {}{} {}", term.role, list, term.person, day_or_instant(term.during.from));
}

std::string subject_of(const Denial& denial) {
    return fmt::format("{} {} {}", denial.whom, denial.resource, day_or_instant(denial.during.from));
}

std::optional<Former> former(std::string_view subject) {
    const auto blank = subject.find(' ');
    if (blank == std::string_view::npos || subject.find(' ', blank + 1) != std::string_view::npos) return std::nullopt;
    return Former{"subscription.remove", subject.substr(0, blank), subject.substr(blank + 1)};
}

}  // namespace caveat::community
