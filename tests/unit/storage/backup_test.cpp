// A copy of one moment, what makes it a backup, and the way back.
#include "caveat/storage/backup.hpp"

#include <sys/stat.h>

#include <fstream>
#include <sstream>

#include "scratch_store.hpp"

namespace caveat::storage::test {
namespace {

void note(Store& store, std::string_view subject) {
    Store::Transaction transaction(store);
    store.journal().append(noon, "system", "clock.set", subject, "{}");
    transaction.commit();
}

Options beside(const Scratch& scratch, const std::string& name) {
    auto options = scratch.options;
    options.path = scratch.folder / name;
    return options;
}

}  // namespace

TEST_CASE("a backup is the database of one moment, whoever writes meanwhile", "[O3]") {
    const Scratch scratch;
    auto store = scratch.make();
    commit(store, [&] {
        for (int i = 0; i < 3000; ++i) store.journal().append(noon, "system", "test.act", std::string(5000, 'x'), "{}");
    });
    const auto then = store.journal().head();
    auto other = scratch.open();
    const auto copy = beside(scratch, "copy");
    int steps = 0;
    REQUIRE(copy_database(store, copy.path, [&](int, int) {
        if (++steps == 1) note(other, "written meanwhile");
    }));
    CHECK(steps > 1);
    CHECK(other.journal().head().number == then.number + 1);
    struct stat facts {};
    REQUIRE(::stat(copy.path.c_str(), &facts) == 0);
    CHECK((facts.st_mode & 0777) == 0600);
    {
        auto copied = Store::open(copy);
        REQUIRE(copied);
        CHECK(copied->check());
        const auto head = copied->journal().verify(then);
        REQUIRE(head);
        CHECK(head->number == then.number);
    }
    CHECK(copy_database(store, copy.path).error().code == errc::conflict);
}

TEST_CASE("the file of a backup is no database until its parts are taken", "[O3][K7]") {
    const Scratch scratch;
    auto store = scratch.make();
    note(store, "one");
    const auto backup = beside(scratch, "backup");
    REQUIRE(copy_database(store, backup.path));
    put_parts(backup, {{"a", {"key of a", "bytes of a"}}, {"facts", {"key", std::string("with \0 in it", 12)}}});
    for (const auto* tail : {"-wal", "-shm", "-journal"}) CHECK_FALSE(std::filesystem::exists(backup.path.string() + tail));

    CHECK(Store::open(backup).error().code == errc::corrupt);
    const auto taken = take_parts(backup);
    REQUIRE(taken);
    CHECK(taken->head.number == store.journal().head().number);
    CHECK(taken->head.hash == store.journal().head().hash);
    REQUIRE(taken->parts.size() == 2);
    CHECK(taken->parts[0].name == "a");
    CHECK(taken->parts[0].sealed == Sealed{"key of a", "bytes of a"});
    CHECK(taken->parts[1].sealed.bytes == std::string("with \0 in it", 12));
    {
        auto again = Store::open(backup);
        REQUIRE(again);
        CHECK(again->journal().verify(taken->head));
    }
    std::ostringstream bytes;
    bytes << std::ifstream(backup.path, std::ios::binary).rdbuf();
    CHECK(bytes.str().find("bytes of a") == std::string::npos);
    CHECK(take_parts(backup).error().code == errc::invalid);
}

TEST_CASE("a backup with a part that this program did not make is refused before anything is done with it", "[O3][J1]") {
    const Scratch scratch;
    auto store = scratch.make();
    const auto backup = beside(scratch, "backup");
    REQUIRE(copy_database(store, backup.path));
    put_parts(backup, {{"a", {"key of a", "bytes of a"}}});
    const std::string name = GENERATE("more", "sqlite_more");
    SQLite::Database(backup.path.string(), SQLite::OPEN_READWRITE)
        .exec("PRAGMA writable_schema = ON; INSERT INTO sqlite_schema VALUES ('trigger', '" + name + "', 'post', 0, 'CREATE TRIGGER " +
              name + " AFTER UPDATE ON post BEGIN DELETE FROM hold; END')");
    const auto taken = take_parts(backup);
    REQUIRE_FALSE(taken);
    CHECK(taken.error().code == errc::corrupt);
    CHECK_THAT(taken.error().detail, Catch::Contains("trigger " + name));
}

TEST_CASE("what is no backup is refused, and stays as it is", "[O3]") {
    const Scratch scratch;
    auto store = scratch.make();
    CHECK(take_parts(scratch.options).error().code == errc::invalid);
    CHECK(store.journal().verify());
    const auto text = beside(scratch, "text");
    std::ofstream(text.path) << std::string(5000, 'x');
    CHECK(take_parts(text).error().code == errc::corrupt);
    const auto backup = beside(scratch, "backup");
    REQUIRE(copy_database(store, backup.path));
    put_parts(backup, {});
    std::filesystem::resize_file(backup.path, std::filesystem::file_size(backup.path) / 2);
    CHECK(take_parts(backup).error().code == errc::corrupt);
}

TEST_CASE("a database gets another name only when nobody works with it", "[O3]") {
    const Scratch scratch;
    {
        auto store = scratch.make();
        note(store, "one");
        CHECK(close_for_good(scratch.options).error().code == errc::temporary);
    }
    CHECK(close_for_good(scratch.options));
    CHECK_FALSE(std::filesystem::exists(scratch.options.path.string() + "-wal"));
    // Refused or not, whoever opens it next finds it as it was.
    auto store = scratch.open();
    note(store, "two");
    CHECK(std::filesystem::exists(scratch.options.path.string() + "-wal"));
}

}  // namespace caveat::storage::test
