// Whoever writes to the file without the key gets nothing, and what they wrote is found: tried over each table and column of the schema.
#include <array>
#include <map>
#include <set>

#include "caveat/storage/set_aside.hpp"
#include "filled.hpp"
#include "other_program.hpp"

namespace caveat::storage::test {
namespace {

// Tables and columns in which nobody's proof stands, each with the reason. What is not here is found by Journal::verify.
struct Excused {
    const char *what, *because;
};
constexpr std::array excused{
    Excused{"meta", "counts changes of the register, for caches, which go by the sealed head of the journal, too"},
    Excused{"body", "sealed bytes: a change does not open, and doctor names each (damaged_bodies); a removal is found"},
    Excused{"opened", "sealed bytes of what was inside a post: a change does not open, and doctor names each (damaged_bodies)"},
    Excused{"unfinished", "how far the courier has come; who gets a copy is in the rows"},
    Excused{"letter_hour", "when somebody last had a letter that was not urgent: at worst one goes an hour sooner"},
    Excused{"link_ask", "how often links were asked for in the last hour"},
    Excused{"token_use", "when a token was last used"},
    Excused{"reply", "a reply kept for a repeated request, sealed for its caller"},
    Excused{"key_told", "who was told that a copy waits for a key, which is in the journal: at worst once more or once less"},
    Excused{"search_segment", "the index of the archive: each post that is found is asked about, and `archive reindex` makes it anew"},
    Excused{"search_block", "sealed bytes of the index: a change does not open, and the posts are looked at themselves"},
    Excused{"searched", "where the index has a post: at worst it is not found, and doctor tells"},
    Excused{"search_due", "what the index does not have yet: at worst a post is not found, and doctor tells"},
    Excused{"archive_link", "which posts may be of one thread: each is asked about, and cards say what they answer"},
    Excused{"sqlite_sequence", "SQLite's own"},
    Excused{"head.one", "there is one row, and nobody asks for its number"},
    Excused{"delivery.next", "when a copy is tried again, which many copies wait for at once"},
};
// Of which a removal is nobody's gain: who may sign in has to do it again; whom a post names stands in the rows of its copies; a letter
// that is not urgent does not come, and the record that it tells of is there; a key that nobody looked at gets nothing; a command that
// nobody can confirm is not done; a reminder that was mailed is mailed once more.
const std::set<std::string> may_go{"session", "sign_in_link", "challenge", "named", "waiting_letter", "key_fact", "reminder"};

bool is_excused(const std::string& what) {
    return std::any_of(excused.begin(), excused.end(), [&](const Excused& one) { return one.what == what; });
}

std::vector<std::string> proving_tables(const Scratch& scratch) {
    auto tables = Shell(scratch).texts("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
    std::erase_if(tables, is_excused);
    return tables;
}

std::vector<std::string> columns_in(const Scratch& scratch, const std::string& table) {
    return Shell(scratch).texts("SELECT name FROM pragma_table_info('" + table + "')");
}

std::string nothing_becomes(const Scratch& scratch, const std::string& table, const std::string& column) {
    const auto type = Shell(scratch).texts("SELECT type FROM pragma_table_info('" + table + "') WHERE name = '" + column + "'").at(0);
    return type == "BLOB" ? "x'00'" : type == "TEXT" ? "'x'" : "0";
}

// Of two rows, the key in one column; empty if the table has no such key, or fewer rows.
std::vector<std::string> two_keys(const Scratch& scratch, const std::string& table, std::string& column) {
    Shell shell(scratch);
    const auto keys = shell.texts("SELECT name FROM pragma_table_info('" + table + "') WHERE pk > 0");
    if (keys.size() != 1) return {};
    column = keys[0];
    const auto rows = shell.texts(fmt::format("SELECT quote({0}) FROM {1} ORDER BY {0} LIMIT 2", column, table));
    return rows.size() == 2 ? rows : std::vector<std::string>{};
}

// The words may be the table's, or of the post or the entry that vouches for the row.
const auto is_found = Catch::Matches(".*(outside the journal|its seal does not hold|entry -?[0-9]+ |the head of the journal|the sum over the rows).*");

}  // namespace

TEST_CASE("what is excused from proof is in the schema", "[J1][J3]") {
    const Filled filled;
    for (const auto& [what, because] : excused) {
        const std::string name = what;
        const auto dot = name.find('.');
        const auto columns = columns_in(filled, name.substr(0, dot));
        CAPTURE(name, because);
        CHECK_FALSE(columns.empty());
        if (dot != std::string::npos) CHECK(std::count(columns.begin(), columns.end(), name.substr(dot + 1)) == 1);
    }
}

TEST_CASE("an edit of any column of any table that proves something is found", "[J1][J3]") {
    const Filled filled;
    for (const auto& table : proving_tables(filled)) {
        for (const auto& column : columns_in(filled, table)) {
            if (is_excused(table + "." + column)) continue;
            CAPTURE(table, column);
            // A text takes one more letter, so do bytes, a number falls, and what was empty has a value.
            const auto changed = fmt::format(
                "CASE typeof({0}) WHEN 'text' THEN {0} || 'x' WHEN 'blob' THEN CAST({0} || 'x' AS BLOB) WHEN 'null' THEN {1} ELSE {0} - 7 "
                "END",
                column, nothing_becomes(filled, table, column));
            CHECK_THAT(filled.after("PRAGMA ignore_check_constraints = ON; UPDATE " + table + " SET " + column + " = " + changed +
                                    filled.one_row(table)),
                       is_found);
        }
    }
}

TEST_CASE("the removal of a row of any table that proves something is found, and of all of them", "[J1][J3]") {
    const Filled filled;
    for (const auto& table : proving_tables(filled)) {
        if (may_go.count(table) > 0) continue;
        CAPTURE(table);
        CHECK_THAT(filled.after("DELETE FROM " + table + filled.one_row(table)), is_found);
        CHECK_THAT(filled.after("DELETE FROM " + table), is_found);
    }
}

TEST_CASE("the removal of a post's bytes is found", "[J1][D2]") {
    const Filled filled;
    CHECK_THAT(filled.after("DELETE FROM body" + filled.one_row("body")), Catch::Matches(".*the bytes of post .* were removed.*"));
}

TEST_CASE("two rows that change places in any table that proves something are found", "[J1][J3]") {
    const Filled filled;
    int tried = 0;
    for (const auto& table : proving_tables(filled)) {
        std::string key;
        const auto rows = two_keys(filled, table, key);
        if (rows.empty()) continue;
        CAPTURE(table);
        const auto free = rows[0].front() == 'X' ? "x'00'" : rows[0].front() == '\'' ? "'free'" : "-1";
        const auto move = [&](const std::string& from, const std::string& to) {
            return fmt::format("UPDATE {0} SET {1} = {2} WHERE {1} = {3};", table, key, to, from);
        };
        CHECK_THAT(filled.after(move(rows[0], free) + move(rows[1], rows[0]) + move(free, rows[1])), is_found);
        ++tried;
    }
    CHECK(tried > 10);
}

TEST_CASE("a row as it once was, put back with the seal it had, is found", "[J1][J3]") {
    const Filled filled;
    {
        auto store = filled.open();
        record(store, [&] { store.register_rows().unsubscribe(ListId("teams"), PersonId("p2"), noon + 1h); });
        CHECK(found(store).empty());
    }
    Shell(filled).edit(
        "UPDATE subscription SET ends = 9223372036854775807, seal = (SELECT seal FROM subscription LIMIT 1) WHERE person = 2");
    auto store = filled.open();
    CHECK_THAT(found(store), Catch::Matches("subscription 1/2/[0-9]+ was changed outside the journal"));
}

namespace {

// A file in the hands of a daemon that hears of rows that do not hold.
struct Watched : Filled {
    std::vector<std::string> heard;
    Watched() {
        options.warn = [this](std::string_view line) { heard.emplace_back(line.substr(0, line.find(" was "))); };
    }
    [[nodiscard]] std::size_t copies_of(Store& store, PostKey post) const {
        std::size_t all = 0;
        commit(store, [&] {
            while (const auto slice = store.deliveries().lease(noon + 24h, 10, 0)) all += slice->post == post ? slice->due.size() : 0;
        });
        return all;
    }
};

}  // namespace

TEST_CASE("no copy leaves that somebody wrote or changed without the key", "[J1][A1]") {
    Watched file;
    // Post 2 has two copies that are queued.
    const auto [sql, left, row] = GENERATE(table<std::string, std::size_t, std::string>({
        {"UPDATE delivery SET person = 1 WHERE key = (2 << 32) + 2", 1, "delivery 8589934594"},
        {"UPDATE delivery SET named = 1 WHERE key = (2 << 32) + 2", 1, "delivery 8589934594"},
        {"INSERT INTO delivery SELECT key + 1, person, named, state, attempts, at, next, address, because, reply, code, seal FROM delivery "
         "WHERE key = (2 << 32) + 2; UPDATE unfinished SET last = 3",
         2, "delivery 8589934595"},
        {"INSERT INTO delivery (key, person, named, state, attempts, at, next) VALUES ((2 << 32) + 9, 1, 0, 2, 0, 0, 0)", 2,
         "delivery 8589934601"},
        {"UPDATE post SET label = 0 WHERE key = 2", 0, "post 2"},
        {"UPDATE post SET list = 'other' WHERE key = 2", 0, "post 2"},
        {"UPDATE post SET sealed_as = 'post-1', body = 1 WHERE key = 2", 0, "post 2"},
    }));
    CAPTURE(sql);
    Shell(file).edit(sql);
    auto store = file.open();
    CHECK(file.copies_of(store, 2) == left);
    CHECK(file.heard == std::vector{row});
    commit(store, [&] { store.deliveries().recover(); });
    CHECK(file.copies_of(store, 2) == left);
    CHECK(file.heard.size() == 1);  // a row is told of once
}

TEST_CASE("copies go on behind as many that do not hold as are leased at once", "[J1]") {
    Watched file;
    Shell(file).edit("UPDATE delivery SET named = 0 WHERE key = (2 << 32) + 1");
    auto store = file.open();
    std::vector<std::int32_t> leased;
    commit(store, [&] {
        while (const auto slice = store.deliveries().lease(noon, 1, 0)) leased.push_back(slice->due.front().seq);
    });
    CHECK(leased == std::vector<std::int32_t>{2});
}

TEST_CASE("who was written into a roster without the key is not on it", "[J1][A1]") {
    Watched file;
    const auto now = noon + 1h;
    auto store = file.open();
    commit(store, [] {});  // looks once (standstill.hpp), and at nothing but seals from now on
    Shell(file).edit("UPDATE subscription SET delivery = 1 WHERE person = 2");
    CHECK(store.standing(PersonId("p1"), ListId("teams"), now)->roster);
    CHECK_FALSE(store.standing(PersonId("p2"), ListId("teams"), now)->roster);
    const std::vector<std::string> both{"p1@orchid.example", "p2@orchid.example"};
    CHECK(store.register_rows().on_roster(ListId("teams"), both, now) == std::vector<PersonKey>{1});
    PostKey key = 0;
    record(store, [&] {
        key = store.posts().add(a_post("new"), {"key", "bytes"});
        CHECK(store.deliveries().fan_out(key, ListId("teams"), now) == 1);
    });
    CHECK(file.heard == std::vector<std::string>{"subscription 1/2/1772452800000000"});
    // An honest write over it does not make it good.
    record(store, [&] { store.register_rows().subscribe({ListId("teams"), PersonId("p2"), DeliveryMode::each}, now); });
    CHECK_FALSE(store.standing(PersonId("p2"), ListId("teams"), now)->roster);
}

TEST_CASE("a row that was believed is not any more when it is changed, and is again when it is as it was", "[J1][A2]") {
    Watched file;
    const auto now = noon + 1h;
    auto store = file.open();
    commit(store, [] {});
    const auto is_on = [&] { return store.standing(PersonId("p2"), ListId("teams"), now)->roster.has_value(); };
    const auto seal = Shell(file).texts("SELECT quote(seal) FROM subscription WHERE person = 2").at(0);
    for (int i = 0; i < 2; ++i) {
        CHECK(is_on());
        Shell(file).edit("UPDATE subscription SET begins = begins + 1 WHERE person = 2");
        CHECK_FALSE(is_on());
        Shell(file).edit("UPDATE subscription SET begins = begins - 1 WHERE person = 2");
        CHECK(is_on());
        Shell(file).edit("UPDATE subscription SET seal = (SELECT seal FROM subscription WHERE person = 1) WHERE person = 2");
        CHECK_FALSE(is_on());
        Shell(file).edit("UPDATE subscription SET seal = " + seal + " WHERE person = 2");
    }
}

TEST_CASE("a copy that is changed while it is leased has no seal under its outcome", "[J1][J3]") {
    Watched file;
    auto store = file.open();
    std::vector<Outcome> outcomes;
    commit(store, [&] {
        const auto slice = store.deliveries().lease(noon, 10, 0);
        REQUIRE(slice->due.size() == 2);
        for (const auto& due : slice->due) {
            outcomes.push_back({.post = slice->post,
                                .seq = due.seq,
                                .state = DeliveryState::sent,
                                .attempts = 1,
                                .address = "p@orchid.example",
                                .because = {},
                                .reply = "250 ok",
                                .at = noon,
                                .next = {}});
        }
    });
    Shell(file).edit("UPDATE delivery SET person = 1 WHERE key = (2 << 32) + 2");
    commit(store, [&] { store.deliveries().record(outcomes); });
    CHECK(file.heard == std::vector<std::string>{"delivery 8589934594"});
    CHECK(Shell(file).texts("SELECT length(seal) FROM delivery WHERE key >> 32 = 2 ORDER BY key") == std::vector<std::string>{"16", "0"});
}

TEST_CASE("nobody is named who was written among the named without the key", "[J1][A3]") {
    Watched file;
    PostKey key = 0;
    {
        auto store = file.open();
        commit(store, [&] {
            key = store.posts().add(a_post("red"), {"key", "bytes"});
            store.posts().name_persons(key, {1});
        });
    }
    Shell(file).edit(fmt::format("INSERT INTO named VALUES ({}, 2, zeroblob(16))", key));
    auto store = file.open();
    commit(store, [&] { store.deliveries().fan_out(key, ListId("teams"), noon); });
    const auto rows = store.deliveries().rows(key);
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].named);
    CHECK_FALSE(rows[1].named);
}

TEST_CASE("no token, link, session or second factor opens anything that somebody changed without the key", "[J1][H1]") {
    Watched file;
    auto store = file.open();
    commit(store, [] {});  // looks once (standstill.hpp), and at nothing but seals from now on
    Shell(file).edit(
        "UPDATE token SET holder = 'p2' WHERE id = 'T-1'; UPDATE sign_in_link SET person = 'p2' WHERE person = 'p1';"
        "UPDATE session SET person = 'p2' WHERE id = 1; UPDATE second_factor SET confirmed = 0 WHERE person = 'p1'");
    auto& rows = store.credentials();
    CHECK_FALSE(rows.token_of(toy_chain("T-1")));
    CHECK_FALSE(rows.session_of(toy_chain("p1")));
    CHECK(rows.token_of(toy_chain("T-2")));
    CHECK(rows.session_of(toy_chain("p2")));
    record(store, [&] {
        CHECK_FALSE(rows.take_link(toy_chain("p1")));
        CHECK(rows.take_link(toy_chain("p2")));
    });
    const auto factor = rows.factor(PersonId("p1"));
    REQUIRE(factor);  // none would let a session in without a code
    CHECK(factor->confirmed);
    CHECK(factor->secret.key.empty());
    CHECK(file.heard.size() == 4);
}

TEST_CASE("a post that somebody changed without the key is not judged, and as a parent it is the strictest", "[J1][L4]") {
    Watched file;
    {
        auto store = file.open();
        commit(store, [&] { store.posts().add(a_post("spooled"), {"key", "bytes"}); });
    }
    Shell(file).edit("UPDATE post SET list = 'other' WHERE id = 'spooled'; UPDATE post SET label = 0, team = 'quokka' WHERE id = 'post-1'");
    auto store = file.open();
    CHECK(store.posts().spooled(0, 100, {}, 1).empty());
    CHECK(store.posts().find(PostId("spooled"))->forged);
    CHECK_FALSE(store.posts().find(PostId("post-2"))->forged);
    const auto parent = store.posts().parent("post-1@orchid.example");
    REQUIRE(parent);
    CHECK(parent->label == Tlp::red);
    CHECK(parent->team.empty());
}

TEST_CASE("posts of a list before stand under a name of their own, and that covers no edit", "[J1][ruling jj]") {
    const Filled filled;
    const bool edited = GENERATE(false, true);
    if (edited) Shell(filled).edit("UPDATE delivery SET address = 'eve@stranger.example' WHERE state = 1");
    auto store = filled.open();
    std::vector<std::string> names;
    for (int i = 0; i < 2; ++i) record(store, [&] { names.push_back(set_posts_aside(store, ListId("teams"), noon)); });
    CHECK(names == std::vector<std::string>{"teams~1", ""});
    const auto post = *store.posts().find(PostId("post-1"));
    CHECK(post.list == ListId("teams~1"));
    CHECK_FALSE(post.forged);
    CHECK(found(store).empty() != edited);
}

TEST_CASE("an older file's rows get their seals when it is opened, and one entry binds them", "[J1][O2]") {
    const Scratch scratch;
    const auto before = seals_step - 1;
    {
        make_file(scratch, schema_of(before));
        Program program(scratch, schema_of(before));
        program.record([&] {
            // As a program of then wrote it: the columns of now are not there yet.
            program.connection.run(
                "INSERT INTO team (id, name, category, subtype, economy) VALUES ('orchid', 'Orchid', 'operational', '', 'SG');"
                "INSERT INTO person (id, name, team, representative) VALUES ('p1', 'P', 1, 0);"
                "INSERT INTO list (id, class, charter, max_tlp, encryption, authentication, posting) VALUES ('teams', 'teams', 'x', 2, 0, "
                "2, 0)");
        });
    }
    scratch.tamper(R"sql(
INSERT INTO subscription VALUES (1, 1, 1767225600000000, 9223372036854775807, 1);
INSERT INTO post (id, kind, state, list, mail_from, rcpt_to, header_from, team, message_id, received, decided, strength, label, because,
    rules, released_by, conflict_note, red_to_roster, deliveries, sealed_as)
    VALUES ('done', 0, 1, 'teams', '', '', '', '', 'm', 1, 1, 1, 2, '', '', '', '', 0, 1, 'done');
INSERT INTO delivery (key, person, named, state, attempts, at) VALUES (4294967297, 1, 0, 1, 1, 1))sql");
    {
        auto store = scratch.open();
        CHECK(found(store).empty());
        CHECK(store.standing(PersonId("p1"), ListId("teams"), noon)->roster);
        std::vector<std::string> acts;
        store.journal().each({}, [&](const Entry& e) { acts.push_back(e.act + " " + e.detail); });
        REQUIRE(acts.size() == 3);
        CHECK(acts[1] == R"(journal.bound {"rows":5})");  // subscription and post; team, person and list, which have columns more
        CHECK_THAT(acts[2], Catch::Matches(R"re(outcomes\.bound \{"outcomes":\{"done":"[0-9a-f]{64}"\}\})re"));
    }
    Shell(scratch).edit("UPDATE delivery SET state = 3");
    auto store = scratch.open();
    CHECK(found(store) == "the outcomes of post done were changed outside the journal");
}

TEST_CASE("a row that did not hold before a step does not hold after it, and the others go on to", "[J1][O2]") {
    const Scratch scratch;
    const auto before = caveats_step - 1;
    {
        make_file(scratch, schema_of(before));
        Program program(scratch, schema_of(before));
        watch_sealed_tables(program.connection);
        program.record([&] {
            for (const auto* id : {"ours", "theirs"})
                program.connection.run(fmt::format(R"sql(
INSERT INTO post (id, kind, state, list, mail_from, rcpt_to, header_from, team, message_id, received, decided, strength, label, because,
    rules, released_by, conflict_note, red_to_roster, deliveries, sealed_as)
    VALUES ('{0}', 0, 1, 'teams', '', '', '', '', '{0}', 1, 1, 1, 2, '', '', '', '', 0, 0, '{0}'))sql",
                                                   id)
                                           .c_str());
        });
    }
    Shell(scratch).edit("UPDATE post SET label = 0 WHERE id = 'theirs'");
    auto store = scratch.open();
    CHECK_FALSE(store.posts().find(PostId("ours"))->forged);
    CHECK(store.posts().find(PostId("theirs"))->forged);
    CHECK_FALSE(found(store).empty());
}

TEST_CASE("a file is opened with its own key only, and with another nothing is written to it", "[J1][O1]") {
    Filled filled;
    const auto before = filled.all_bytes();
    filled.options.chain = [](std::string_view bytes) { return toy_chain("another site's " + std::string(bytes)); };
    const auto opened = Store::open(filled.options);
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == errc::invalid);
    CHECK_THAT(opened.error().detail, Catch::Contains("another key"));
    const Scratch empty;
    static_cast<void>(empty.make());
    filled.options.path = empty.options.path;
    CHECK_THAT(Store::open(filled.options).error().detail, Catch::Contains("another key"));
}

}  // namespace caveat::storage::test
