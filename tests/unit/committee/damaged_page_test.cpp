// A page of the database that cannot be read: its decision or case is shown as unreadable, and the others as they are.
#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "a_desk.hpp"

namespace caveat::test {
namespace {

// Breaks the chains of pages over which the long rows of `table` go on. What was open before has them in its memory.
int break_long_rows(const std::filesystem::path& database, const std::string& table) {
    SQLite::Database db(database.string(), SQLite::OPEN_READWRITE);
    db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    SQLite::Statement pages(db, "SELECT pageno FROM dbstat WHERE pagetype = 'overflow' AND name = '" + table + "'");
    std::fstream file(database, std::ios::in | std::ios::out | std::ios::binary);
    int broken = 0;
    for (; pages.executeStep(); ++broken) {
        file.seekp((pages.getColumn(0).getInt64() - 1) * 4096);
        file << std::string(4, '\xff');
    }
    return broken;
}

const std::string long_text(20'000, 'x');

}  // namespace

TEST_CASE("a decision on a damaged page is listed as unreadable, the others as they are", "[A4]") {
    ADesk w;
    const auto propose = [&](const char* subject) {
        committee::Proposal p;
        p.kind = "framework";
        p.subject = subject;
        p.question = "Shall we?";
        p.rule = conduct::Rule::majority;
        return w.desk.propose(secretariat, p).value().id;
    };
    const auto sound = propose("article 3"), damaged = propose("article 4");
    {
        storage::Store::Transaction transaction(w.store());
        w.store().minutes().say(damaged, {w.clock.now(), "system", "note", TeamId{}, long_text, {}});
        w.store().journal().append(w.clock.now(), "system", "test.noted", damaged, "{}");
        transaction.commit();
    }
    REQUIRE(break_long_rows(w.options.path, "remark") > 1);
    auto store = storage::Store::open(w.options).value();
    committee::Committee desk(store, w.vault(), w.rules, w.clock);
    const auto all = desk.decisions(everything);
    REQUIRE(all.size() == 2);
    for (const auto& d : all) {
        CHECK(d.unreadable == (d.id == damaged));
        if (d.unreadable) CHECK_THAT(d.tally.why, Catch::Contains(damaged + " cannot be read"));
    }
    CHECK(desk.decision(everything, sound));
    CHECK(desk.decision(everything, damaged).error().code == errc::corrupt);
}

TEST_CASE("a case on a damaged page is listed with a warning, the others as they are", "[A4]") {
    ADesk w;
    w.opened("quokka");
    w.opened("takin");  // the last: SQLite may read a long row when it looks for one behind it
    const auto damaged = w.the_case;
    {
        storage::Store::Transaction transaction(w.store());
        w.store().minutes().append(damaged, {w.clock.now(), "system", "", long_text});
        w.store().journal().append(w.clock.now(), "system", "test.noted", damaged, "{}");
        transaction.commit();
    }
    REQUIRE(break_long_rows(w.options.path, "case_act") > 1);
    auto store = storage::Store::open(w.options).value();
    CHECK_THROWS_AS(store.minutes().acts(damaged), storage::Broken);
    const auto all = committee::Cases(store, w.vault(), w.rules, w.clock, {w.vault(), w.letterhead, "sc+owner@lists.arc.example", {}, true})
                         .all(everything);
    REQUIRE(all.size() == 2);
    for (const auto& view : all) {
        CHECK((view.phase == "unreadable") == (view.id == damaged));
        CHECK(view.warnings.size() == (view.id == damaged ? 1 : 0));
    }
}

}  // namespace caveat::test
