#include "caveat/storage/store.hpp"

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Statement.h>
#include <sys/stat.h>

#include <atomic>
#include <thread>

#include "connection.hpp"
#include "scratch_store.hpp"

using namespace caveat;
using namespace caveat::storage;
using namespace caveat::storage::test;

namespace {

int mode_of(const std::filesystem::path& file) {
    struct stat facts {};
    if (::stat(file.c_str(), &facts) != 0) return -1;
    return static_cast<int>(facts.st_mode & 07777);
}

}  // namespace

TEST_CASE("the database and what belongs to it is private", "[K13]") {
    const Scratch scratch;
    const auto old_mask = ::umask(0);
    auto store = scratch.make();
    populate(store, 1);
    ::umask(old_mask);
    for (const auto* tail : {"", "-wal", "-shm"}) CHECK(mode_of(scratch.options.path.string() + tail) == 0600);
    CHECK(store.check());
}

TEST_CASE("an existing file is never overwritten, a missing one not made by opening") {
    const Scratch scratch;
    CHECK(Store::open(scratch.options).error().code == errc::not_found);
    CHECK_FALSE(std::filesystem::exists(scratch.options.path));
    REQUIRE(Store::create(scratch.options));
    const auto again = Store::create(scratch.options);
    REQUIRE_FALSE(again);
    CHECK(again.error().code == errc::conflict);
    CHECK(Store::open(scratch.options));
    auto elsewhere = scratch.options;
    elsewhere.path = scratch.folder / "missing" / "x.db";
    CHECK(Store::create(elsewhere).error().code == errc::invalid);
}

TEST_CASE("what is not a database of ours is refused and left as it is") {
    const Scratch scratch;
    const auto contents = GENERATE(std::string{}, std::string("hello"), std::string(8192, 'x'),
                                   std::string("SQLite format 3\0", 16) + std::string(4080, 'x'));
    std::ofstream(scratch.options.path, std::ios::binary) << contents;
    const auto opened = Store::open(scratch.options);
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == errc::corrupt);
    CHECK(scratch.all_bytes() == contents);
}

TEST_CASE("another program's database is refused") {
    const Scratch scratch;
    SQLite::Database(scratch.options.path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec("CREATE TABLE post (x)");
    CHECK(Store::open(scratch.options).error().code == errc::corrupt);
}

TEST_CASE("a newer schema is refused", "[O2]") {
    const Scratch scratch;
    REQUIRE(Store::create(scratch.options));
    scratch.tamper("PRAGMA user_version = 1000");
    const auto opened = Store::open(scratch.options);
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == errc::conflict);
    CHECK_THAT(opened.error().detail, Catch::Contains("newer"));
}

TEST_CASE("what was put into the schema, changed in it or taken out of it is named before anything is done", "[J1]") {
    struct Edit {
        const char *sql, *names;
    };
    const auto [sql, names] = GENERATE(values<Edit>({
        {"CREATE TRIGGER more AFTER INSERT ON post BEGIN DELETE FROM hold; END", "trigger more"},
        {"CREATE VIEW mine AS SELECT * FROM person", "view mine"},
        {"CREATE TABLE mine (x)", "table mine"},
        {"DROP TRIGGER entry_stays", "trigger entry_stays"},
        {"DROP VIEW post_row; CREATE VIEW post_row AS SELECT 1", "view post_row"},
        {"ALTER TABLE hold ADD COLUMN x TEXT", "table hold"},
        // Its text goes on where the next one's begins, which is gone: read one after the other they are as they were.
        {"PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = sql || ';' || char(10) || '-- trigger entry_stays' || char(10) || "
         "(SELECT sql FROM sqlite_schema WHERE name = 'entry_stays') WHERE name = 'entry_remains'; "
         "DELETE FROM sqlite_schema WHERE name = 'entry_stays'; PRAGMA schema_version = 1000",
         "trigger entry_remains"},
        // Names that no statement gives, but that a row may have.
        {"PRAGMA writable_schema = ON; INSERT INTO sqlite_schema VALUES ('trigger', 'sqlite_more', 'post', 0, "
         "'CREATE TRIGGER sqlite_more AFTER UPDATE ON post BEGIN DELETE FROM hold; END'); PRAGMA schema_version = 1000",
         "trigger sqlite_more"},
        {"PRAGMA writable_schema = ON; INSERT INTO sqlite_schema VALUES ('trigger', 'sqlite_autoindex_post_9', 'post', 0, "
         "'CREATE TRIGGER sqlite_autoindex_post_9 AFTER UPDATE ON post BEGIN DELETE FROM hold; END'); PRAGMA schema_version = 1000",
         "trigger sqlite_autoindex_post_9"},
        {"PRAGMA writable_schema = ON; INSERT INTO sqlite_schema VALUES ('view', 'sqlite_stat1', 'sqlite_stat1', 0, "
         "'CREATE VIEW sqlite_stat1 AS SELECT 1 AS tbl, 2 AS idx, 3 AS stat'); PRAGMA schema_version = 1000",
         "view sqlite_stat1"},
    }));
    const Scratch scratch;
    auto running = scratch.make();
    record(running, [&] { populate(running, 1); });
    scratch.tamper(sql);
    const auto opened = Store::open(scratch.options);
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == errc::corrupt);
    CHECK_THAT(opened.error().detail, Catch::Contains(names));
    CHECK_THROWS_AS(Store::Transaction(running), Broken);  // that was open before
}

TEST_CASE("a database that was vacuumed and analyzed is as it was", "[J1]") {
    const Scratch scratch;
    auto running = scratch.make();
    record(running, [&] { populate(running, 1); });
    scratch.tamper("VACUUM; ANALYZE");
    record(running, [&] { running.register_rows().put(a_team("quokka")); });
    CHECK(Store::open(scratch.options));
}

TEST_CASE("damage is found by the check, and never looks like an empty list", "[A4]") {
    const Scratch scratch;
    {
        auto store = scratch.make();
        populate(store, 300);
        CHECK(store.check());
    }
    {
        SQLite::Database db(scratch.options.path.string());
        SQLite::Statement pages(db, "SELECT pageno FROM dbstat WHERE name = 'person'");
        std::fstream file(scratch.options.path, std::ios::in | std::ios::out | std::ios::binary);
        while (pages.executeStep()) {
            file.seekp((pages.getColumn(0).getInt64() - 1) * 4096);
            file << std::string(200, '\xaa');
        }
    }
    auto store = Store::open(scratch.options);
    REQUIRE(store);
    CHECK(store->check().error().code == errc::corrupt);
    CHECK_THROWS_AS(store->register_rows().people(), Broken);
    CHECK_THROWS_AS(store->register_rows().standing(PersonId("p1"), ListId("teams"), noon), Broken);
}

TEST_CASE("a transaction that is not committed leaves nothing", "[D1]") {
    const Scratch scratch;
    auto store = scratch.make();
    {
        Store::Transaction transaction(store);
        store.posts().add(a_post("one"), {"k", "b"});
        store.register_rows().put(a_team("orchid"));
        CHECK(store.posts().find(PostId("one")));
    }
    CHECK_FALSE(store.posts().find(PostId("one")));
    CHECK(store.register_rows().teams().empty());
    commit(store, [&] { store.posts().add(a_post("one"), {"k", "b"}); });
    CHECK(scratch.open().posts().find(PostId("one")));
}

TEST_CASE("a transaction inside another stands or falls with it", "[D1]") {
    const Scratch scratch;
    auto store = scratch.make();
    const auto put = [&](const char* id, bool commits) {
        Store::Transaction inner(store);
        store.register_rows().put(a_team(id));
        store.journal().append(noon, "system", "team.add", id, "{}");
        if (commits) inner.commit();
    };
    SECTION("what it left uncommitted is gone, what it committed is durable with the outer one") {
        Store::Transaction outer(store);
        put("orchid", true);
        put("banksia", false);
        CHECK(scratch.open().register_rows().teams().empty());
        outer.commit();
        CHECK(scratch.open().register_rows().teams() == std::vector{a_team("orchid")});
    }
    SECTION("the outer one takes it back") {
        {
            Store::Transaction outer(store);
            put("orchid", true);
        }
        CHECK(store.register_rows().teams().empty());
        put("banksia", true);
        CHECK(scratch.open().register_rows().teams() == std::vector{a_team("banksia")});
    }
    SECTION("none begins inside a reading") {
        const Store::Reading reading(store);
        CHECK_THROWS_AS(Store::Transaction(store), std::logic_error);
    }
}

TEST_CASE("a reading inside a transaction adds nothing") {
    const Scratch scratch;
    auto store = scratch.make();
    Store::Transaction transaction(store);
    {
        const Store::Reading reading(store);
        store.register_rows().put(a_team("orchid"));
    }
    store.journal().append(noon, "system", "team.add", "orchid", "{}");
    transaction.commit();
    CHECK(store.register_rows().teams().size() == 1);
}

TEST_CASE("a reading sees one moment") {
    const Scratch scratch;
    auto one = scratch.make();
    auto two = scratch.open();
    {
        const Store::Reading reading(one);
        CHECK(one.register_rows().teams().empty());
        record(two, [&] { two.register_rows().put(a_team("orchid")); });
        CHECK(one.register_rows().teams().empty());
    }
    CHECK(one.register_rows().teams().size() == 1);
}

TEST_CASE("two writers wait for each other and lose nothing") {
    const Scratch scratch;
    auto first = scratch.make();
    constexpr int rounds = 40;
    std::atomic<int> failures = 0;
    const auto write = [&](Store& store, const std::string& name) {
        try {
            for (int i = 0; i < rounds; ++i) {
                commit(store, [&] {
                    store.posts().add(a_post(name + std::to_string(i)), {"k", "b"});
                    store.journal().append(noon, "system", "post.received", name + std::to_string(i), "{}");
                });
            }
        } catch (const std::exception&) {
            ++failures;
        }
    };
    std::thread other([&] {
        auto second = scratch.open();
        write(second, "b");
    });
    write(first, "a");
    other.join();
    CHECK(failures == 0);
    CHECK(first.posts().count(PostState::spooled) == 2 * rounds);
    CHECK(first.journal().verify()->number == 2 * rounds);
}

TEST_CASE("who waits too long for another writer is told to try again", "[D4]") {
    Scratch scratch;
    auto one = scratch.make();
    scratch.options.busy = 30ms;
    auto two = scratch.open();
    const Store::Transaction held(one);
    const auto begun = std::chrono::steady_clock::now();
    CHECK_THROWS_AS(Store::Transaction(two), Unavailable);
    CHECK(std::chrono::steady_clock::now() - begun >= 30ms);
    CHECK(two.register_rows().teams().empty());  // readers never wait
}

TEST_CASE("a disk that is almost full is noticed before anything is written, and its spare is for what must not wait", "[D4]") {
    Scratch scratch;
    auto store = scratch.make();
    scratch.options.spare_disk = std::numeric_limits<std::uintmax_t>::max();
    auto cramped = scratch.open();
    CHECK_THROWS_WITH(Store::Transaction(cramped, Disk::room), Catch::Contains("almost full"));
    CHECK_FALSE(cramped.has_room());
    CHECK(cramped.posts().count(PostState::spooled) == 0);
    CHECK_NOTHROW(commit(cramped, [&] { cramped.posts().add(a_post("from the spare"), {"k", "b"}); }));
    CHECK(cramped.posts().find(PostId("from the spare")));
    CHECK(store.has_room());
    CHECK_NOTHROW(Store::Transaction(store, Disk::room));
}

TEST_CASE("a full database throws Unavailable, and the store goes on when there is room again", "[D4]") {
    const Scratch scratch;
    auto store = scratch.make();
    auto& connection = store.connection();
    connection.run(fmt::format("PRAGMA max_page_count={}", connection.number("PRAGMA page_count") + 5).c_str());
    const auto fill = [&] { store.posts().add(a_post("big"), {"k", std::string(400'000, 'x')}); };
    CHECK_THROWS_AS(commit(store, fill), Unavailable);
    CHECK_FALSE(store.posts().find(PostId("big")));
    connection.run("PRAGMA max_page_count=1000000");
    CHECK_NOTHROW(commit(store, fill));
    CHECK(store.posts().find(PostId("big")));
}

TEST_CASE("commits of others are seen, the own ones are not news") {
    const Scratch scratch;
    auto one = scratch.make();
    auto two = scratch.open();
    CHECK_FALSE(one.changed_elsewhere());
    record(one, [&] { one.register_rows().put(a_team("orchid")); });
    CHECK_FALSE(one.changed_elsewhere());
    CHECK(two.changed_elsewhere());
    CHECK_FALSE(two.changed_elsewhere());
    record(two, [&] { two.register_rows().put(a_team("camphor")); });
    CHECK(one.changed_elsewhere());
    CHECK_FALSE(one.changed_elsewhere());
}

TEST_CASE("a store whose file was replaced or taken away tells nobody that it wrote", "[O6][D1]") {
    const Scratch scratch;
    auto store = scratch.make();
    record(store, [&] { store.register_rows().put(a_team("orchid")); });
    CHECK(store.place() == Place::same);
    const auto& file = scratch.options.path;
    const std::filesystem::path log = file.string() + "-wal", aside = file.string() + ".aside";
    const auto how = GENERATE(values<std::string>({"replaced", "taken away", "without its log", "another log"}));
    CAPTURE(how);
    const bool of_file = how == "replaced" || how == "taken away";
    if (of_file) std::filesystem::rename(file, aside);
    if (how == "replaced") std::filesystem::copy_file(aside, file);
    if (!of_file) std::filesystem::rename(log, aside);
    if (how == "another log") std::filesystem::copy_file(aside, log);
    CHECK(store.place() == (of_file ? Place::other_file : Place::other_log));
    CHECK_THROWS_AS(record(store, [&] { store.register_rows().put(a_team("camphor")); }), Displaced);
    // Put back, it goes on.
    std::filesystem::rename(aside, of_file ? file : log);
    CHECK(store.place() == Place::same);
    CHECK_NOTHROW(record(store, [&] { store.register_rows().put(a_team("wattle")); }));
}

TEST_CASE("a store can be moved while it has statements") {
    const Scratch scratch;
    auto one = scratch.make();
    populate(one, 1);
    auto two = std::move(one);
    CHECK(two.register_rows().people().size() == 1);
    two = scratch.open();
    CHECK(two.register_rows().people().size() == 1);
    CHECK(two.journal().verify());
}

TEST_CASE("a store tells once that a committed transaction put copies into the queue", "[D6]") {
    const Scratch scratch;
    auto store = scratch.make();
    populate(store, 2);
    CHECK_FALSE(store.take_queued());
    static_cast<void>(fanned_out(store, "one"));
    CHECK(store.take_queued());
    CHECK_FALSE(store.take_queued());
    {
        const Store::Transaction undone(store);
        store.deliveries().add(store.posts().find(PostId("one"))->key, 1);
    }
    commit(store, [] {});
    CHECK_FALSE(store.take_queued());
    commit(store, [&] { store.deliveries().add(store.posts().find(PostId("one"))->key, 1); });
    CHECK(store.take_queued());
}
