// An older file is brought to the schema of the program: what the journal vouched for it still vouches for, in whatever form the rows have
// now, and what was edited before is found after it.
#include <algorithm>
#include <array>
#include <map>
#include <thread>

#include "bound_rows.hpp"
#include "other_program.hpp"
#include "shell.hpp"

namespace caveat::storage::test {
namespace {

const std::size_t present = schema_of_this_program().steps.size();

// The schemas of later programs: a step each, and the lines that belong to it.
struct Later {
    std::vector<const char*> steps{schema_of_this_program().steps.begin(), schema_of_this_program().steps.end()};
    std::vector<BoundTable> bound{schema_of_this_program().bound.begin(), schema_of_this_program().bound.end()};

    Later& with(const char* step, const std::vector<std::array<const char*, 2>>& lines = {}) {
        steps.push_back(step);
        for (const auto& [name, columns] : lines) bound.push_back({name, 1, columns, steps.size()});
        return *this;
    }
    [[nodiscard]] Schema schema() const { return {steps, bound}; }
};

constexpr const char* team_gains = "ALTER TABLE team ADD COLUMN region TEXT NOT NULL DEFAULT 'south'";
constexpr std::array<const char*, 2> team_with_region{"team", "key, id, name, category, subtype, economy, since, mou, region"};

Later one_column_more() { return Later().with(team_gains, {team_with_region}); }

// A table that others refer to is made anew under the same name: a column is gone, one has another place.
Later made_anew() {
    return Later().with(R"sql(
CREATE TABLE new_team (key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, category TEXT NOT NULL, name TEXT NOT NULL) STRICT;
INSERT INTO new_team SELECT key, id, category, name FROM team;
DROP TABLE team;
ALTER TABLE new_team RENAME TO team)sql",
                        {{"team", "key, id, category, name"}});
}

std::vector<std::string> split(std::string_view columns) {
    std::vector<std::string> all;
    for (std::size_t at = 0; at < columns.size();) {
        const auto end = std::min(columns.find(", ", at), columns.size());
        all.emplace_back(columns.substr(at, end - at));
        at = end + 2;
    }
    return all;
}

struct OlderFile : Scratch {
    OlderFile() {
        auto store = make();
        fill(store);
    }
};

}  // namespace

TEST_CASE("the schema in one piece is what the steps lead to", "[J1][O2]") {
    const Scratch scratch;
    make_file(scratch, schema_of(present));
    SqlConnection connection(scratch.options, schema_of_this_program());
    CHECK(text_of_schema(connection) == schema_of_this_program().whole);  // if not: unit_storage "[schema]"
    // Each part begins a line so, and nothing else does: no other parts make the same text.
    CHECK(connection.number("SELECT count(*) FROM sqlite_schema WHERE instr(sql, char(10) || '-- ') > 0") == 0);
}

TEST_CASE("writes the schema in one piece", "[.][schema]") {
    const Scratch scratch;
    make_file(scratch, schema_of(present));
    SqlConnection connection(scratch.options, schema_of_this_program());
    std::ofstream(SOURCE_DIR "/src/storage/schema.inc") << "R\"sql(" << text_of_schema(connection) << ")sql\"\n";
}

TEST_CASE("each column of a bound table is bound", "[J1]") {
    const Scratch scratch;
    static_cast<void>(scratch.make());
    std::map<std::string, BoundTable> latest;
    for (const auto& table : schema_of_this_program().bound) {
        const auto [at, first] = latest.try_emplace(table.name, table);
        CHECK((first || table.since > at->second.since));
        CHECK(table.since <= present);
        at->second = table;
    }
    std::map<std::string, std::string> unbound{{"post", "body"}, {"second_factor", "step"}};  // sealed only: they change without an act
    for (const auto& [name, table] : latest) {
        const auto columns = Shell(scratch).texts("SELECT name FROM pragma_table_info('" + name + "') WHERE name NOT IN ('seal', '" +
                                                  unbound[name] + "') ORDER BY name");
        CHECK_THAT(split(table.columns), Catch::UnorderedEquals(columns));
    }
}

TEST_CASE("a bound table gains a column: one entry binds its rows anew, and the new column is bound, too", "[J1][O2]") {
    const OlderFile filled;
    const auto later = one_column_more();
    {
        Program program(filled, later.schema());
        CHECK(found(program.journal).empty());
        CHECK(program.acts().back() == R"(journal.bound {"rows":2})");
        program.record([&] {
            program.people.put(a_team("quokka"));
            program.people.remove(TeamId("quokka"));
            auto camphor = *program.people.team(TeamId("camphor"));
            camphor.name = "Camphor";
            program.people.put(camphor);
        });
        CHECK(found(program.journal).empty());
    }
    Program program(filled, later.schema());
    CHECK(program.acts().size() == 4);  // bound anew once
    Shell(filled).edit("UPDATE team SET region = 'north' WHERE key = 1");
    CHECK(found(program.journal) == "team 1 was changed outside the journal");
    CHECK(Store::open(filled.options).error().code == errc::conflict);  // this program's schema is older now
}

TEST_CASE("an edit of an older file is found after its upgrade", "[J1][O2]") {
    const OlderFile filled;
    const auto [sql, what] = GENERATE(table<std::string, std::string>({
        {"UPDATE team SET name = 'forged' WHERE key = 1", "team 1 was changed outside the journal before entry 3"},
        {"INSERT INTO team (key, id, name, category, subtype, economy) VALUES (9, 'forged', 'F', 'operational', '', 'SG')",
         "team 9 was changed outside the journal before entry 3"},
        {"DELETE FROM team WHERE key = 2", "team 2 was removed outside the journal"},
        {"UPDATE team SET key = 9 WHERE key = 2", "team 9 was changed outside the journal before entry 3"},
        {"UPDATE person SET name = 'forged' WHERE key = 1", "person 1 was changed outside the journal"},
        {"DELETE FROM term", "term [^ ]+ was removed outside the journal"},
    }));
    const bool anew = GENERATE(false, true);
    CAPTURE(sql, anew);
    Shell(filled).edit(sql);
    const auto later = anew ? made_anew() : one_column_more();
    Program program(filled, later.schema());
    CHECK_THAT(found(program.journal), Catch::Matches(what));
    CHECK_THAT(program.journal.altered(), Catch::Matches(what));
}

TEST_CASE("a trigger in an older file is found before the upgrade runs, and binds nothing", "[J1][O2]") {
    const Scratch scratch;
    make_file(scratch, schema_of(tally_step - 1));
    scratch.tamper("CREATE TRIGGER more AFTER INSERT ON entry BEGIN UPDATE team SET name = 'forged'; END");
    const auto opened = Store::open(scratch.options);
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == errc::corrupt);
    CHECK_THAT(opened.error().detail, Catch::Contains("trigger more"));
    CHECK(Shell(scratch).texts("PRAGMA user_version") == std::vector{std::to_string(tally_step - 1)});
}

TEST_CASE("a table that others refer to is made anew, and nothing that refers to it is lost", "[J1][O2]") {
    const OlderFile filled;
    const auto later = made_anew();
    Program program(filled, later.schema());
    CHECK(found(program.journal).empty());
    CHECK(Shell(filled).texts("SELECT count(*) FROM clearance").front() == "2");
    CHECK(Shell(filled).texts("SELECT * FROM pragma_foreign_key_check").empty());
    CHECK(program.connection.number("PRAGMA foreign_keys") == 1);
}

TEST_CASE("several revisions at once, and one after the other, hold", "[J1][O2]") {
    const OlderFile filled;
    const auto one = one_column_more();
    auto three = one;
    three.with("CREATE TABLE mentor (key INTEGER PRIMARY KEY, team INTEGER NOT NULL) STRICT; INSERT INTO mentor VALUES (1, 2), (2, 1)",
               {{"mentor", "key, team"}});
    three.with(
        "ALTER TABLE team ADD COLUMN size INTEGER; ALTER TABLE mentor ADD COLUMN since INTEGER; UPDATE person SET name = upper(name)",
        {{"team", "key, id, name, category, subtype, economy, since, mou, region, size"}, {"mentor", "key, team, since"}});
    const bool stepwise = GENERATE(false, true);
    if (stepwise) CHECK(Program(filled, one.schema()).journal.verify());
    Program program(filled, three.schema());
    CHECK(found(program.journal).empty());
    CHECK(program.acts().size() == (stepwise ? 4 : 3));
    CHECK(program.acts().back() == R"(journal.bound {"rows":8})");  // two each of team and mentor, four people
    CHECK(program.journal.altered().empty());
    Shell(filled).edit("UPDATE mentor SET since = 7 WHERE key = 2");
    CHECK(found(program.journal) == "mentor 2 was changed outside the journal");
}

TEST_CASE("an upgrade that does not come to its end leaves the older file, whole", "[D1][O2]") {
    const OlderFile filled;
    auto later = one_column_more();
    later.with("UPDATE team SET name = NULL");
    CHECK_THROWS_AS(Program(filled, later.schema()), Broken);
    auto store = filled.open();
    CHECK(store.connection().number("PRAGMA user_version") == static_cast<std::int64_t>(present));
    CHECK(found(store).empty());
    CHECK(store.journal().head().number == 2);
}

TEST_CASE("a file of every older schema is brought to this program's and to a later one's", "[J1][O2]") {
    const auto first_with_a_journal = std::size_t{4};
    const auto later = one_column_more();
    for (auto older = first_with_a_journal; older < present; ++older) {
        CAPTURE(older);
        const Scratch scratch;
        make_file(scratch, schema_of(older));
        {
            Program program(scratch, schema_of(older));
            program.record([&] {
                // As a program of then wrote it: the columns of now are not there yet.
                program.connection.run(
                    "INSERT INTO team (id, name, category, subtype, economy) VALUES ('orchid', 'Orchid', 'operational', '', 'SG');"
                    "INSERT INTO person (id, name, team, representative) VALUES ('p1', 'P', 1, 0);"
                    "INSERT INTO person (id, name, team, representative, removed) VALUES ('gone', 'G', 1, 0, 7)");
            });
        }
        {
            auto store = scratch.open();
            CHECK(found(store).empty());
            CHECK(store.journal().altered().empty());
            CHECK(store.check());
            using Texts = std::vector<std::string>;
            CHECK(Shell(scratch).texts("SELECT p.id || ' left ' || l.team FROM left_team l JOIN person p ON p.key = l.person") ==
                  (older < left_teams_step ? Texts{"gone left orchid"} : Texts{}));
        }
        Program program(scratch, later.schema());
        CHECK(found(program.journal).empty());
        CHECK(program.journal.altered().empty());
        Shell(scratch).edit("UPDATE person SET name = 'forged'");
        CHECK(found(program.journal) == "person 1 was changed outside the journal");
    }
}

TEST_CASE("who opens an older file at the same time upgrades it once", "[O2]") {
    const OlderFile filled;
    const auto later = one_column_more();
    std::vector<std::thread> all;
    for (int i = 0; i < 4; ++i) all.emplace_back([&] { Program(filled, later.schema()); });
    for (auto& thread : all) thread.join();
    Program program(filled, later.schema());
    CHECK(program.acts().size() == 3);
    CHECK(found(program.journal).empty());
}

TEST_CASE("an older program that runs during an upgrade writes nothing after it", "[J1][O2]") {
    const OlderFile filled;
    auto older = filled.open();
    const auto later = one_column_more();
    Program newer(filled, later.schema());
    CHECK_THROWS_AS(record(older, [&] { older.register_rows().put(a_team("quokka")); }), Broken);
    CHECK(older.register_rows().teams().size() == 2);
    CHECK_NOTHROW(newer.record([&] { newer.people.put(a_team("quokka")); }));
    CHECK(found(newer.journal).empty());
}

}  // namespace caveat::storage::test
