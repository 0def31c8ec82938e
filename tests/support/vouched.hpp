#pragma once
// Every row that the journal vouches for, and what the journal says: what an act that was refused must not have changed. Which tables those
// are the file itself says; a table that gains its first row gains its name in `bound`.
#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <filesystem>
#include <string>
#include <vector>

namespace caveat::test {

// `but`: a table that the test itself writes meanwhile, left out with the acts of its name.
inline std::string vouched_rows(const std::filesystem::path& database, const std::string& but = "-") {
    SQLite::Database file(database.string(), SQLite::OPEN_READONLY);
    const auto texts = [&](const std::string& sql) {
        std::vector<std::string> all;
        SQLite::Statement rows(file, sql);
        while (rows.executeStep()) all.push_back(rows.getColumn(0).getString());
        return all;
    };
    std::string everything;
    for (const auto& table : texts("SELECT DISTINCT table_name FROM bound WHERE table_name <> '" + but + "' ORDER BY table_name")) {
        const auto row = texts("SELECT group_concat('quote(' || name || ')', '||'',''||') FROM pragma_table_info('" + table + "')").front();
        for (const auto& values : texts("SELECT " + row + " FROM " + table)) everything += table + ": " + values + '\n';
    }
    for (const auto& entry : texts("SELECT act || ' ' || subject || ' ' || actor || ' ' || detail FROM entry WHERE act NOT LIKE '" + but +
                                   ".%' ORDER BY number")) {
        everything += entry + '\n';
    }
    return everything;
}

}  // namespace caveat::test
