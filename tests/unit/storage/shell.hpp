#pragma once
// What an editor of the file does behind the program's back, and what the journal finds of it.
#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Statement.h>
#include <sqlite3.h>

#include <string>
#include <vector>

#include "scratch_store.hpp"

namespace caveat::storage::test {

// A SQLite shell without foreign keys and triggers, as one has it who edits the file and leaves no other trace.
class Shell {
public:
    explicit Shell(const Scratch& scratch) : db_(scratch.options.path.string(), SQLite::OPEN_READWRITE) {
        db_.exec("PRAGMA foreign_keys = OFF");
        REQUIRE(sqlite3_db_config(db_.getHandle(), SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr) == SQLITE_OK);
    }

    [[nodiscard]] std::vector<std::string> texts(const std::string& sql) {
        std::vector<std::string> all;
        SQLite::Statement rows(db_, sql);
        while (rows.executeStep()) all.push_back(rows.getColumn(0).getString());
        return all;
    }
    void edit(const std::string& sql) {
        CAPTURE(sql);
        REQUIRE(db_.exec(sql) > 0);
    }

private:
    SQLite::Database db_;
};

// What does not hold; nothing if all does.
inline std::string found(Journal& journal) {
    const auto verified = journal.verify();
    if (verified) return "";
    CHECK(verified.error().code == errc::corrupt);
    return verified.error().detail;
}
inline std::string found(Store& store) { return found(store.journal()); }

}  // namespace caveat::storage::test
