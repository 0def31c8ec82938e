#pragma once
// One SQLite connection of one thread, and its errors: a full disk, a busy file and failing I/O may pass (`Unavailable`), everything else
// does not (`Broken`).
#include <SQLiteCpp/Database.h>
#include <sqlite3.h>

#include <chrono>
#include <memory>
#include <string_view>
#include <vector>

#include "bound.hpp"
#include "caveat/storage/store.hpp"
#include "migrations.hpp"

namespace caveat::storage {

struct SqlConnection {
    SqlConnection(const Options& options, const Schema& schema);
    SqlConnection(const SqlConnection&) = delete;
    SqlConnection& operator=(const SqlConnection&) = delete;

    void run(const char* sql);  // once, without rows
    [[nodiscard]] std::int64_t number(const char* sql);
    [[nodiscard]] bool in_transaction() const { return sqlite3_get_autocommit(db.getHandle()) == 0; }
    [[nodiscard]] sqlite3* handle() const { return db.getHandle(); }

    void check_room();     // throws Unavailable if the disk is almost full; asks the system at most every 100 ms
    void empty_the_log();  // what `forgotten` asks for

    Options options;
    Schema schema;
    SQLite::Database db;
    std::int64_t seen_elsewhere = 0;     // the last data_version told to the caller
    int transactions = 0;                // open ones; those after the first are savepoints
    bool watched = false;                // writes to bound tables are noted: the file is at the schema of the program
    Writings noted;                      // to bound tables, since the last entry of this transaction
    std::vector<Writings> noted_before;  // what was noted when each of the savepoints was set
    bool forgotten = false;              // a body was forgotten; the write-ahead log may still hold it

private:
    static int wait(void* self, int tries);

    std::chrono::steady_clock::time_point waiting_since_;
    std::chrono::steady_clock::time_point room_asked_;
    std::chrono::steady_clock::time_point emptied_;
    std::chrono::milliseconds patience_;
    bool enough_room_ = true;

    // Prepared once: every read of a door is between these two.
    friend class Snapshot;
    struct Finalize {
        void operator()(sqlite3_stmt* s) const { sqlite3_finalize(s); }
    };
    using Prepared = std::unique_ptr<sqlite3_stmt, Finalize>;
    int step(Prepared& statement, const char* sql);
    Prepared begin_, rollback_;
};

[[noreturn]] void raise(sqlite3* db, int code, std::string_view what);

// One snapshot for several reads; inside a transaction there is one already.
class Snapshot {
public:
    explicit Snapshot(SqlConnection& connection);
    ~Snapshot();
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;

private:
    SqlConnection& connection_;
    bool mine_;
};

}  // namespace caveat::storage
