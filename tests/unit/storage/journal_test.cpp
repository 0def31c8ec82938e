#include "caveat/storage/journal.hpp"

#include "caveat/storage/standstill.hpp"
#include "shell.hpp"

using namespace caveat;
using namespace caveat::storage;
using namespace caveat::storage::test;

namespace {

void write_entries(Store& store, int count) {
    for (int i = 1; i <= count; ++i) {
        commit(store, [&] {
            const auto n = std::to_string(i);
            store.journal().append(noon + i * 1s, "operator root", i % 2 == 0 ? "post.judged" : "person.add", "subject-" + n,
                                   R"({"n":)" + n + "}");
        });
    }
}

// Past the triggers, as one who edits the file would.
void edit(const Scratch& scratch, const std::string& sql) { Shell(scratch).edit(sql); }

std::string complaint(Store& store, const std::optional<Journal::Head>& known = std::nullopt) {
    const auto verified = store.journal().verify(known);
    if (verified) return "";
    CHECK(verified.error().code == errc::corrupt);
    return verified.error().detail;
}

}  // namespace

TEST_CASE("an untouched journal verifies, also an empty one", "[J1]") {
    const Scratch scratch;
    auto store = scratch.make();
    CHECK(store.journal().verify()->number == 0);
    write_entries(store, 5);
    const auto head = store.journal().verify();
    REQUIRE(head);
    CHECK(head->number == 5);
    CHECK(head->hash == store.journal().head().hash);
    auto again = scratch.open();
    CHECK(again.journal().verify()->number == 5);
}

TEST_CASE("a change of any column of any entry is found", "[J1]") {
    const auto number = GENERATE(1, 3, 5);
    const std::string change = GENERATE("at = at + 1", "actor = 'operator eve'", "act = 'post.seen'", "subject = subject || 'x'",
                                        "detail = '{}'", "hash = zeroblob(32)", "hash = x'00'", "act = act || actor, actor = ''");
    CAPTURE(number, change);
    const Scratch scratch;
    auto store = scratch.make();
    write_entries(store, 5);
    edit(scratch, "UPDATE entry SET " + change + " WHERE number = " + std::to_string(number));
    CHECK_THAT(complaint(store), Catch::Contains("entry " + std::to_string(number)));
}

TEST_CASE("what an entry says counts only where it holds; whoever reads the journal itself reads it as it stands", "[J1]") {
    const std::string change =
        GENERATE("at = at + 1", "actor = 'operator eve'", "subject = subject || 'x'", "detail = '{}'", "hash = zeroblob(32)");
    CAPTURE(change);
    const Scratch scratch;
    auto store = scratch.make();
    write_entries(store, 5);
    edit(scratch, "UPDATE entry SET " + change + " WHERE number = 3");
    int shown = 0;
    const auto each = [&](std::int64_t from, std::int64_t limit) {
        store.journal().each({.from = from, .limit = limit, .act = {}, .subject = {}}, [](const Entry&) {});
    };
    store.journal().show({}, [&](const Entry&) { ++shown; });
    CHECK(shown == 5);
    CHECK_THROWS_AS(each(1, -1), Altered);
    CHECK_THROWS_AS(each(3, 1), Altered);
    CHECK_NOTHROW(each(1, 2));
    CHECK_NOTHROW(each(5, 1));
}

TEST_CASE("an entry that vouches for rows is held against them, too, when it is read", "[J1]") {
    const Scratch scratch;
    auto store = scratch.make();
    populate(store, 2);
    CHECK_NOTHROW(store.journal().each({}, [](const Entry&) {}));
    edit(scratch, "DELETE FROM bound WHERE table_name = 'team'");
    CHECK_THROWS_AS(store.journal().each({}, [](const Entry&) {}), Altered);
}

TEST_CASE("where one thread looks for all stores, an entry that does not hold when it is read stops them until it does", "[J1]") {
    Scratch scratch;
    scratch.options.standstill = std::make_shared<Standstill>();
    auto reader = scratch.make();
    write_entries(reader, 5);
    auto other = scratch.open();
    const auto look = [&] { scratch.options.standstill->look(other.look_at_rows()); };
    look();
    CHECK(other.stands_still().empty());
    edit(scratch, "UPDATE entry SET detail = '{\"n\":9}' WHERE number = 3");
    const auto read = [&] { reader.journal().each({.from = 1, .limit = -1, .act = {}, .subject = "subject-3"}, [](const Entry&) {}); };
    CHECK_THROWS_AS(read(), Altered);
    CHECK_THAT(other.stands_still(), Catch::Contains("entry 3 does not hold"));
    look();
    CHECK_THAT(other.stands_still(), Catch::Contains("entry 3 does not hold"));
    edit(scratch, "UPDATE entry SET detail = '{\"n\":3}' WHERE number = 3");
    look();
    CHECK(other.stands_still().empty());
    CHECK_NOTHROW(read());
}

TEST_CASE("an entry that is come upon while the one thread looks stops all until a look has asked of it", "[J1]") {
    Standstill standstill;
    standstill.look({});
    standstill.meet_entry(3, "entry 3 does not hold");
    standstill.look({});  // began before that
    CHECK(standstill.what() == "entry 3 does not hold");
    CHECK(standstill.is_here());
    CHECK(standstill.times() == 1);
    standstill.forget_entry(3);
    standstill.look({});
    CHECK_FALSE(standstill.is_here());
    CHECK(standstill.what().empty());
}

TEST_CASE("an entry that was taken out, or made to be about something else, is come upon by going along the journal", "[J1]") {
    const auto [sql, what] = GENERATE(table<std::string, std::string>({
        {"UPDATE entry SET subject = 'another' WHERE number = 3", "entry 3 does not hold: it or its place was changed"},
        {"DELETE FROM entry WHERE number = 3", "entry 3 is missing"},
    }));
    const Scratch scratch;
    auto store = scratch.make();
    write_entries(store, 5);
    CHECK(store.look_at_rows().empty());
    CHECK(store.journal().walks() > 0);
    edit(scratch, sql);
    CHECK_NOTHROW(store.journal().each({.from = 1, .limit = -1, .act = {}, .subject = "subject-3"}, [](const Entry&) {}));
    CHECK(store.look_at_rows() == what);
    CHECK(store.look_at_rows() == what);
}

TEST_CASE("missing, swapped, inserted and cut-off entries are found", "[J1]") {
    const auto [sql, where] = GENERATE(table<std::string, std::string>({
        {"DELETE FROM entry WHERE number = 3", "entry 3 is missing"},
        {"DELETE FROM entry WHERE number = 1", "entry 1 is missing"},
        {"DELETE FROM entry WHERE number = 5", "entry 5 is missing"},
        {"DELETE FROM entry WHERE number >= 3", "entry 3 is missing"},
        {"DELETE FROM entry", "entry 1 is missing"},
        {"UPDATE entry SET number = 99 WHERE number = 2; UPDATE entry SET number = 2 WHERE number = 4; UPDATE entry SET number = 4 WHERE "
         "number = 99",
         "entry 2"},
        {"DELETE FROM entry WHERE number = 3; UPDATE entry SET number = 3 WHERE number = 4; UPDATE entry SET number = 4 WHERE number = 5",
         "entry 3"},
        {"INSERT INTO entry SELECT 6, at, actor, act, subject, detail, hash FROM entry WHERE number = 5", "entry 6"},
        {"INSERT INTO entry SELECT 0, at, actor, act, subject, detail, hash FROM entry WHERE number = 5", "entry 1"},
        {"INSERT INTO entry SELECT -1, at, actor, act, subject, detail, hash FROM entry WHERE number = 5", "entry 1"},
    }));
    CAPTURE(sql);
    const Scratch scratch;
    auto store = scratch.make();
    write_entries(store, 5);
    edit(scratch, sql);
    CHECK_THAT(complaint(store), Catch::Contains(where));
}

TEST_CASE("a forged head does not hide a cut", "[J1]") {
    const std::string sql =
        GENERATE("UPDATE head SET number = 4, hash = (SELECT hash FROM entry WHERE number = 4)", "UPDATE head SET number = 4",
                 "UPDATE head SET hash = zeroblob(32)", "UPDATE head SET seal = zeroblob(32)", "UPDATE head SET seal = x''",
                 "DELETE FROM head", "DELETE FROM head; DELETE FROM entry");
    CAPTURE(sql);
    const Scratch scratch;
    auto store = scratch.make();
    write_entries(store, 5);
    edit(scratch, "DELETE FROM entry WHERE number = 5;" + sql);
    CHECK_THAT(complaint(store), Catch::Contains("head"));
}

TEST_CASE("an older copy of the whole database says nothing of itself, and is found by a head noted elsewhere", "[J4]") {
    const Scratch scratch;
    const auto copy = scratch.folder / "copy.db";
    {
        auto store = scratch.make();
        write_entries(store, 3);
    }
    std::filesystem::copy_file(scratch.options.path, copy);
    Journal::Head witness;
    {
        auto store = scratch.open();
        write_entries(store, 2);
        witness = store.journal().head();
    }
    std::filesystem::copy_file(copy, scratch.options.path, std::filesystem::copy_options::overwrite_existing);
    auto store = scratch.open();
    CHECK(store.journal().head().number == 3);
    CHECK(complaint(store).empty());
    CHECK_THAT(complaint(store, witness), Catch::Contains("entry 5, noted elsewhere, is missing"));
    // Nor does it help to go on until there are as many entries again.
    write_entries(store, 1);
    commit(store, [&] { store.journal().append(noon + 9s, "operator root", "person.add", "subject-9", "{}"); });
    CHECK(complaint(store).empty());
    CHECK_THAT(complaint(store, witness), Catch::Contains("entry 5"));
}

TEST_CASE("a head noted elsewhere shows that an older journal was put back", "[J1]") {
    const Scratch scratch;
    auto store = scratch.make();
    write_entries(store, 3);
    const auto early = store.journal().head();
    write_entries(store, 2);
    const auto late = store.journal().head();
    CHECK(complaint(store, early).empty());
    CHECK(complaint(store, late).empty());
    CHECK(complaint(store, Journal::Head{0, {}}).empty());
    CHECK_THAT(complaint(store, Journal::Head{late.number + 1, late.hash}), Catch::Contains("noted elsewhere"));
    CHECK_THAT(complaint(store, Journal::Head{late.number, early.hash}), Catch::Contains("noted elsewhere"));
    CHECK_THAT(complaint(store, Journal::Head{early.number, late.hash}), Catch::Contains("entry 3"));
}

TEST_CASE("an entry belongs to the transaction of its act", "[J1]") {
    const Scratch scratch;
    auto store = scratch.make();
    CHECK_THROWS_AS(store.journal().append(noon, "system", "a.b", "s", "{}"), std::logic_error);
    {
        Store::Transaction transaction(store);
        store.journal().append(noon, "system", "post.judged", "s", "{}");
        CHECK(store.journal().head().number == 1);
    }
    CHECK(store.journal().head().number == 0);
    write_entries(store, 1);
    CHECK(complaint(store).empty());
}

TEST_CASE("two connections append to one chain", "[J1]") {
    const Scratch scratch;
    auto one = scratch.make();
    auto two = scratch.open();
    for (int i = 0; i < 4; ++i) {
        write_entries(one, 2);
        write_entries(two, 1);
    }
    CHECK(complaint(one).empty());
    CHECK(two.journal().head().number == 12);
}

TEST_CASE("entries cannot be changed through the database itself", "[J1]") {
    const Scratch scratch;
    auto store = scratch.make();
    write_entries(store, 2);
    CHECK_THROWS(scratch.tamper("UPDATE entry SET actor = 'x'"));
    CHECK_THROWS(scratch.tamper("DELETE FROM entry"));
    CHECK(complaint(store).empty());
}

TEST_CASE("all that ends a subscription is found by one search, in the form of today and in the one it had", "[J1]") {
    const Scratch scratch;
    auto store = scratch.make();
    write_entries(store, 3);
    {
        Store::Transaction transaction(store);
        end_subscription(store, ListId{"teams"}, PersonId{"p1"}, noon, "operator root", Detail().add("what", ""));
        end_subscription(store, ListId{"teams"}, PersonId{"p1"}, noon, "person p1", Detail().add("by_mail", "post-1"));
        store.journal().append(noon, "person p1", "subscription.remove", "teams", R"({"person":"p1","by_mail":"post-2"})");  // as it was
        store.journal().append(noon, "person p2", "subscription.remove", "teams", R"({"person":"p2","by_mail":"post-3"})");
        store.journal().append(noon, "operator root", "list.change", "teams", R"({"person":"p1"})");
        transaction.commit();
    }
    const auto found_by = [&](const std::optional<std::string>& act, const std::string& subject) {
        std::vector<std::int64_t> seen;
        store.journal().each({1, -1, act, subject}, [&](const Entry& e) { seen.push_back(e.number); });
        return seen;
    };
    CHECK(found_by({}, "teams p1") == std::vector<std::int64_t>{4, 5, 6});
    CHECK(found_by("subscription.", "teams p1") == std::vector<std::int64_t>{4, 5, 6});
    CHECK(found_by("post.", "teams p1").empty());
    CHECK(found_by({}, "teams p2") == std::vector<std::int64_t>{7});
    CHECK(found_by({}, "teams") == std::vector<std::int64_t>{6, 7, 8});
}

TEST_CASE("entries that are dated before the one in front of them are named", "[J1][O6]") {
    const Scratch scratch;
    auto store = scratch.make();
    CHECK_FALSE(store.journal().newest_of_daily_life());
    const auto append = [&](Instant at, const char* act) {
        commit(store, [&] { store.journal().append(at, "operator root", act, "it", "{}"); });
    };
    append(noon + 20h, "community.load");
    CHECK_FALSE(store.journal().newest_of_daily_life());
    append(noon, "decision.voted");
    append(noon - 5min, "post.judged");
    append(noon - 6min, "person.add");
    CHECK(store.journal().newest_of_daily_life() == noon - 5min);
    const auto back = store.journal().steps_back(10min);
    REQUIRE(back.size() == 1);
    CHECK(back[0].number == 2);
    CHECK(back[0].at == noon);
    CHECK(back[0].before == noon + 20h);
    CHECK(back[0].act == "decision.voted");
}

TEST_CASE("entries are read by number, act and subject") {
    const Scratch scratch;
    auto store = scratch.make();
    write_entries(store, 10);
    const auto numbers = [&](const Journal::Filter& filter) {
        std::vector<std::int64_t> seen;
        store.journal().each(filter, [&](const Entry& e) { seen.push_back(e.number); });
        return seen;
    };
    CHECK(numbers({}).size() == 10);
    CHECK(numbers({8, -1, {}, {}}) == std::vector<std::int64_t>{8, 9, 10});
    CHECK(numbers({1, 2, {}, {}}) == std::vector<std::int64_t>{1, 2});
    CHECK(numbers({1, -1, "post.", {}}) == std::vector<std::int64_t>{2, 4, 6, 8, 10});
    CHECK(numbers({1, -1, "post%", {}}).empty());
    CHECK(numbers({1, -1, {}, "subject-7"}) == std::vector<std::int64_t>{7});
    CHECK(numbers({1, -1, "post.", "subject-7"}).empty());
    store.journal().each({3, 1, {}, {}}, [&](const Entry& e) {
        CHECK(e.at == noon + 3s);
        CHECK(e.actor == "operator root");
        CHECK(e.detail == R"({"n":3})");
        CHECK(numbers({}).size() == 10);  // a visitor may ask
    });
}

TEST_CASE("whether there is more than posts and their copies is told of the entries after one", "[J1]") {
    const Scratch scratch;
    auto store = scratch.make();
    const auto append = [&](const char* act) {
        commit(store, [&] { store.journal().append(noon, "system", act, "it", "{}"); });
        return store.journal().head().number;
    };
    CHECK_FALSE(store.journal().tells_more_than_fan_out(0));
    const auto act = append("term.ended");
    CHECK(store.journal().tells_more_than_fan_out(0));
    CHECK_FALSE(store.journal().tells_more_than_fan_out(act));
    for (const auto* of_copies : {"post.judged", "delivery.outcomes", "delivery.withheld", "post.finished"}) append(of_copies);
    CHECK_FALSE(store.journal().tells_more_than_fan_out(act));
    append("post.released");
    append("delivery.outcomes");
    CHECK(store.journal().tells_more_than_fan_out(act));
}
