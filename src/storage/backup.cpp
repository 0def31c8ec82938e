#include "caveat/storage/backup.hpp"

#include <SQLiteCpp/Backup.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "caveat/storage/damage.hpp"
#include "caveat/system_error.hpp"
#include "connection.hpp"
#include "private_file.hpp"
#include "statement.hpp"
#include "upgrade.hpp"

namespace caveat::storage {
namespace {

constexpr std::int64_t application_id_of_backup = 0x6361766b;  // "cavk"
constexpr int pages_a_step = 2048;
constexpr const char* table_of_parts =
    "CREATE TABLE backup_part (name TEXT PRIMARY KEY, key BLOB NOT NULL, bytes BLOB NOT NULL) STRICT, WITHOUT ROWID";

void sync(const std::filesystem::path& path, int how) {
    const int fd = ::open(path.c_str(), how | O_CLOEXEC);
    const bool done = fd >= 0 && ::fsync(fd) == 0;
    if (fd >= 0) ::close(fd);
    if (!done) throw Unavailable(fmt::format("cannot sync {}", path.string()));
}

Journal::Head head_of(SqlConnection& connection) {
    Statement statement(connection, "SELECT number, hash FROM head");
    auto rows = statement.select();
    Journal::Head head;
    const auto hash = rows.next() ? rows.text(1) : std::string();
    if (hash.size() != head.hash.size()) throw Broken("the head of the journal is missing");
    std::copy(hash.begin(), hash.end(), head.hash.begin());
    head.number = rows.number(0);
    return head;
}

}  // namespace

Result<void> make_private_file(const std::filesystem::path& path) {
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0 && errno == EEXIST) return fail(errc::conflict, "{} exists", path.string());
    if (fd < 0) return fail(errc_of(errno), "cannot create {}: {}", path.string(), std::strerror(errno));
    const bool done = ::fchmod(fd, 0600) == 0;
    ::close(fd);
    if (!done) throw Broken(fmt::format("cannot set the mode of {}", path.string()));
    return {};
}

void sync_file(const std::filesystem::path& file) { sync(file, O_RDONLY); }

void sync_folder_of(const std::filesystem::path& file) {
    sync(file.has_parent_path() ? file.parent_path() : std::filesystem::path("."), O_RDONLY | O_DIRECTORY);
}

Result<void> copy_database(Store& from, const std::filesystem::path& to, const std::function<void(int left, int of)>& progress) {
    if (auto made = make_private_file(to); !made) return made;
    auto& source = from.connection();
    auto options = source.options;
    options.path = to;
    SqlConnection copy(options, source.schema);
    // One view from the first page to the last: what others commit meanwhile does not make it begin again.
    const Snapshot snapshot(source);
    source.run("SELECT 1 FROM sqlite_schema LIMIT 1");
    told("copying the database", [&] {
        SQLite::Backup backup(copy.db, source.db);
        for (int code = SQLITE_OK; code != SQLITE_DONE;) {
            code = backup.executeStep(pages_a_step);
            if (code == SQLITE_BUSY || code == SQLITE_LOCKED) throw Unavailable("the copy of the database is locked by somebody else");
            if (progress) progress(backup.getRemainingPageCount(), backup.getTotalPageCount());
        }
    });
    return {};
}

void put_parts(const Options& copy, const std::vector<BackupPart>& parts) {
    {
        SqlConnection connection(copy, schema_of_this_program());
        connection.keep_log(false);  // one file
        connection.begin_to_write();
        connection.run(table_of_parts);
        Statement put(connection, "INSERT INTO backup_part (name, key, bytes) VALUES (?1, ?2, ?3)");
        for (const auto& part : parts) put.run(part.name, Blob{part.sealed.key}, Blob{part.sealed.bytes});
        connection.run(fmt::format("PRAGMA application_id={}", application_id_of_backup).c_str());
        connection.commit();
    }
    sync_file(copy.path);
}

Result<BackupParts> take_parts(const Options& backup) {
    const auto none = [&] {
        return fail(errc::invalid, "{} is no backup: name a file that `caveat backup` wrote", backup.path.string());
    };
    try {
        SqlConnection connection(backup, schema_of_this_program());
        if (connection.number("PRAGMA application_id") != application_id_of_backup) return none();
        // Before anything is done with it. That of a newer program is refused when it is opened.
        if (const auto version = schema_of_file(connection); version <= connection.schema.steps.size()) {
            const auto part = foreign_part_of_schema(connection, version, table_of_parts);
            if (!part.empty()) return fail(errc::corrupt, "{}: {}", backup.path.string(), foreign_part_in_words(part));
        }
        BackupParts all;
        {
            Statement statement(connection, "SELECT name, key, bytes FROM backup_part ORDER BY name");
            for (auto rows = statement.select(); rows.next();) all.parts.push_back({rows.text(0), {rows.text(1), rows.text(2)}});
        }
        all.head = head_of(connection);
        connection.begin_to_write();
        connection.run("DROP TABLE backup_part");
        connection.run(fmt::format("PRAGMA application_id={}", application_id).c_str());
        connection.commit();
        connection.keep_log(true);
        return all;
    } catch (const Damaged& trouble) {
        return fail(errc::corrupt, "{} cannot be read: {}", backup.path.string(), trouble.what());
    } catch (const Broken& trouble) {
        return fail(errc::corrupt, "{} is not as it was written: {}", backup.path.string(), trouble.what());
    }
}

Result<void> close_for_good(const Options& database) try {
    auto options = database;
    options.busy = std::chrono::milliseconds{0};
    SqlConnection connection(options, schema_of_this_program());
    connection.keep_log(false);  // for which it must be alone, and which ends the log
    connection.keep_log(true);
    return {};
} catch (const Unavailable& trouble) {
    return fail(errc::temporary, "somebody works with {}: {}", database.path.string(), trouble.what());
} catch (const Broken&) {
    return {};
}

}  // namespace caveat::storage
