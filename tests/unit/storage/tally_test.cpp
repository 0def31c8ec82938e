// What somebody changes past this program in the register and in the offices' records is noticed by adding up, and nothing is done on it.
#include "tally.hpp"

#include <sqlite3.h>

#include <functional>
#include <future>
#include <thread>

#include "caveat/storage/standstill.hpp"
#include "filled.hpp"
#include "other_program.hpp"

namespace caveat::storage::test {
namespace {

std::vector<std::string> tallied_tables() {
    auto names = bound_names(schema_of_this_program());
    std::erase_if(names, [](const auto& name) { return !is_tallied(name); });
    return names;
}

// What a store that is opened after an edit notices, which is taken back afterwards.
std::string noticed(const Filled& filled, const std::string& sql) {
    const auto kept = filled.folder / "kept";
    std::filesystem::copy_file(filled.options.path, kept, std::filesystem::copy_options::overwrite_existing);
    Shell(filled).edit(sql);
    std::string what;
    {
        auto store = filled.open();
        what = store.journal().altered();
        if (!what.empty()) CHECK_THROWS_AS(record(store, [] {}), Altered);
    }
    std::filesystem::copy_file(kept, filled.options.path, std::filesystem::copy_options::overwrite_existing);
    return what;
}

const auto named = Catch::Matches("[a-z_]+ [^ ]+ was (changed|written|removed) outside the journal.*");

std::vector<std::string> shell_texts(const Scratch& scratch, const std::string& sql) { return Shell(scratch).texts(sql); }

void put_team(Store& store, const std::string& name) {
    record(store, [&] {
        auto team = a_team("orchid");
        team.name = name;
        store.register_rows().put(team);
    });
}

}  // namespace

TEST_CASE("an edit of any column, a row slipped in, taken out or in the place of another is noticed in every table of the register",
          "[J1][J3]") {
    const Filled filled;
    CHECK(tallied_tables().size() > 25);
    CHECK(noticed(filled, "UPDATE unfinished SET queued = queued").empty());
    for (const auto& table : tallied_tables()) {
        CAPTURE(table);
        CHECK_THAT(noticed(filled, "DELETE FROM " + table + filled.one_row(table)), named);
        CHECK_THAT(noticed(filled, "DELETE FROM " + table), named);
        const auto columns = shell_texts(filled, "SELECT name FROM pragma_table_info('" + table + "') WHERE name NOT IN ('seal', 'step')");
        for (const auto& column : columns) {
            CAPTURE(column);
            const auto changed = fmt::format(
                "CASE typeof({0}) WHEN 'text' THEN {0} || 'x' WHEN 'blob' THEN CAST({0} || 'x' AS BLOB) WHEN 'null' THEN (SELECT CASE type "
                "WHEN 'TEXT' THEN 'x' WHEN 'BLOB' THEN x'00' ELSE 0 END FROM pragma_table_info('{1}') WHERE name = '{0}') ELSE {0} - 7 END",
                column, table);
            CHECK_THAT(noticed(filled, "PRAGMA ignore_check_constraints = ON; UPDATE " + table + " SET " + column + " = " + changed +
                                           filled.one_row(table)),
                       named);
        }
        const auto values = shell_texts(filled, R"sql(
SELECT group_concat(CASE WHEN cid = 0 AND type = 'TEXT' THEN name || '||''x''' WHEN cid = 0 AND type = 'BLOB' THEN 'zeroblob(32)'
    WHEN cid = 0 THEN name || '+90' WHEN name = 'id' THEN '''new''' WHEN name = 'secret' THEN 'zeroblob(32)' ELSE name END) FROM pragma_table_info(')sql" +
                                                    table + "')")
                                .front();
        CHECK_THAT(noticed(filled, "INSERT INTO " + table + " SELECT " + values + " FROM " + table + filled.one_row(table)), named);
    }
}

TEST_CASE("an index that was emptied hides no row: no question is answered by it", "[J1][A2]") {
    const Filled filled;
    const auto emptied = [](const std::string& index) {
        const auto of_index = " WHERE name = '" + index + "'";
        return "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = sql || ' WHERE 0'" + of_index +
               "; PRAGMA schema_version = 2000; REINDEX " + index + "; UPDATE sqlite_schema SET sql = replace(sql, ' WHERE 0', '')" +
               of_index + "; PRAGMA schema_version = 2001";
    };
    for (const auto* index : {"denial_of", "denial_live", "subscription_of_person", "address_of_person", "session_of"}) {
        CAPTURE(index);
        // The rows may be read by that index, where it has all columns.
        CHECK_THAT(noticed(filled, emptied(index)), Catch::Contains("missing from index") || named);
    }
    Shell(filled).edit(emptied("denial_of"));
    CHECK_THAT(filled.found_by_opening(), Catch::Contains("missing from index denial_of"));
}

TEST_CASE("posts and letters are none of the sum: a forged row of theirs stops nobody else's work", "[J1]") {
    const Filled filled;
    for (const auto* sql : {"UPDATE post SET label = 0", "DELETE FROM waiting_letter", "UPDATE archived SET label = 0", "DELETE FROM paper",
                            "DELETE FROM used_signature"}) {
        CAPTURE(sql);
        CHECK(noticed(filled, sql).empty());
    }
}

TEST_CASE("a row as it once was, put back with whatever stood beside it then, is noticed", "[J1]") {
    const Scratch scratch;
    auto store = scratch.make();
    put_team(store, "of then");
    const auto quoted = [&](const char* what) { return shell_texts(scratch, fmt::format("SELECT quote({}) FROM head", what)).front(); };
    const auto tally = quoted("tally"), number = quoted("number"), hash = quoted("hash"), seal = quoted("seal");
    put_team(store, "of now");
    CHECK(store.journal().altered().empty());
    const std::string row_of_then = "UPDATE team SET name = 'of then'; ";
    SECTION("the row") {
        Shell(scratch).edit(row_of_then);
        CHECK(store.journal().altered() == "team 1 was changed outside the journal");
    }
    SECTION("with the sum") {
        Shell(scratch).edit(row_of_then + "UPDATE head SET tally = " + tally);
        CHECK(store.journal().altered() == "team 1 was changed outside the journal");
        Shell(scratch).edit("UPDATE team SET name = 'of now'");
        CHECK_THAT(store.journal().altered(), Catch::Contains("was written without the key"));
    }
    const auto head_of_then = fmt::format("UPDATE head SET tally = {}, number = {}, hash = {}, seal = {}; ", tally, number, hash, seal);
    SECTION("with the head") {
        Shell(scratch).edit(row_of_then + head_of_then);
        CHECK_FALSE(store.journal().altered().empty());
        Shell(scratch).edit("DELETE FROM bound WHERE entry > " + number);
        CHECK(store.journal().altered() == "the head of the journal is not its newest entry");
    }
    SECTION("with the journal, under the eyes of who has seen the newer one") {
        Shell(scratch).edit(row_of_then + head_of_then + "DELETE FROM bound WHERE entry > " + number +
                            "; DELETE FROM entry WHERE number > " + number);
        CHECK(store.journal().altered() == "entry 2 of the journal is gone: an older database was put in the place of this one");
    }
}

TEST_CASE("what is written makes another version of the register, whatever somebody puts where its changes are counted", "[J1][A2]") {
    const Filled filled;
    auto store = filled.open();
    const auto version = store.register_version();
    const auto post = store.posts().find(PostId("post-1"))->key;
    const auto act = GENERATE(
        as<std::function<void(Store&, PostKey)>>{}, [](Store& s, PostKey) { s.register_rows().remove(PersonId("p2"), noon); },
        [](Store& s, PostKey key) { static_cast<void>(s.archive().relabel(key, Tlp::red, {})); },
        [](Store& s, PostKey key) { s.archive().forget(key, noon); });
    record(store, [&] { act(store, post); });
    filled.tamper(fmt::format("UPDATE meta SET register_version = {}", version.writes));
    CHECK(store.register_version().writes == version.writes);
    CHECK(store.register_version() != version);
    const auto now = store.register_version();
    record(store, [&] { store.posts().add(a_post("another"), {"k", "b"}); });
    CHECK(store.register_version() == now);
    CHECK(store.journal().altered().empty());
}

TEST_CASE("a counter that somebody set to its end keeps nothing from being written, and is set right", "[J1][D4]") {
    const auto* sql = GENERATE("UPDATE meta SET register_version = 9223372036854775807",
                               "UPDATE sqlite_sequence SET seq = 9223372036854775807", "UPDATE sqlite_sequence SET seq = 'many'");
    CAPTURE(sql);
    Filled filled;
    std::vector<std::string> heard;
    filled.options.warn = [&](std::string_view line) { heard.emplace_back(line); };
    auto store = filled.open();
    Shell(filled).edit(sql);
    static_cast<void>(store.register_version());
    community::Denial denial;
    denial.whom = "p2";
    CHECK_NOTHROW(record(store, [&] { store.register_rows().put(denial); }));
    CHECK(heard.size() == 1);
    CHECK(store.journal().altered().empty());
}

TEST_CASE("the sum itself cannot be written without the key, and an honest entry does not make it good", "[J1]") {
    const Scratch scratch;
    auto store = scratch.make();
    put_team(store, "one");
    const std::string edit = GENERATE("UPDATE head SET tally = x''", "UPDATE head SET tally = zeroblob(96)",
                                      "UPDATE head SET tally = CAST(substr(tally, 1, 32) || zeroblob(32) || substr(tally, 65) AS BLOB)",
                                      "UPDATE head SET tally = CAST(tally || x'00' AS BLOB)");
    CAPTURE(edit);
    Shell(scratch).edit(edit);
    CHECK_THAT(store.journal().altered(), Catch::Contains("was written without the key"));
    CHECK_THAT(found(store), Catch::Contains("was written without the key"));
    put_team(store, "two");  // it looked before
    CHECK_THAT(store.journal().altered(), Catch::Contains("was written without the key"));
    auto other = scratch.open();
    CHECK_THROWS_AS(put_team(other, "three"), Altered);
}

TEST_CASE("an entry that was taken back is missed by nobody", "[J1]") {
    const Scratch scratch;
    auto store = scratch.make();
    put_team(store, "one");
    {
        Store::Transaction tried(store);
        store.journal().append(noon, "system", "test.act", "", "{}");
        CHECK(store.journal().altered().empty());
    }
    CHECK(store.journal().altered().empty());
    put_team(store, "two");
    CHECK(store.journal().altered().empty());
}

TEST_CASE("no two sums stand under one mask, and equal rows do not show", "[J1]") {
    const Scratch scratch;
    auto store = scratch.make();
    std::set<std::string> seen;
    for (const auto* name : {"a", "b", "a", "b", "a"}) {
        put_team(store, name);
        for (const auto& part :
             shell_texts(scratch, "SELECT hex(substr(tally, 1, 32)) FROM head UNION ALL SELECT hex(substr(tally, 33, 32)) FROM head"))
            CHECK(seen.insert(part).second);
    }
}

TEST_CASE("what was changed is acted on by nobody, until it is as it was; then all goes on by itself", "[J1]") {
    const Scratch scratch;
    {
        auto store = scratch.make();
        populate(store, 2);
    }
    auto store = scratch.open();
    Shell(scratch).edit("UPDATE person SET representative = 1 WHERE id = 'p1'");
    CHECK_THROWS_WITH(put_team(store, "x"), (Catch::Contains("person 1 was changed outside the journal") &&
                                             Catch::Contains("nothing is decided, changed or sent")));
    CHECK_THROWS_AS(commit(store, [] {}), Unavailable);  // which every door answers with "try again"
    CHECK(store.journal().head().number == 1);
    CHECK(store.register_rows().people().size() == 2);  // who looks, sees
    {
        Store::Transaction news(store, Disk::spare, Needs::nothing);
        store.journal().append(noon, "system", "database.altered", "", "{}");
        news.commit();
    }
    CHECK_FALSE(store.journal().altered().empty());
    Shell(scratch).edit("UPDATE person SET representative = 0 WHERE id = 'p1'");
    CHECK_NOTHROW(put_team(store, "x"));
    CHECK(store.journal().altered().empty());
    CHECK(found(store).empty());
}

TEST_CASE("where one thread looks for all stores, they stand still when it says so", "[J1]") {
    Scratch scratch;
    scratch.options.standstill = std::make_shared<Standstill>();
    auto& standstill = *scratch.options.standstill;
    auto one = scratch.make();
    auto two = scratch.open();
    standstill.look({});
    const auto version = one.register_version();
    put_team(one, "a");
    CHECK(one.stands_still().empty());
    standstill.look("hold 3 was removed");
    CHECK(two.stands_still() == "hold 3 was removed");
    CHECK_THROWS_AS(put_team(one, "b"), Altered);
    CHECK_THROWS_AS(put_team(two, "b"), Altered);
    CHECK_NOTHROW([&] { Store::Transaction outcomes(two, Disk::spare, Needs::nothing); }());
    const auto meanwhile = one.register_version();
    CHECK(meanwhile.writes > version.writes + 100);
    standstill.look("hold 3 was removed");
    CHECK(one.register_version() == meanwhile);
    standstill.look({});
    CHECK(one.register_version() != meanwhile);  // what was known before is asked again
    CHECK_NOTHROW(put_team(two, "b"));
}

namespace {

// A file whose stores are looked after, as the daemon's are.
struct LookedAfter : Scratch {
    LookedAfter() {
        options.standstill = std::make_shared<Standstill>();
        first.emplace(make());
        put_team(*first, "a");
        look(*first);
    }
    std::optional<Store> first;  // the count of commits is that of a log that somebody has open
    [[nodiscard]] Standstill& standstill() const { return *options.standstill; }
    void look(Store& store) const { standstill().look(store.look_at_rows()); }
};

}  // namespace

TEST_CASE("between two looks, too, what somebody else changed is used by nobody, and told when it is back as it was", "[J1][A2]") {
    const LookedAfter scratch;
    auto one = scratch.open(), two = scratch.open();
    scratch.look(one);
    Shell(scratch).edit("UPDATE team SET name = 'forged'");
    const auto use = GENERATE(
        as<std::function<void(Store&)>>{}, [](Store& store) { put_team(store, "b"); },
        [](Store& store) { const Store::Reading reading(store); },
        [](Store& store) {
            const Store::Transaction transaction(store, Disk::spare, Needs::nothing);
            if (const auto what = store.stands_still(); !what.empty()) throw Altered(what);
        });
    CHECK_THROWS_AS(use(one), Altered);
    CHECK(two.stands_still() == "team 1 was changed outside the journal");
    CHECK_THROWS_AS(put_team(two, "b"), Altered);

    Shell(scratch).edit("UPDATE team SET name = 'a'");
    CHECK(scratch.standstill().take_met() == "team 1 was changed outside the journal");
    scratch.look(one);
    CHECK(one.stands_still().empty());
    CHECK_NOTHROW(use(two));
}

TEST_CASE("the commits of one process are its own, whichever store and thread makes them; any other is looked at", "[J1]") {
    const LookedAfter scratch;
    auto one = scratch.open(), two = scratch.open();
    scratch.look(one);
    const auto work = [](Store& store) {
        for (int i = 0; i < 40; ++i) {
            put_team(store, fmt::format("name {}", i));
            const Store::Transaction nothing(store);  // taken back
        }
        commit(store, [] {});  // of nothing
    };
    std::thread beside([&] { work(two); });
    work(one);
    beside.join();
    CHECK_FALSE(one.others_committed());
    CHECK_FALSE(two.others_committed());

    auto of_command = scratch.options;
    of_command.standstill = nullptr;
    auto command = Store::open(of_command).value();
    put_team(command, "by a command");
    CHECK(one.others_committed());
    CHECK_NOTHROW(put_team(two, "c"));
    CHECK_FALSE(one.others_committed());
}

namespace {

// Whose files tell when the database itself is synced, as it is when its log is written back to it.
class SyncsTold {
public:
    explicit SyncsTold(std::function<void()> tell) {
        told = std::move(tell);
        usual = sqlite3_vfs_find(nullptr);
        ours = *usual;
        ours.zName = "syncs-told";
        ours.xOpen = open;
        sqlite3_vfs_register(&ours, 1);
    }
    ~SyncsTold() {
        sqlite3_vfs_unregister(&ours);
        sqlite3_vfs_register(usual, 1);
    }
    SyncsTold(const SyncsTold&) = delete;
    SyncsTold& operator=(const SyncsTold&) = delete;

private:
    static int open(sqlite3_vfs* /*self*/, const char* name, sqlite3_file* file, int flags, int* out) {
        const int code = usual->xOpen(usual, name, file, flags, out);
        if (code != SQLITE_OK || (flags & SQLITE_OPEN_MAIN_DB) == 0) return code;
        before = *file->pMethods;
        methods = before;
        methods.xSync = [](sqlite3_file* synced, int how) {
            told();
            return before.xSync(synced, how);
        };
        file->pMethods = &methods;
        return code;
    }

    static inline std::function<void()> told;
    static inline sqlite3_vfs* usual = nullptr;
    static inline sqlite3_vfs ours{};
    static inline sqlite3_io_methods before{}, methods{};
};

}  // namespace

TEST_CASE("whose a commit is, is known before the log is written back, which takes a while", "[J1]") {
    std::function<void()> at_sync = [] {};
    const SyncsTold syncs([&] { at_sync(); });
    const LookedAfter scratch;
    auto one = scratch.open(), two = scratch.open();
    scratch.look(one);
    bool synced = false, waited = false;
    std::future<bool> others;
    at_sync = [&] {
        if (std::exchange(synced, true)) return;
        others = std::async(std::launch::async, [&] { return two.others_committed(); });
        waited = others.wait_for(2s) != std::future_status::ready;
    };
    const std::string much(20U << 20, 'x');
    commit(one, [&] { static_cast<void>(one.posts().add(a_post("large"), {"key", much})); });
    REQUIRE(synced);
    CHECK_FALSE(waited);
    CHECK_FALSE(others.get());
}

TEST_CASE("a trigger is found by whoever comes next, also where nothing tells that the schema has changed", "[J1]") {
    const LookedAfter scratch;
    auto store = scratch.open();
    scratch.look(store);
    scratch.tamper(
        "PRAGMA writable_schema = ON; INSERT INTO sqlite_schema VALUES ('trigger', 'more', 'post', 0, "
        "'CREATE TRIGGER more AFTER UPDATE ON post BEGIN DELETE FROM hold; END')");
    CHECK_THAT(store.stands_still(), Catch::Contains("trigger more"));
    CHECK_THROWS_AS(put_team(store, "b"), Altered);
}

TEST_CASE("an older file gets its sum of what the journal vouches for, never of an edit", "[J1][O2]") {
    const Scratch scratch;
    make_file(scratch, schema_of(tally_step - 1));
    {
        Program program(scratch, schema_of(tally_step - 1));
        program.record([&] { program.people.put(a_team("orchid")); });
    }
    const bool edited = GENERATE(false, true);
    if (edited) Shell(scratch).edit("UPDATE team SET name = 'forged'");
    std::string told;
    auto options = scratch.options;
    options.warn = [&](std::string_view line) { told = line; };
    auto store = Store::open(options).value();
    const auto what = store.journal().altered();
    CHECK(what == (edited ? "team 1 was changed outside the journal" : ""));
    CHECK(told == what);
    if (edited) CHECK_THROWS_AS(put_team(store, "x"), Altered);
    if (!edited) CHECK_NOTHROW(put_team(store, "x"));
}

TEST_CASE("a file that is made to look older does not get its edits counted in", "[J1][O2]") {
    const Scratch scratch;
    make_file(scratch, schema_of(tally_step));
    {
        Program program(scratch, schema_of(tally_step));
        program.record([&] {
            for (const auto* id : {"orchid", "camphor"}) program.people.put(a_team(id));
        });
    }
    const std::string edit = GENERATE(
        "UPDATE team SET name = 'forged' WHERE key = 1", "DELETE FROM team WHERE key = 2",
        "UPDATE team SET name = 'forged' WHERE key = 1; UPDATE bound SET now = zeroblob(32) WHERE table_name = 'team' AND key = '1'",
        "DELETE FROM team WHERE key = 2; DELETE FROM bound WHERE table_name = 'team' AND key = '2'");
    CAPTURE(edit);
    Shell(scratch).edit(
        edit + fmt::format("; ALTER TABLE head DROP COLUMN tally; PRAGMA user_version = {}; UPDATE head SET one = 1", tally_step - 1));
    auto store = Store::open(scratch.options).value();
    CHECK_FALSE(store.journal().altered().empty());
    CHECK_THROWS_AS(record(store, [] {}), Altered);
}

}  // namespace caveat::storage::test
