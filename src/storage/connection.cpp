#include "connection.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "caveat/storage/damage.hpp"
#include "caveat/storage/standstill.hpp"
#include "statement.hpp"

namespace caveat::storage {
namespace {

using std::chrono::steady_clock;

std::atomic<bool> met_damage{false};

// Nobody asks how much memory SQLite has: without the count, and its lock, a copy costs some percent less. The locks of a connection cost
// as much, and it has one thread (store.hpp).
SQLite::Database opened(const Options& options) {
    [[maybe_unused]] static const int uncounted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    return told("cannot open " + options.path.string(),
                [&] { return SQLite::Database(options.path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX); });
}

}  // namespace

bool damage_was_met() noexcept { return met_damage; }

std::string in_words(Place place) {
    switch (place) {
        case Place::other_file:
            return "the file of the database was replaced or taken away while it is open: what is written to it is lost";
        case Place::other_log:
            return "the write-ahead log of the database was replaced or taken away while it is open";
        case Place::same:
            break;
    }
    return {};
}

void raise(const SQLite::Exception& trouble, std::string_view what) {
    const auto text = fmt::format("{}: {}", what.substr(0, 80), trouble.what());
    switch (trouble.getErrorCode() & 0xff) {
        case SQLITE_FULL:
            throw Full(text);
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            met_damage = true;
            throw Damaged(text);
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
        case SQLITE_IOERR:
        case SQLITE_NOMEM:
        case SQLITE_CANTOPEN:  // out of descriptors, or the folder is gone for a moment
        case SQLITE_INTERRUPT:
            throw Unavailable(text);
        case SQLITE_CONSTRAINT:
            throw Clash(text);
        default:
            throw Broken(text);
    }
}

namespace {

// A file that takes up room beside the database, so that there is some for what must not wait (Disk::spare) on a disk that others filled
// to the last byte.
constexpr std::uintmax_t whole_reserve = 16U << 20;
constexpr std::uintmax_t spent_below = 4U << 20;  // bytes free

std::string reserve_of(const Options& options) { return options.path.string() + "-reserve"; }

std::optional<std::pair<std::uint64_t, std::uint64_t>> identity_of(const char* file) {
    struct stat facts {};
    if (file == nullptr || ::stat(file, &facts) != 0) return std::nullopt;
    return std::pair<std::uint64_t, std::uint64_t>{facts.st_dev, facts.st_ino};
}

const char* log_of(sqlite3* handle) { return sqlite3_filename_wal(sqlite3_db_filename(handle, "main")); }

// None: it cannot be asked, or there is no file.
std::optional<std::uintmax_t> free_beside(const Options& options) {
    struct statvfs disk {};
    if (::statvfs(options.path.c_str(), &disk) != 0) return std::nullopt;
    return static_cast<std::uintmax_t>(disk.f_bavail) * disk.f_frsize;
}

}  // namespace

SqlConnection::SqlConnection(const Options& given, const Schema& of_program)
    : options(given), schema(of_program), db(opened(given)), patience_(given.busy) {
    sqlite3_busy_handler(db.getHandle(), &SqlConnection::wait, this);
    // secure_delete: what is deleted is overwritten. temp_store: sorting must not spill names and addresses to /tmp.
    for (const auto* sql :
         {"PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON", "PRAGMA secure_delete=ON", "PRAGMA temp_store=MEMORY",
          "PRAGMA cache_size=-8192", "PRAGMA journal_size_limit=33554432", "PRAGMA trusted_schema=OFF", "PRAGMA cell_size_check=ON"}) {
        run(sql);
    }
    sqlite3_wal_hook(db.getHandle(), &SqlConnection::see_log, this);
    know_rows(*this);
    know_seals(*this);
    look_at_file();
    log_ = identity_of(log_of(db.getHandle()));
}

// The first read may want room for the index of the log; where another process has the file open, it is there.
void SqlConnection::look_at_file() {
    try {
        run("SELECT 1 FROM sqlite_schema LIMIT 1");
    } catch (const Unavailable&) {
        spend_reserve();
        run("SELECT 1 FROM sqlite_schema LIMIT 1");
    }
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

// SQLite knows it of the file itself. The log is there for as long as a connection is open, and nobody else makes it anew.
Place SqlConnection::place() const {
    int moved = 0;
    auto* handle = db.getHandle();
    if (sqlite3_file_control(handle, "main", SQLITE_FCNTL_HAS_MOVED, &moved) == SQLITE_OK && moved != 0) return Place::other_file;
    return log_ && identity_of(log_of(handle)) != log_ ? Place::other_log : Place::same;
}

void SqlConnection::keep_log(bool keeps) {
    run(keeps ? "PRAGMA journal_mode=WAL" : "PRAGMA journal_mode=DELETE");
    look_at_file();
    log_ = identity_of(log_of(db.getHandle()));
}

void SqlConnection::run(const char* sql) {
    told(sql, [&] { db.exec(sql); });
}

std::int64_t SqlConnection::number(const char* sql) {
    Statement statement(*this, sql);
    auto rows = statement.select();
    return rows.next() ? rows.number(0) : 0;
}

bool SqlConnection::has_room() {
    const auto now = steady_clock::now();
    if (now - room_asked_ >= std::chrono::milliseconds(100)) {
        const auto free = free_beside(options);
        if (!free) throw Unavailable("cannot ask how full the disk is");
        enough_room_ = *free >= options.spare_disk;
        room_asked_ = now;
        make_reserve(*free);
    }
    return enough_room_;
}

// Where it leaves as much again beyond the spare room, and never more than a quarter of that.
void SqlConnection::make_reserve(std::uintmax_t free) {
    const auto size = std::min(whole_reserve, options.spare_disk / 4);
    if (size == 0 || free < options.spare_disk + 2 * size) return;
    const int fd = ::open(reserve_of(options).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) return;  // it is there
    if (::posix_fallocate(fd, 0, static_cast<off_t>(size)) != 0) ::unlink(reserve_of(options).c_str());
    ::close(fd);
}

void SqlConnection::spend_reserve() {
    const auto free = free_beside(options);
    if (free && *free < spent_below) ::unlink(reserve_of(options).c_str());
}

// The overwritten pages reach the database file only with a checkpoint, and the old ones stay in the log until it is truncated. This does
// not wait: if another connection is reading, the next commit tries again. At most once a second, because it costs syncs.
void SqlConnection::empty_the_log() {
    const auto now = steady_clock::now();
    if (now - emptied_ < std::chrono::seconds(1)) return;
    emptied_ = now;
    patience_ = std::chrono::milliseconds(0);
    const int code = sqlite3_wal_checkpoint_v2(db.getHandle(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
    patience_ = options.busy;
    if (code == SQLITE_OK) forgotten = false;
}

int SqlConnection::see_log(void* self, sqlite3* /*handle*/, const char* /*database*/, int pages) {
    static_cast<SqlConnection*>(self)->log_pages_ = pages;
    return SQLITE_OK;
}

// SQLite's own would do so within the COMMIT, and who waits to know whose commit that was (KnownCommits) would wait for the syncs as well.
// What it cannot do now, because somebody reads or another connection is at it, the next commit does.
void SqlConnection::write_back_the_log() {
    constexpr int enough = 4000;  // 16 MiB; it costs two syncs, and the courier commits many times a second
    if (std::exchange(log_pages_, 0) < enough) return;
    sqlite3_wal_checkpoint_v2(db.getHandle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
}

void SqlConnection::begin_to_write() {
    told("BEGIN IMMEDIATE", [&] { open.emplace(db, SQLite::TransactionBehavior::IMMEDIATE); });
    noted.clear();
    queued_open = false;
}

void SqlConnection::commit() {
    const auto commit_it = [&] { told("COMMIT", [&] { open->commit(); }); };
    if (const auto& standstill = options.standstill; standstill && standstill->is_looked_after()) {
        standstill->commits().follow(commits_in_file(), [&] {
            const auto before = pages_written();
            commit_it();
            return pages_written() != before;
        });
    } else {
        commit_it();
    }
    open.reset();
    if (const auto now = place(); now != Place::same) throw Displaced(in_words(now));
    queued = queued || queued_open;
    write_back_the_log();
}

int SqlConnection::pages_written() const {
    int now = 0, highest = 0;
    sqlite3_db_status(db.getHandle(), SQLITE_DBSTATUS_CACHE_WRITE, &now, &highest, 0);
    return now;
}

namespace {

constexpr std::uint32_t log_index_version = 3007000;
constexpr int log_index_part = 32768;  // bytes
constexpr std::size_t place_of_version = 0, place_of_commits = 2;

// The first part of the index. SQLite has mapped it: its file must not be opened here, since closing it would end SQLite's locks.
const volatile std::uint32_t* log_index_of(SqlConnection& connection) {
    auto* handle = connection.db.getHandle();
    sqlite3_file* file = nullptr;
    {
        Statement mode(connection, "PRAGMA journal_mode");
        auto rows = mode.select();
        if (!rows.next() || rows.text(0) != "wal") return nullptr;
    }
    if (sqlite3_file_control(handle, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK || file == nullptr) return nullptr;
    if (file->pMethods == nullptr || file->pMethods->iVersion < 2) return nullptr;
    volatile void* part = nullptr;
    if (file->pMethods->xShmMap(file, 0, log_index_part, 0, &part) != SQLITE_OK) return nullptr;
    return static_cast<const volatile std::uint32_t*>(part);
}

// SQLite itself reads it without a lock, too.
[[gnu::no_sanitize("thread")]] std::uint32_t word_at(const volatile std::uint32_t* word) { return *word; }

}  // namespace

std::optional<std::uint32_t> SqlConnection::commits_in_file() {
    if (log_index_ == nullptr) log_index_ = log_index_of(*this);
    if (log_index_ == nullptr || word_at(log_index_ + place_of_version) != log_index_version) return std::nullopt;
    return word_at(log_index_ + place_of_commits);
}

// One name a depth: SQLiteCpp leaves a savepoint that was rolled back on SQLite's stack.
SqlConnection::Inner::Inner(SqlConnection& connection)
    : savepoint(connection.db, fmt::format("inner {}", connection.inner.size())), noted_before(connection.noted) {}

Snapshot::Snapshot(SqlConnection& connection) {
    if (!connection.in_transaction()) told("BEGIN", [&] { mine_.emplace(connection.db); });
}

}  // namespace caveat::storage
