#pragma once
// One SQLite connection of one thread, and its errors: a full disk, a busy file and failing I/O may pass (`Unavailable`), everything else
// does not (`Broken`).
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>
#include <SQLiteCpp/Savepoint.h>
#include <SQLiteCpp/Transaction.h>
#include <sqlite3.h>

#include <chrono>
#include <list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "bound.hpp"
#include "caveat/storage/store.hpp"
#include "migrations.hpp"
#include "sealed.hpp"

namespace caveat::storage {

struct SqlConnection {
    SqlConnection(const Options& options, const Schema& schema);
    SqlConnection(const SqlConnection&) = delete;
    SqlConnection& operator=(const SqlConnection&) = delete;

    void look_at_file();
    void keep_log(bool keeps);                           // a write-ahead log beside the file, or else all is in the one file
    void run(const char* sql);                           // once; its rows, if there are any, are left
    [[nodiscard]] std::int64_t number(const char* sql);  // the first column of the first row; 0 if there is none
    [[nodiscard]] bool in_transaction() const { return sqlite3_get_autocommit(db.getHandle()) == 0; }

    void begin_to_write();  // waits for other writers; throws Unavailable after Options::busy
    void commit();          // throws Displaced where that is so afterwards: nobody is told that it is done
    [[nodiscard]] Place place() const;

    // Of all connections to the file, as the index of its write-ahead log has it (iChange, https://www.sqlite.org/walformat.html): moves by
    // one with each. Fixed while the write lock is held. None: the file has no such log.
    [[nodiscard]] std::optional<std::uint32_t> commits_in_file();

    [[nodiscard]] bool has_room();  // more than Options::spare_disk is free; asks the system at most every 100 ms
    void empty_the_log();           // what `forgotten` asks for
    void spend_reserve();           // where nothing is free any more; `has_room` makes it again
    bool spends_reserve = false;    // before each act that may use the spare room

    Options options;
    Schema schema;
    SQLite::Database db;
    std::int64_t seen_elsewhere = 0;  // the last data_version told to the caller
    std::int64_t schema_cookie = 0;   // of the schema that was compared with this program's
    bool up_to_date = false;          // the file is at the schema of the program, so that writes to bound tables can be noted
    bool watched = false;             // and are
    bool vouched = false;             // the rows were as the journal has them, when this was looked at (standstill.hpp)
    bool forgotten = false;           // a body was forgotten; the write-ahead log may still hold it
    std::set<std::string> warned_of;  // rows whose seal did not hold: each is told once
    KnownSeals known_seals;
    bool queued_open = false;  // the open transaction put copies into the queue
    bool queued = false;       // a committed one did, and nobody has asked yet (Store::take_queued)

    // The commits that the snapshot of a reading has; none: there is no such snapshot, or they moved each time that one began.
    std::optional<std::uint32_t> viewed;

    // Signatures that counted (uses.hpp), by digest, with what for; none: they are not remembered here.
    struct Used {
        std::unordered_map<std::string, std::string> known;
        std::vector<std::string> fresh;  // of transactions that may still be taken back
        std::int64_t count = 0;          // of the known, and the sum of their keyed hashes
        Digest mark{};
        bool told = false;  // that a row is gone
    };
    std::optional<Used> used;

    struct Inner {
        explicit Inner(SqlConnection& connection);
        SQLite::Savepoint savepoint;
        Writings noted_before;
    };
    std::int64_t roll_backs = 0;              // of transactions, also inner ones
    Writings noted;                           // to bound tables, since the last entry of this transaction
    std::optional<SQLite::Transaction> open;  // for writing; rolled back when it goes, unless committed
    std::list<Inner> inner;                   // each inside the one before

private:
    static int wait(void* self, int tries);
    static int see_log(void* self, sqlite3* handle, const char* database, int pages);
    void write_back_the_log();
    void make_reserve(std::uintmax_t free);
    [[nodiscard]] int pages_written() const;

    std::optional<std::pair<std::uint64_t, std::uint64_t>> log_;  // device and inode of the write-ahead log that is open

    int log_pages_ = 0;                                  // of the write-ahead log with the last commit; 0: it wrote nothing
    const volatile std::uint32_t* log_index_ = nullptr;  // mapped by SQLite for as long as the connection is open

    std::chrono::steady_clock::time_point waiting_since_;
    std::chrono::steady_clock::time_point room_asked_;
    std::chrono::steady_clock::time_point emptied_;
    std::chrono::milliseconds patience_;
    bool enough_room_ = true;
};

[[noreturn]] void raise(const SQLite::Exception& trouble, std::string_view what);

// Where SQLiteCpp is called: its exceptions end there, as Unavailable, Full or Broken.
template <class Act>
auto told(std::string_view what, Act act) {
    try {
        return act();
    } catch (const SQLite::Exception& trouble) {
        raise(trouble, what);
    }
}

// One snapshot for several reads; inside a transaction there is one already.
class Snapshot {
public:
    explicit Snapshot(SqlConnection& connection);

private:
    std::optional<SQLite::Transaction> mine_;
};

}  // namespace caveat::storage
