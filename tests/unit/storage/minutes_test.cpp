// What the committee put on record comes back as it was, in its order, and stays.
#include "caveat/storage/minutes.hpp"

#include "other_program.hpp"
#include "shell.hpp"

namespace caveat::storage::test {
namespace {

Motion a_motion(const std::string& id) {
    Motion m;
    m.id = id;
    m.kind = "case.notice";
    m.rule = "approval";
    m.question = "Issue the first notice?\nWith a line break.";
    m.subject = "C-2026-001";
    m.proposed_by = "operator root";
    m.opens = noon;
    m.closes = noon + 24h;
    m.numbers = "sc.quorum\t5/7\n";
    return m;
}

}  // namespace

TEST_CASE("a decision comes back as it was proposed, and only its end changes", "[C5]") {
    Scratch scratch;
    auto store = scratch.make();
    auto m = a_motion("D-2");
    record(store, [&] {
        store.minutes().add(m);
        store.minutes().add(a_motion("D-1"));
    });
    CHECK(store.minutes().motion("D-2") == m);
    CHECK_FALSE(store.minutes().motion("D-3"));
    CHECK(store.minutes().motions().size() == 2);
    CHECK(store.minutes().motions().front().id == "D-2");  // in the order proposed, not of the names

    auto after = m;
    after.closed = noon + 1h;
    after.outcome = "passed with 5 of 7";
    after.used_by = "case.notice C-2026-001";
    auto forged = after;
    forged.question = "something else";
    record(store, [&] { store.minutes().update(forged); });
    CHECK(store.minutes().motion("D-2") == after);
    Store::Transaction transaction(store);
    CHECK_THROWS_AS(store.minutes().update(a_motion("D-9")), Broken);
}

TEST_CASE("what was said in a decision is kept in order and cannot be edited or taken away", "[J1]") {
    Scratch scratch;
    auto store = scratch.make();
    const Remark yes{noon, "operator root", "vote", TeamId("orchid"), "yes"};
    const Remark no{noon, "operator root", "vote", TeamId("orchid"), "no"};
    record(store, [&] {
        store.minutes().add(a_motion("D-1"));
        store.minutes().say("D-1", yes);
        store.minutes().say("D-1", no);
    });
    CHECK(store.minutes().remarks("D-1") == std::vector{yes, no});
    CHECK(store.minutes().remarks("D-2").empty());
    CHECK_THROWS(scratch.tamper("UPDATE remark SET word = 'yes'"));
    CHECK_THROWS(scratch.tamper("DELETE FROM remark"));
    Store::Transaction transaction(store);
    CHECK_THROWS_AS(store.minutes().say("D-2", yes), Broken);
}

TEST_CASE("a sealed vote is kept beside its remark, bytes and all, and stays as it was cast", "[J1][item 48]") {
    Scratch scratch;
    auto store = scratch.make();
    const Remark open{noon, "operator root", "vote", TeamId("orchid"), "yes"};
    const Remark dark{noon, "operator root", "vote", TeamId("orchid"), "", {std::string("k\0y", 3), std::string("\0\xff seal", 7)}};
    record(store, [&] {
        store.minutes().add(a_motion("D-1"));
        store.minutes().add(a_motion("D-2"));
        store.minutes().say("D-1", open);
        store.minutes().say("D-2", dark);
        store.minutes().say("D-1", dark);
        store.minutes().say("D-1", open);
    });
    CHECK(store.minutes().remarks("D-1") == std::vector{open, dark, open});
    CHECK(store.minutes().remarks("D-2") == std::vector{dark});
    CHECK_THROWS(scratch.tamper("UPDATE sealed_vote SET bytes = x'00'"));
    CHECK_THROWS(scratch.tamper("DELETE FROM sealed_vote"));
    CHECK(store.check());
}

TEST_CASE("an older file learns of secret ballots when it is opened, and what it held before stays bound", "[J1][O2][item 48]") {
    Scratch scratch;
    {
        make_file(scratch, schema_of(12));
        Program earlier(scratch, schema_of(12));
        earlier.record([&] {
            earlier.minutes.add(a_motion("D-1"));
            earlier.minutes.say("D-1", {noon, "operator root", "vote", TeamId("orchid"), "yes"});
        });
    }
    auto store = scratch.open();
    record(store, [&] { store.minutes().say("D-1", {noon, "operator root", "vote", TeamId("quokka"), "", {"key", "bytes"}}); });
    CHECK(store.minutes().remarks("D-1").back().sealed == Sealed{"key", "bytes"});
    CHECK(store.journal().verify());
    CHECK(store.check());
}

TEST_CASE("a case keeps its acts, its numbers and the denials it set") {
    Scratch scratch;
    auto store = scratch.make();
    const CaseRow row{"C-1", TeamId("quokka"), noon, "sanction.max\t12 months\n"};
    const CaseAct first{noon, "person orchid-rep", "D-1", std::string("open\tC-1\0x", 11)};
    const CaseAct second{noon, "operator root", "", "serve\t1"};
    record(store, [&] {
        auto& minutes = store.minutes();
        minutes.add(row);
        minutes.append("C-1", first);
        minutes.append("C-1", second);
        minutes.link_denial("C-1", 7);
        minutes.link_denial("C-1", 9);
        minutes.unlink_denial(7);
        minutes.add_letter("C-1", {1, PostId("p1")});
    });
    auto& minutes = store.minutes();
    CHECK(minutes.find_case("C-1") == row);
    CHECK_FALSE(minutes.find_case("C-2"));
    CHECK(minutes.cases() == std::vector{row});
    CHECK(minutes.acts("C-1") == std::vector{first, second});
    CHECK(minutes.denials_of("C-1") == std::vector<std::int64_t>{9});
    CHECK(minutes.case_of(9) == "C-1");
    CHECK(minutes.letters("C-1") == std::vector<LetterRow>{{1, PostId("p1")}});
    CHECK(minutes.letters("C-2").empty());
    CHECK_FALSE(minutes.case_of(7));
    CHECK_THROWS(scratch.tamper("UPDATE case_act SET at = 0"));
    CHECK_THROWS(scratch.tamper("DELETE FROM case_act"));
}

TEST_CASE("a hold keeps who, why and every extension", "[C6]") {
    Scratch scratch;
    auto store = scratch.make();
    HoldRow hold;
    hold.person = PersonId("quentin");
    hold.reason = "the mailbox is not his";
    hold.actor = "operator root";
    hold.placed = noon;
    hold.until = noon + 72h;
    hold.denial = 4;
    record(store, [&] { hold.id = store.minutes().put(hold); });
    CHECK(store.minutes().hold(hold.id) == hold);
    hold.extensions.push_back({noon + 1h, noon + 144h, "D-1"});
    hold.extensions.push_back({noon + 2h, noon + 200h, "D-2"});
    hold.told = noon;
    hold.lifted = noon + 3h;
    record(store, [&] { CHECK(store.minutes().put(hold) == hold.id); });
    CHECK(store.minutes().holds() == std::vector{hold});
    CHECK_FALSE(store.minutes().hold(99));
}

TEST_CASE("a reminder is kept once for what it is about and its instant", "[item 35]") {
    Scratch scratch;
    auto store = scratch.make();
    const ReminderRow row{"case C-1 3 sanction-ends", noon, noon + 1h};
    CHECK_FALSE(store.minutes().reminded(row.about, row.due));
    commit(store, [&] {
        CHECK(store.minutes().add(row));
        CHECK_FALSE(store.minutes().add(row));
        CHECK(store.minutes().add(ReminderRow{row.about, noon + 2h, noon + 2h}));
    });
    CHECK(store.minutes().reminded(row.about, row.due));
    CHECK_FALSE(store.minutes().reminded("case C-1 4 sanction-ends", row.due));
    CHECK_FALSE(store.minutes().reminded(row.about, noon + 1us));
}

TEST_CASE("a reminder that somebody else wrote keeps none back", "[T1]") {
    Scratch scratch;
    auto store = scratch.make();
    const ReminderRow row{"decision D-1 opens", noon, noon};
    Shell(scratch).edit(fmt::format("INSERT INTO reminder (about, due, sent) VALUES ('{}', {}, 0)", row.about, noon.time_since_epoch().count()));
    CHECK_FALSE(store.minutes().reminded(row.about, row.due));
    commit(store, [&] { CHECK(store.minutes().add(row)); });
    CHECK(store.minutes().reminded(row.about, row.due));
}

TEST_CASE("an older file learns of the committee when it is opened", "[O2]") {
    Scratch scratch;
    make_file(scratch, schema_of(4));
    auto store = scratch.open();
    record(store, [&] { store.minutes().add(a_motion("D-1")); });
    CHECK(store.minutes().motions().size() == 1);
    CHECK(store.check());
}

}  // namespace caveat::storage::test
