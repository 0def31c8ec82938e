// Links to sign in: mailed to people only, good once, the same answer and the same traces of work for strangers.
#include <limits>

#include "an_office.hpp"

namespace caveat::test {

TEST_CASE("a link is mailed to the person's own address and opens a session once", "[H1][H5]") {
    AnOffice o;
    REQUIRE(asked(o.office, "MEI@Orchid.Example"));
    REQUIRE(o.letters().size() == 1);
    const auto letter = o.letters().front();
    CAPTURE(letter);
    CHECK(letter.find("mei@orchid.example") != std::string::npos);
    CHECK(letter.find("https://console.arc.example/sign-in/") != std::string::npos);
    CHECK(letter.find("15m") != std::string::npos);
    const auto secret = o.mailed_secret();
    const auto done = o.office.follow_link(secret);
    REQUIRE(done);
    CHECK_FALSE(done->needs_code);
    CHECK(done->expires == o.clock.now() + 8h);
    const auto again = o.office.follow_link(secret);
    REQUIRE_FALSE(again);
    CHECK(again.error().code == errc::denied);
    CHECK(o.acts() == std::vector<std::string>{"session.opened mei"});
    const auto session = o.office.session(done->cookie);
    REQUIRE(session);
    CHECK(session->caller.actor.name == "person mei");
    CHECK(session->caller.credential == "session 1");
    CHECK(session->caller.reach(right("people:read")) == Reach::own);
}

TEST_CASE("a link is over at its last second", "[H1]") {
    AnOffice o;
    REQUIRE(asked(o.office, "mei@orchid.example"));
    const auto secret = o.mailed_secret();
    SECTION("just before") {
        o.clock.time += 15min - 1us;
        CHECK(o.office.follow_link(secret));
    }
    SECTION("then") {
        o.clock.time += 15min;
        const auto late = o.office.follow_link(secret);
        REQUIRE_FALSE(late);
        CHECK(late.error().detail == o.office.follow_link(std::string(64, '0')).error().detail);
    }
    SECTION("or once its person is gone or held") {
        o.hold("mei", o.clock.now() + 1h);
        o.clock.time -= GENERATE(0min, 5min);  // also if the clock was set back behind it
        CHECK_FALSE(o.office.follow_link(secret));
        CHECK(o.acts().empty());
    }
}

TEST_CASE("no link goes to an address that nobody confirmed, nor in clear where a key was taken away", "[K8][item 60]") {
    using community::Unconfirmed;
    struct Row {
        const char* what;
        Unconfirmed waits;
        bool sent;
    };
    const auto row = GENERATE(values<Row>({
        {"another address", {Unconfirmed::What::addresses, {}, {"operator root"}, {"former@orchid.example"}}, false},
        {"one behind it", {Unconfirmed::What::addresses, {}, {"operator root"}, {"mei@orchid.example", "former@orchid.example"}}, true},
        {"a key that was taken away", {Unconfirmed::What::key, {}, {"operator root"}, {"77B1"}}, false},
    }));
    CAPTURE(row.what);
    AnOffice o;
    o.change([&](storage::Register& r) { r.put(PersonId{"mei"}, row.waits); });
    for (int ask = 0; ask < 2; ++ask) REQUIRE(asked(o.office, "mei@orchid.example"));
    CHECK(o.letters().size() == (row.sent ? 2 : 0));
    CHECK(o.acts() == (row.sent ? std::vector<std::string>{} : std::vector<std::string>{"link.withheld mei"}));  // once a day
    o.change([&](storage::Register& r) { r.drop(PersonId{"mei"}, row.waits.what); });
    REQUIRE(asked(o.office, "mei@orchid.example"));
    CHECK(o.letters().size() == (row.sent ? 3 : 1));
}

TEST_CASE("who is of a team that left neither signs in nor is known by what they had, until it applies again", "[A10][H1][ruling u]") {
    AnOffice o;
    const auto ana = "ana@banksia.example";
    const auto cookie = o.signed_in(ana);
    const auto token = o.made(o.root, "people:read", "ana").secret;
    REQUIRE(asked(o.office, ana));
    const auto link = o.mailed_secret();
    const auto letters = o.letters().size();
    const auto applied = [&](const char* id, Instant at) { o.store().applications().add({id, TeamId{"banksia"}, at, ""}); };
    o.change([&](storage::Register& r) {
        applied("A-1", o.clock.now() - 24h);
        auto team = *r.team(TeamId{"banksia"});
        team.category = "former";
        r.put(team);
        o.store().journal().append(o.clock.now(), "system", "team.revoked", "banksia", "{}");
    });
    CHECK_FALSE(o.office.session(cookie));
    CHECK_FALSE(o.office.bearer(token));
    CHECK_FALSE(o.office.correspondent(PersonId{"ana"}));
    CHECK_FALSE(o.office.follow_link(link));
    REQUIRE(asked(o.office, ana));
    CHECK(o.letters().size() == letters);
    o.clock.time += 1min;
    o.change([&](storage::Register&) { applied("A-2", o.clock.now()); });
    CHECK(o.office.session(cookie));
    CHECK(o.office.bearer(token));
    REQUIRE(asked(o.office, ana));
    CHECK(o.letters().size() == letters + 1);
    o.clock.time += 1min;
    const auto over = GENERATE(values<const char*>({"application.declined", "application.withdrawn"}));
    o.change([&](storage::Register&) { o.store().journal().append(o.clock.now(), "system", over, "A-2", "{}"); });
    CHECK_FALSE(o.office.session(cookie));
    CHECK_FALSE(o.office.bearer(token));
    CHECK_FALSE(o.office.correspondent(PersonId{"ana"}));
}

TEST_CASE("strangers hear the same and get no mail", "[A7][M4]") {
    AnOffice o;
    o.hold("ana", o.clock.now() + 1h);
    for (const auto& stranger :
         {std::string("nobody@orchid.example"), std::string(), std::string("@"), std::string("mei@orchid.example,evil@example.net"),
          std::string("mei@orchid.example\r\nBcc: evil@example.net"), std::string("mei@orchid.example\0", 19), std::string(1 << 20, 'a'),
          std::string("' OR 1=1 --"), std::string("\xff\xfe@\xff"), std::string("ana@banksia.example")}) {
        CAPTURE(stranger.substr(0, 60));
        CHECK(asked(o.office, stranger));
    }
    CHECK(o.letters().empty());
    CHECK(o.entries() == 0);
    // Each left a link that opens nothing: what a thief reads does not tell who is of the register.
    CHECK_FALSE(o.office.follow_link(""));
    CHECK_FALSE(o.office.follow_link(std::string(64, '.')));
}

TEST_CASE("a link takes nothing of the spare disk, whoever asks; signing in does", "[D4][A7]") {
    AnOffice o;
    REQUIRE(asked(o.office, "mei@orchid.example"));
    const auto secret = o.mailed_secret();
    const auto wish = o.office.ask_link("mei@orchid.example");
    REQUIRE((wish && *wish));
    const auto written = o.office.write_link(**wish);
    REQUIRE(written);
    auto options = o.options;
    options.spare_disk = std::numeric_limits<std::uintmax_t>::max();
    auto store = *storage::Store::open(options);
    access::Access cramped(store, *o.seal, o.rules, o.clock, o.how);
    for (const auto* address : {"mei@orchid.example", "nobody@orchid.example"}) {
        CHECK_THROWS_AS(cramped.ask_link(address), storage::Full);
    }
    CHECK_THROWS_AS(cramped.send_link(**wish, *written), storage::Full);
    CHECK(o.letters().size() == 1);
    CHECK(cramped.follow_link(secret));
}

TEST_CASE("links are asked for so often an hour and address, and nobody is told", "[H1][A7]") {
    AnOffice o;
    for (int i = 0; i < 8; ++i) {
        CHECK(asked(o.office, "mei@orchid.example"));
        o.clock.time += 1min;
    }
    CHECK(o.letters().size() == 5);
    CHECK(asked(o.office, "ana@banksia.example"));  // one's flood is not another's
    CHECK(o.letters().size() == 6);
    o.clock.time += 1h;
    CHECK(asked(o.office, "mei@orchid.example"));
    CHECK(o.letters().size() == 7);
}

TEST_CASE("a stranger who asks all the time keeps nobody out", "[H1][H4][A7]") {
    AnOffice o;
    std::size_t letters = 0;
    int newest = 0;  // the minute in which it was mailed
    for (int minute = 0; minute < 120; ++minute) {
        for (const auto* address : {"mei@orchid.example", "nobody@orchid.example"}) CHECK(asked(o.office, address));
        if (o.letters().size() > letters) newest = minute;
        letters = o.letters().size();
        CHECK(minute - newest < 15);  // it is still good
        o.clock.time += 1min;
    }
    CHECK(letters <= 15);
    o.clock.time += 14min;
    REQUIRE(asked(o.office, "mei@orchid.example"));
    CHECK(o.office.follow_link(o.mailed_secret()));
}

TEST_CASE("links that cannot be made say so to whoever set the house up, whoever asks", "[O1]") {
    AnOffice o;
    auto how = o.how;
    how.base_url.clear();
    access::Access without(o.store(), *o.seal, o.rules, o.clock, how);
    how = o.how;
    how.letterhead.templates = o.folder;
    access::Access silent(o.store(), *o.seal, o.rules, o.clock, how);
    for (const auto* address : {"mei@orchid.example", "nobody@orchid.example"}) {
        CHECK(asked(without, address).error().code == errc::invalid);
        CHECK(asked(silent, address).error().code == errc::not_found);
    }
    CHECK(o.letters().empty());
}

}  // namespace caveat::test
