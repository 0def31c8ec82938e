#pragma once
// Finds faults of an installation before they do harm. Reads everything, changes nothing.
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace caveat::server {

enum class Grade { good, warning, bad };
[[nodiscard]] std::string_view name(Grade grade);

struct Check {
    std::string check;
    Grade grade = Grade::good;
    std::string detail;
};

[[nodiscard]] std::vector<Check> doctor(const std::filesystem::path& config_file);

}  // namespace caveat::server
