// The journal vouches for the rows of the committee's record: what an editor of the file does to one of them is found and named.
#include "bound_rows.hpp"
#include "caveat/storage/row_words.hpp"
#include "filled.hpp"
#include "other_program.hpp"

namespace caveat::storage::test {
namespace {

const auto bound = bound_names(schema_of_this_program());

}  // namespace

TEST_CASE("the rows of the committee's record are on the journal, also after it is opened again", "[J1]") {
    const Scratch scratch;
    {
        auto store = scratch.make();
        fill(store);
        CHECK(found(store).empty());
    }
    auto store = scratch.open();
    CHECK(found(store).empty());
    {
        Store::Transaction transaction(store);  // as if killed before its commit
        store.register_rows().put(a_team("quokka"));
        store.journal().append(noon, "system", "team.add", "quokka", "{}");
    }
    CHECK(found(store).empty());
    auto again = scratch.open();
    CHECK(found(again).empty());
}

TEST_CASE("a removed row of any bound table is found and named", "[J1]") {
    const Filled filled;
    for (const auto& table : bound) {
        CAPTURE(table);
        const auto removed = Catch::Matches(table + " [^ ]+ was removed outside the journal");
        CHECK_THAT(filled.after("DELETE FROM " + table + filled.one_row(table)), removed);
        CHECK_THAT(filled.after("DELETE FROM " + table), removed);
    }
}

TEST_CASE("what is found about a row says in words what it is, of every bound table, and whose where rows tell", "[J1]") {
    const Filled filled;
    auto store = filled.open();
    for (const auto& table : bound) {
        CAPTURE(table);
        CHECK(with_row_named(store, table + " 1/1 was changed outside the journal").starts_with(table + " 1/1 ("));
    }
    CHECK_THAT(with_row_named(store, "case_act 1/1 was removed outside the journal"),
               Catch::Matches(R"(case_act 1/1 \(a step of a case: .+\) was removed outside the journal)"));
    CHECK(with_row_named(store, "team 999 was changed outside the journal before entry 7") ==
          "team 999 (a team) was changed outside the journal before entry 7");
    CHECK(with_row_in_words("case_act 1/1 was removed outside the journal") ==
          "case_act 1/1 (a step of a case) was removed outside the journal");
    for (const auto* other : {"entry 1 does not hold: it or its place was changed", "the bytes of post x were removed", ""})
        CHECK(with_row_named(store, other) == other);
}

TEST_CASE("a row slipped into any bound table is found and named", "[J1]") {
    const Filled filled;
    for (const auto& table : bound) {
        CAPTURE(table);
        // Like one that is there, under a key that is free.
        const auto values = Shell(filled)
                                .texts(R"sql(
SELECT group_concat(CASE WHEN cid = 0 AND type = 'TEXT' THEN name || '||''x''' WHEN cid = 0 AND type = 'BLOB' THEN 'zeroblob(32)'
    WHEN cid = 0 THEN name || '+90' WHEN name = 'id' THEN '''new''' WHEN name = 'secret' THEN 'zeroblob(32)' ELSE name END) FROM pragma_table_info(')sql" +
                                       table + "')")
                                .front();
        CHECK_THAT(filled.after("INSERT INTO " + table + " SELECT " + values + " FROM " + table + filled.one_row(table)),
                   Catch::Matches(table + " [^ ]+ was written outside the journal"));
    }
}

TEST_CASE("what the journal bound cannot be edited either", "[J1]") {
    const Filled filled;
    const std::string sql = GENERATE(
        "UPDATE bound SET now = zeroblob(32) WHERE key = '1' AND table_name = 'motion'", "DELETE FROM bound",
        "UPDATE bound SET now = NULL WHERE table_name = 'remark'", "UPDATE bound SET key = key || '0'",
        "DELETE FROM case_act; DELETE FROM bound WHERE table_name = 'case_act'",
        "INSERT INTO bound VALUES (99, 'team', '9', NULL, zeroblob(32))", "INSERT INTO bound VALUES (-1, 'team', '9', NULL, zeroblob(32))",
        "INSERT INTO bound VALUES (1, 'team', '9', NULL, zeroblob(32))", "INSERT INTO bound VALUES (1, 'team', '9', NULL, x'00')",
        "INSERT INTO bound VALUES (1, 'team', '9', NULL, NULL)", "DELETE FROM entry WHERE number = 2",
        "UPDATE bound SET entry = 1 WHERE entry = 2");
    CAPTURE(sql);
    CHECK_THAT(filled.after(sql), Catch::Contains("entry "));
}

TEST_CASE("an honest write over an edited row does not cover the edit", "[J1]") {
    const Filled filled;
    auto store = filled.open();
    commit(store, [] {});  // nothing is wrong yet, and it looks once
    Shell(filled).edit("UPDATE motion SET question = 'Shall we not?' WHERE id = 'D-2'");
    auto motion = *store.minutes().motion("D-2");
    motion.outcome = "passed";
    record(store, [&] { store.minutes().update(motion); });
    CHECK(found(store) == "motion 2 was changed outside the journal before entry 5");
    CHECK(store.journal().altered() == found(store));
}

TEST_CASE("an honest removal of an edited row does not cover the edit", "[J1]") {
    const Filled filled;
    auto store = filled.open();
    commit(store, [] {});  // nothing is wrong yet, and it looks once
    Shell(filled).edit("UPDATE denial SET whom = 'quokka' WHERE id = 1");
    record(store, [&] { store.register_rows().remove_denial(1); });
    CHECK(found(store) == "denial 1 was changed outside the journal before entry 5");
    CHECK(store.journal().altered() == found(store));
}

TEST_CASE("whatever honest work does to the rows, in any order and through two connections, holds", "[J1]") {
    const Scratch scratch;
    auto one = scratch.make();
    auto two = scratch.open();
    fill(one);
    record(two, [&] {
        auto team = *two.register_rows().team(TeamId("camphor"));
        two.register_rows().put(team);  // as it was
        team.clearances.erase(team.clearances.begin());
        two.register_rows().put(team);
        two.register_rows().put(a_team("brief"));
        two.register_rows().remove(TeamId("brief"));  // never seen by anybody
        two.minutes().unlink_denial(1);
        two.register_rows().remove_denial(1);
    });
    CHECK(found(one).empty());
    record(one, [&] {
        one.register_rows().remove(PersonId("p2"), noon + 1h);
        one.register_rows().remove(TeamId("camphor"));  // and its clearance by the foreign key
        one.register_rows().put(a_person("p2", "orchid"));
        one.register_rows().remove(community::Term{"sc-member", PersonId("p1"), ListId(""), {noon, noon + 24h}});
        one.journal().append(noon, "system", "test.first", "", "{}");  // two entries in one transaction
        one.register_rows().put(community::Term{"sc-member", PersonId("p1"), ListId(""), {noon, noon + 48h}});
    });
    CHECK(found(two).empty());
    CHECK(found(one).empty());
    CHECK((one.journal().altered() + two.journal().altered()).empty());
}

TEST_CASE("a write to a bound table without an entry after it is not committed", "[J1]") {
    const Scratch scratch;
    auto store = scratch.make();
    const auto put = [&] { store.register_rows().put(a_team("orchid")); };
    const auto put_too_late = [&] {
        store.journal().append(noon, "system", "team.add", "orchid", "{}");
        put();
    };
    CHECK_THROWS_WITH(commit(store, put), Catch::Contains("without its journal entry: team 1"));
    CHECK_THROWS_AS(commit(store, put_too_late), std::logic_error);
    CHECK(store.register_rows().teams().empty());
    CHECK(store.journal().head().number == 0);
    record(store, put);
    CHECK_NOTHROW(commit(store, put));  // as it was: no act
    CHECK(found(store).empty());
}

TEST_CASE("a letter that waits is vouched for, whether an entry follows it or not, and missed when it is taken out", "[J1][C6]") {
    const Scratch scratch;
    auto store = scratch.make();
    populate(store, 2);
    const auto letter = [&](const std::string& id) {
        auto post = a_post(id);
        post.kind = PostKind::notice;
        post.state = PostState::distributed;
        post.list = {};
        post.decided = noon + 1h;
        store.deliveries().add(store.posts().add(post, {"key", "bytes"}), 1);
    };
    const auto wait = [&] { store.waiting().add({PostId("w"), PersonId("p1"), noon, Purpose::reminder, Tlp::amber}, {"key", "bytes"}); };
    record(store, [&] { letter("before"); });
    const auto entries = store.journal().head().number;
    commit(store, [&] {
        store.journal().append(noon, "system", "test.act", "", "{}");
        letter("after");
        wait();
    });
    CHECK(store.journal().head().number == entries + 2);
    std::string last;
    store.journal().each({}, [&](const Entry& e) { last = fmt::format("{} {} {}", to_string(e.at), e.act, e.detail); });
    CHECK(last == to_string(noon + 1h) + R"( letters.bound {"rows":2})");
    CHECK(found(store).empty());
    CHECK_THROWS_AS(commit(store,
                           [&] {
                               letter("beside");
                               store.register_rows().put(a_team("camphor"));
                           }),
                    std::logic_error);
    commit(store, [&] { CHECK(store.waiting().take(PersonId("p1")).size() == 1); });
    CHECK(found(store).empty());
    commit(store, wait);
    const auto lost = GENERATE(table<std::string, std::string>({
        {"DELETE FROM waiting_letter", "waiting_letter 1"},
        {"DELETE FROM delivery; DELETE FROM unfinished; DELETE FROM body; DELETE FROM post WHERE id = 'before'", "post 1"},
        {"DELETE FROM delivery; DELETE FROM unfinished; DELETE FROM body; DELETE FROM post WHERE id = 'after'", "post 2"},
    }));
    Shell(scratch).edit(std::get<0>(lost));
    CHECK(found(store) == std::get<1>(lost) + " was removed outside the journal");
}

TEST_CASE("an inner transaction that is taken back takes its binding back", "[J1]") {
    const Scratch scratch;
    auto store = scratch.make();
    record(store, [&] {
        store.register_rows().put(a_team("orchid"));
        {
            Store::Transaction tried(store);
            store.register_rows().put(a_team("camphor"));
            store.journal().append(noon, "system", "team.add", "camphor", "{}");
        }
        Store::Transaction kept(store);
        store.register_rows().put(a_team("quokka"));
        kept.commit();
    });
    CHECK(store.register_rows().teams().size() == 2);
    CHECK(store.journal().head().number == 1);
    CHECK(found(store).empty());
    CHECK(store.journal().altered().empty());
    const auto inner_without_entry = [&] {
        Store::Transaction inner(store);
        store.register_rows().put(a_team("brief"));
        inner.commit();
    };
    CHECK_THROWS_AS(commit(store, inner_without_entry), std::logic_error);
    CHECK(store.register_rows().teams().size() == 2);
}

TEST_CASE("an older file's rows are bound when it is opened", "[J1][O2]") {
    const Scratch scratch;
    {
        make_file(scratch, schema_of(6));
        Program(scratch, schema_of(6)).record([] {});
    }
    scratch.tamper(R"sql(
INSERT INTO team VALUES (4, 'orchid', 'ORCHID', 'operational', '', 'SG', NULL, NULL);
INSERT INTO case_file VALUES (1, 'C-1', 'orchid', 5, 'n');
INSERT INTO case_act VALUES (1, 1, 5, 'operator root', 'D-1', 'open'), (1, 2, 5, 'operator root', '', 'serve'))sql");
    {
        auto store = scratch.open();
        CHECK(found(store).empty());
        std::vector<std::string> acts;
        store.journal().each({}, [&](const Entry& e) { acts.push_back(e.actor + " " + e.act + " " + e.detail); });
        CHECK(acts == std::vector<std::string>{"system test.act {}", R"(system journal.bound {"rows":4})"});
    }
    CHECK(scratch.open().journal().head().number == 2);  // once
    Shell(scratch).edit("UPDATE case_act SET act = 'close' WHERE number = 2");
    auto store = scratch.open();
    CHECK(found(store) == "case_act 1/2 was changed outside the journal");
}

}  // namespace caveat::storage::test
