#include "connection.hpp"

#include <SQLiteCpp/Exception.h>
#include <sys/statvfs.h>

#include <thread>

#include "statement.hpp"

namespace caveat::storage {
namespace {

using std::chrono::steady_clock;

// SQLiteCpp has an exception of its own, which must not leave this folder.
SQLite::Database opened(const Options& options) {
    try {
        return {options.path.string(), SQLite::OPEN_READWRITE};
    } catch (const SQLite::Exception& e) {
        raise(nullptr, e.getExtendedErrorCode() > 0 ? e.getExtendedErrorCode() : e.getErrorCode(), e.what());
    }
}

}  // namespace

void raise(sqlite3* db, int code, std::string_view what) {
    const auto text = fmt::format("{}: {}", what, db != nullptr ? sqlite3_errmsg(db) : sqlite3_errstr(code));
    switch (code & 0xff) {
        case SQLITE_FULL:
            throw Full(text);
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
        case SQLITE_IOERR:
        case SQLITE_NOMEM:
        case SQLITE_CANTOPEN:  // out of descriptors, or the folder is gone for a moment
        case SQLITE_INTERRUPT:
            throw Unavailable(text);
        default:
            throw Broken(text);
    }
}

SqlConnection::SqlConnection(const Options& given, const Schema& of_program)
    : options(given), schema(of_program), db(opened(given)), patience_(given.busy) {
    sqlite3_extended_result_codes(handle(), 1);
    sqlite3_busy_handler(handle(), &SqlConnection::wait, this);
    // secure_delete: what is deleted is overwritten. temp_store: sorting must not spill names and addresses to /tmp.
    // wal_autocheckpoint: 16 MiB of log; a checkpoint costs two syncs, and the courier commits many times a second.
    for (const auto* sql : {"PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON", "PRAGMA secure_delete=ON", "PRAGMA temp_store=MEMORY",
                            "PRAGMA cache_size=-8192", "PRAGMA wal_autocheckpoint=4000", "PRAGMA journal_size_limit=33554432",
                            "PRAGMA trusted_schema=OFF", "PRAGMA cell_size_check=ON"}) {
        run(sql);
    }
    know_rows(*this);
}

// SQLite's own back-off sleeps up to 100 ms and so loses every race against a thread that commits often. Short sleeps of uneven length get
// their turn.
int SqlConnection::wait(void* self, int tries) {
    auto& connection = *static_cast<SqlConnection*>(self);
    const auto now = steady_clock::now();
    if (tries == 0) connection.waiting_since_ = now;
    if (now - connection.waiting_since_ >= connection.patience_) return 0;
    std::this_thread::sleep_for(std::chrono::microseconds(200 + (tries * 37) % 300));
    return 1;
}

void SqlConnection::run(const char* sql) {
    const int code = sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) raise(handle(), code, std::string_view(sql).substr(0, 80));
}

int SqlConnection::step(Prepared& statement, const char* sql) {
    if (!statement) {
        sqlite3_stmt* made = nullptr;
        if (const int code = sqlite3_prepare_v3(handle(), sql, -1, SQLITE_PREPARE_PERSISTENT, &made, nullptr); code != SQLITE_OK)
            return code;
        statement.reset(made);
    }
    sqlite3_step(statement.get());
    return sqlite3_reset(statement.get());
}

std::int64_t SqlConnection::number(const char* sql) {
    Statement statement(*this, sql);
    auto rows = statement.select();
    return rows.next() ? rows.number(0) : 0;
}

void SqlConnection::check_room() {
    const auto now = steady_clock::now();
    if (now - room_asked_ >= std::chrono::milliseconds(100)) {
        struct statvfs disk {};
        if (::statvfs(options.path.c_str(), &disk) != 0) throw Unavailable("cannot ask how full the disk is");
        enough_room_ = static_cast<std::uintmax_t>(disk.f_bavail) * disk.f_frsize >= options.spare_disk;
        room_asked_ = now;
    }
    if (!enough_room_) throw Full("disk almost full");
}

// The overwritten pages reach the database file only with a checkpoint, and the old ones stay in the log until it is truncated. This does
// not wait: if another connection is reading, the next commit tries again. At most once a second, because it costs syncs.
void SqlConnection::empty_the_log() {
    const auto now = steady_clock::now();
    if (now - emptied_ < std::chrono::seconds(1)) return;
    emptied_ = now;
    patience_ = std::chrono::milliseconds(0);
    const int code = sqlite3_wal_checkpoint_v2(handle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
    patience_ = options.busy;
    if (code == SQLITE_OK) forgotten = false;
}

Snapshot::Snapshot(SqlConnection& connection) : connection_(connection), mine_(!connection.in_transaction()) {
    constexpr const char* begin = "BEGIN";
    if (!mine_) return;
    if (const int code = connection_.step(connection_.begin_, begin); code != SQLITE_OK) raise(connection_.handle(), code, begin);
}

Snapshot::~Snapshot() {
    if (mine_) connection_.step(connection_.rollback_, "ROLLBACK");
}

}  // namespace caveat::storage
