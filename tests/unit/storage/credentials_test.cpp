// What proves who asks comes back as it was, changes where it may, and goes when its time is over.
#include "caveat/storage/credentials.hpp"

#include "shell.hpp"

namespace caveat::storage::test {
namespace {

TokenRow a_token(const std::string& id, const std::string& secret) {
    TokenRow t;
    t.id = id;
    t.secret = toy_chain(secret);
    t.name = "backup of the roster";
    t.holder = PersonId{"mei"};
    t.rights = "teams:read posts:read";
    t.lists = "teams wg";
    t.created_by = "operator root";
    t.created = noon;
    t.expires = noon + 24h;
    return t;
}

SessionRow a_session(const std::string& secret, const std::string& person = "mei") {
    return {0, toy_chain(secret), PersonId{person}, noon, noon + 8h, noon, false, 0};
}

StoredReply a_reply(const std::string& caller, const std::string& key) {
    return {caller, key, toy_chain("POST /v1/teams"), 201, "ETag: \"1\"", std::string("{\"id\":\"a\"}\0x", 12), noon};
}

}  // namespace

TEST_CASE("a token comes back as made, by id and by hash, and only its end and its last use change", "[H1]") {
    Scratch scratch;
    auto store = scratch.make();
    auto& rows = store.credentials();
    auto t = a_token("7f3a91c2", "one");
    auto of_operator = a_token("00000001", "two");
    of_operator.holder.reset();
    of_operator.created = noon + 1s;
    record(store, [&] {
        rows.put(of_operator);
        rows.put(t);
    });
    CHECK(rows.token("7f3a91c2") == t);
    CHECK(rows.token_of(toy_chain("one")) == t);
    CHECK(rows.token_of(toy_chain("two")) == of_operator);
    CHECK_FALSE(rows.token_of(toy_chain("three")));
    CHECK_FALSE(rows.token_of(Digest{}));
    CHECK_FALSE(rows.token("' OR 1=1 --"));
    CHECK(rows.tokens() == std::vector{t, of_operator});

    auto forged = t;
    forged.rights = "tokens:write";
    forged.expires = noon + 24h * 1000;
    forged.revoked = noon + 1h;
    record(store, [&] {
        rows.put(forged);
        rows.use_token(t.id, noon + 1min);
        rows.use_token(t.id, noon + 2min);
    });
    t.revoked = noon + 1h;
    t.last_used = noon + 2min;
    CHECK(rows.token(t.id) == t);
    Store::Transaction transaction(store);
    CHECK_THROWS_AS(rows.put(a_token("another", "one")), Broken);  // one secret, one token
}

TEST_CASE("a link is taken once, and asks are counted by address and time", "[H1][A7]") {
    Scratch scratch;
    auto store = scratch.make();
    auto& rows = store.credentials();
    const LinkRow link{toy_chain("one"), PersonId{"mei"}, noon + 15min};
    commit(store, [&] {
        rows.put(link);
        for (const auto at : {noon, noon + 1min, noon + 2min}) rows.note_ask(toy_chain("mei@"), at);
        rows.note_ask(toy_chain("ana@"), noon);
    });
    CHECK(rows.asks(toy_chain("mei@"), noon, noon + 1h) == 3);
    CHECK(rows.asks(toy_chain("mei@"), noon + 1min, noon + 1h) == 2);
    CHECK(rows.asks(toy_chain("mei@"), noon - 1min, noon) == 1);  // the others are of a clock that stood ahead
    CHECK(rows.asks(toy_chain("nobody@"), noon, noon + 1h) == 0);
    record(store, [&] {
        CHECK(rows.take_link(toy_chain("one")) == link);
        CHECK_FALSE(rows.take_link(toy_chain("one")));
        CHECK_FALSE(rows.take_link(toy_chain("two")));
    });
}

TEST_CASE("a command that waits is taken once, and goes with its person and its time", "[K7]") {
    Scratch scratch;
    auto store = scratch.make();
    populate(store, 2);
    auto& rows = store.credentials();
    const auto put = [&](const char* secret, const char* person, Instant expires) {
        rows.put(ChallengeRow{toy_chain(secret), PersonId{person}, ListId{"teams"}, {std::string("k\0ey", 4), "bytes"}, expires});
    };
    record(store, [&] {
        put("one", "p1", noon + 1h);
        put("old", "p1", noon);
        put("p2's", "p2", noon + 1h);
        rows.forget_ended(noon, noon);
        store.register_rows().remove(PersonId{"p2"}, noon);
    });
    record(store, [&] {
        const auto taken = rows.take_challenge(toy_chain("one"));
        REQUIRE(taken);
        CHECK(taken->person == PersonId{"p1"});
        CHECK(taken->list == ListId{"teams"});
        CHECK(taken->commands.key == std::string("k\0ey", 4));
        CHECK(taken->commands.bytes == "bytes");
        CHECK(taken->expires == noon + 1h);
        for (const auto* secret : {"one", "old", "p2's", "never"}) {
            CAPTURE(secret);
            CHECK_FALSE(rows.take_challenge(toy_chain(secret)));
        }
    });
}

TEST_CASE("a session keeps its person and its time, and no id is given twice", "[H5]") {
    Scratch scratch;
    auto store = scratch.make();
    auto& rows = store.credentials();
    auto s = a_session("one");
    commit(store, [&] { s.id = rows.put(s); });
    CHECK(s.id == 1);
    CHECK(rows.session_of(toy_chain("one")) == s);
    auto later = s;
    later.seen = noon + 5min;
    later.code_shown = true;
    later.wrong_codes = 2;
    auto forged = later;
    forged.person = PersonId{"ana"};
    forged.expires = noon + 24h * 365;
    commit(store, [&] { rows.put(forged); });
    CHECK(rows.session_of(toy_chain("one")) == later);
    CHECK(rows.sessions(PersonId{"mei"}) == std::vector{later});
    CHECK(rows.sessions(PersonId{"ana"}).empty());
    record(store, [&] { rows.end_session(s.id); });
    CHECK_FALSE(rows.session_of(toy_chain("one")));
    commit(store, [&] { CHECK(rows.put(a_session("two")) == 2); });
    Store::Transaction transaction(store);
    CHECK_THROWS_AS(rows.put(s), Broken);
}

TEST_CASE("what was used or ended opens nothing when its row is put back as it was, and the journal tells", "[H1][H5][J1]") {
    Scratch scratch;
    auto store = scratch.make();
    populate(store, 1);
    auto& rows = store.credentials();
    const PersonId p1{"p1"};
    std::int64_t session = 0;
    commit(store, [&] {
        rows.put(LinkRow{toy_chain("link"), p1, noon + 15min});
        rows.put(ChallengeRow{toy_chain("command"), p1, ListId{"teams"}, {"key", "bytes"}, noon + 1h});
        session = rows.put(a_session("session", "p1"));
    });
    const auto beside = (scratch.folder / "beside.db").string();
    const std::vector<std::string> tables{"sign_in_link", "challenge", "session"};
    const auto with_both = [&](const std::string& sql) {
        SQLite::Database db(scratch.options.path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        db.exec("ATTACH '" + beside + "' AS beside");
        for (const auto& table : tables) db.exec(fmt::format(fmt::runtime(sql), table));
    };
    with_both("CREATE TABLE beside.{0} AS SELECT * FROM main.{0}");
    record(store, [&] {
        SECTION("used, and signed out") {
            CHECK(rows.take_link(toy_chain("link")));
            CHECK(rows.take_challenge(toy_chain("command")));
            rows.end_session(session);
        }
        SECTION("ended with all that its person signed in with") { store.register_rows().end_access(p1, noon); }
        SECTION("gone with its person") { store.register_rows().remove(p1, noon); }
    });
    CHECK(found(store).empty());
    with_both("INSERT INTO main.{0} SELECT * FROM beside.{0}");
    CHECK_FALSE(rows.session_of(toy_chain("session")));
    CHECK(found(store) == "session 1 was used or ended, and was put back outside the journal");
    record(store, [&] {
        CHECK_FALSE(rows.take_link(toy_chain("link")));
        CHECK_FALSE(rows.take_challenge(toy_chain("command")));
    });
    Shell(scratch).edit("DELETE FROM used_signature");
    CHECK_THAT(found(store), Catch::StartsWith("used_signature") && Catch::EndsWith("was removed outside the journal"));
}

TEST_CASE("a person has one second factor at most", "[H5]") {
    Scratch scratch;
    auto store = scratch.make();
    auto& rows = store.credentials();
    record(store, [&] {
        rows.put(FactorRow{PersonId{"mei"}, {std::string("k\0ey", 4), "bytes"}, false, 0});
        rows.put(FactorRow{PersonId{"mei"}, {"key", std::string("b\0", 2)}, true, 60'000'000});
    });
    const auto f = rows.factor(PersonId{"mei"});
    REQUIRE(f);
    CHECK(f->secret.key == "key");
    CHECK(f->secret.bytes == std::string("b\0", 2));
    CHECK(f->confirmed);
    CHECK(f->step == 60'000'000);
    CHECK_FALSE(rows.factor(PersonId{"ana"}));
    record(store, [&] {
        CHECK(rows.remove_factor(PersonId{"mei"}));
        CHECK_FALSE(rows.remove_factor(PersonId{"mei"}));
    });
    CHECK_FALSE(rows.factor(PersonId{"mei"}));
}

TEST_CASE("a reply is found by caller and key until its time is over", "[H2]") {
    Scratch scratch;
    auto store = scratch.make();
    auto& rows = store.credentials();
    const auto mine = a_reply("token 7f3a91c2", "k1");
    auto theirs = a_reply("token 00000001", "k1");
    theirs.at = noon + 1h;
    commit(store, [&] {
        rows.put(mine);
        rows.put(theirs);
    });
    CHECK(rows.find("token 7f3a91c2", "k1") == mine);
    CHECK(rows.find("token 00000001", "k1") == theirs);
    CHECK_FALSE(rows.find("token 7f3a91c2", "k2"));
    {
        Store::Transaction transaction(store);
        CHECK_THROWS_AS(rows.put(mine), Broken);
    }
    commit(store, [&] { CHECK(rows.forget_older_than(noon + 1h) == 1); });
    CHECK_FALSE(rows.find("token 7f3a91c2", "k1"));
    CHECK(rows.find("token 00000001", "k1"));
}

TEST_CASE("what is over is forgotten, what is not stays", "[H1]") {
    Scratch scratch;
    auto store = scratch.make();
    auto& rows = store.credentials();
    commit(store, [&] {
        rows.put(LinkRow{toy_chain("old"), PersonId{"mei"}, noon});
        rows.put(LinkRow{toy_chain("new"), PersonId{"mei"}, noon + 1s});
        rows.put(a_session("one"));
        rows.note_ask(toy_chain("mei@"), noon - 1s);
        rows.note_ask(toy_chain("mei@"), noon);
        rows.forget_ended(noon, noon);
    });
    CHECK(rows.asks(toy_chain("mei@"), noon - 1h, noon + 24h) == 1);
    CHECK(rows.session_of(toy_chain("one")));
    record(store, [&] {
        CHECK_FALSE(rows.take_link(toy_chain("old")));
        CHECK(rows.take_link(toy_chain("new")));
        rows.forget_ended(noon + 8h, noon);
    });
    CHECK_FALSE(rows.session_of(toy_chain("one")));
}

TEST_CASE("live terms are those of the person at that instant", "[A10]") {
    Scratch scratch;
    auto store = scratch.make();
    auto& people = store.register_rows();
    community::Person person;
    person.id = PersonId{"zoe"};
    person.name = "Zoe";
    record(store, [&] {
        community::Team team;
        team.id = person.team = TeamId{"zoes"};
        people.put(team);
        people.put(person);
        people.put(community::Term{"secretariat", person.id, ListId{}, {noon, noon + 1h}});
        people.put(community::Term{"owner", person.id, ListId{"teams"}, {noon - 1h, std::nullopt}});
    });
    const auto roles = [&](Instant now) {
        std::vector<std::string> all;
        for (const auto& term : people.live_terms(person.id, now)) all.push_back(term.role);
        std::sort(all.begin(), all.end());
        return all;
    };
    using Roles = std::vector<std::string>;
    CHECK(roles(noon - 2h).empty());
    CHECK(roles(noon - 1us) == Roles{"owner"});
    CHECK(roles(noon) == Roles{"owner", "secretariat"});
    CHECK(roles(noon + 1h) == Roles{"owner"});  // half open
    record(store, [&] { people.remove(person.id, noon + 2h); });
    CHECK(roles(noon).empty());
}

}  // namespace caveat::storage::test
