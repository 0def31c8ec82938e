#pragma once
// Finds faults of an installation before they do harm. Reads everything and changes nothing; where the MTA in front is told ([doctor]
// front), sends a letter through it that the daemon notes in the journal, and waits for that up to 20 s.
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/storage/journal.hpp"
#include "config.hpp"

namespace caveat::server {

enum class Grade { good, warning, bad };
[[nodiscard]] std::string_view name(Grade grade);

struct Check {
    std::string check;
    Grade grade = Grade::good;
    std::string detail;
};

// Of entries that are dated more than ten minutes before the one in front of them, in words; empty: there are none. Reads the whole journal.
[[nodiscard]] std::string dated_back(storage::Journal& journal);

// Forms of letters that are not there, and what follows, a line each.
[[nodiscard]] std::vector<std::string> missing_forms(const Config& config);

[[nodiscard]] std::vector<Check> doctor(const std::filesystem::path& config_file);

}  // namespace caveat::server
