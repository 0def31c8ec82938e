// Sessions and the second factor: what a cookie opens, until when, and what is asked on top of it.
#include <SQLiteCpp/Database.h>

#include "an_office.hpp"
#include "caveat/community/panel_list.hpp"

namespace caveat::test {
namespace {

// A colleague, without whose seat nobody of the team presides.
void has_a_seat(AnOffice& o, const std::string& team) {
    o.add_person(team + "-seat", team, "seat@" + team + ".example");
    o.gives(team + "-seat", "sc");
}

}  // namespace

TEST_CASE("a session ends by its age, by idling, by signing out", "[H5]") {
    AnOffice o;
    const auto cookie = o.signed_in("mei@orchid.example");
    CHECK(o.office.session(cookie)->expires == o.clock.now() + 30min);
    SECTION("idle") {
        o.clock.time += 30min - 1us;
        CHECK(o.office.session(cookie));
        o.clock.time += 1us;
        CHECK_FALSE(o.office.session(cookie));
        o.office.note_use_of_session(cookie);  // too late
        CHECK_FALSE(o.office.session(cookie));
    }
    SECTION("age") {
        for (int i = 0; i < 8 * 3; ++i) {
            CHECK(o.office.session(cookie));
            o.office.note_use_of_session(cookie);
            o.clock.time += 20min;
        }
        CHECK_FALSE(o.office.session(cookie));
    }
    SECTION("signed out, once in the journal") {
        o.office.sign_out(cookie);
        o.office.sign_out(cookie);
        o.office.sign_out("nothing");
        CHECK_FALSE(o.office.session(cookie));
        CHECK(o.acts() == std::vector<std::string>{"session.opened mei", "session.ended mei"});
    }
    SECTION("with its person, and while the person is held") {
        o.hold("mei", o.clock.now() + 1min);
        CHECK_FALSE(o.office.session(cookie));
        o.clock.time += 1min;
        CHECK(o.office.session(cookie));
        o.change([&](storage::Register& r) { r.remove(PersonId{"mei"}, o.clock.now()); });
        CHECK_FALSE(o.office.session(cookie));
    }
}

TEST_CASE("what goes on when its request is answered ends with its session or token, and no row put back by hand goes on",
          "[H1][H5][A10][J1]") {
    AnOffice o;
    const auto cookie = o.signed_in("mei@orchid.example");
    const auto mei = o.office.session(cookie)->caller;
    const auto own = o.office.bearer(o.made(mei, "lists:read").secret).value();
    REQUIRE(o.office.again(mei));
    REQUIRE(o.office.again(own));
    const auto beside = (o.folder / "beside.db").string();
    const auto by_hand = [&](const std::string& sql) {
        SQLite::Database db(o.options.path.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
        db.exec("ATTACH '" + beside + "' AS beside");
        db.exec(sql);
    };
    SECTION("as it was before it ended") {
        by_hand("CREATE TABLE beside.session AS SELECT * FROM main.session");
        o.office.sign_out(cookie);
        CHECK_FALSE(o.office.again(mei));
        by_hand("INSERT INTO main.session SELECT * FROM beside.session");
        REQUIRE(o.store().credentials().sessions(PersonId{"mei"}).size() == 1);
        CHECK_FALSE(o.office.again(mei));
    }
    SECTION("a session that was changed") {
        by_hand("UPDATE main.session SET expires = expires + 1");
        CHECK_FALSE(o.office.again(mei));
    }
    SECTION("a token that was changed") {
        by_hand("UPDATE main.token SET rights = 'lists:read lists:write'");
        CHECK_FALSE(o.office.again(own));
    }
}

TEST_CASE("a cookie bears our mark, which nobody else can make", "[H1][H4]") {
    AnOffice o;
    const auto cookie = o.signed_in("mei@orchid.example");
    CHECK(o.office.is_ours(cookie));
    for (std::size_t i = 0; i < cookie.size(); i += 5) {
        auto forged = cookie;
        forged[i] = forged[i] == 'a' ? 'b' : 'a';
        CHECK_FALSE(o.office.is_ours(forged));
        CHECK_FALSE(o.office.session(forged));
    }
    for (const auto& wrong : {std::string{}, cookie.substr(0, 64), cookie + "0", std::string(96, '.'), std::string(1 << 20, 'a')}) {
        CHECK_FALSE(o.office.is_ours(wrong));
    }
    o.office.sign_out(cookie);
    CHECK(o.office.is_ours(cookie));  // still one of ours, and it opens nothing
    CHECK_FALSE(o.office.session(cookie));
}

TEST_CASE("the mark against forged requests is of one session and one person", "[H5]") {
    AnOffice o;
    const auto one = o.office.session(o.signed_in("mei@orchid.example")).value();
    const auto other = o.office.session(o.signed_in("mei@orchid.example")).value();
    const auto ana = o.office.session(o.signed_in("ana@banksia.example")).value();
    CHECK(o.office.csrf_holds(one, one.csrf));
    for (const auto& wrong :
         {other.csrf, ana.csrf, std::string{}, one.csrf + "0", one.csrf.substr(1), std::string(64, '0'), std::string(1 << 20, 'a')}) {
        CHECK_FALSE(o.office.csrf_holds(one, wrong));
    }
    auto forged = one;
    forged.caller.actor.person = PersonId{"ana"};
    CHECK_FALSE(o.office.csrf_holds(forged, one.csrf));
    CHECK_FALSE(o.office.csrf_holds(access::Session{}, ""));
}

TEST_CASE("an office is worth nothing while its holder's team is no member", "[A2][A10][items 7, 12]") {
    AnOffice o;
    const auto role = GENERATE(as<std::string>{}, "secretariat", "sc", "chair", "deputy_chair");
    CAPTURE(role);
    const auto cookie = o.signed_in("mei@orchid.example");
    o.gives("mei", role, {}, o.clock.now() + 1h);
    has_a_seat(o, "orchid");
    CHECK(o.office.session(cookie)->must_enrol);
    o.change([&](storage::Register& r) {
        auto team = *r.team(TeamId{"orchid"});
        team.category = "liaison";
        r.put(team);
    });
    const auto session = o.office.session(cookie).value();
    CHECK_FALSE(session.must_enrol);
    CHECK(session.caller.reach(right("cases:read")) != Reach::all);
    CHECK_FALSE(session.caller.committee);
}

TEST_CASE("who decides, records or audits reaches only enrolling until there is a second factor", "[H5][A10]") {
    AnOffice o;
    const auto role = GENERATE(as<std::string>{}, "secretariat", "sc", "chair", "deputy_chair", "auditor");
    CAPTURE(role);
    const auto cookie = o.signed_in("mei@orchid.example");
    CHECK_FALSE(o.office.session(cookie)->must_enrol);
    has_a_seat(o, "orchid");
    o.gives("mei", role, {}, o.clock.now() + 1h);  // also for a session that is open already
    auto session = o.office.session(cookie).value();
    CHECK(session.must_enrol);
    CHECK_FALSE(session.caller.second_factor);
    for (std::size_t noun = 0; noun < access::noun_count; ++noun)
        CHECK(session.caller.reach({static_cast<Noun>(noun), Kind::read}) == Reach::none);

    const auto text = o.office.enrol(cookie);
    REQUIRE(text);
    o.secret = AnOffice::secret_from(*text);
    CHECK(o.office.session(cookie)->must_enrol);  // not before a code was shown
    REQUIRE_FALSE(o.office.confirm(cookie, "000000"));
    REQUIRE(o.office.confirm(cookie, o.code()));
    session = o.office.session(cookie).value();
    CHECK_FALSE(session.must_enrol);
    CHECK(session.caller.second_factor);
    CHECK(session.caller.reach(right("cases:read")) == Reach::all);
    CHECK(o.acts() ==
          std::vector<std::string>{"session.opened mei", "session.wrong_code mei", "session.right_code mei", "factor.enrolled mei"});
}

TEST_CASE("an owner or a member needs none, and may have one", "[H5]") {
    AnOffice o;
    o.gives("mei", "owner", "teams");
    o.gives("mei", "moderator", "teams");
    const auto cookie = o.signed_in("mei@orchid.example");
    CHECK_FALSE(o.office.session(cookie)->must_enrol);
    CHECK(o.office.session(cookie)->caller.reach(right("held:write")) == Reach::managed);
    const auto other = o.with_factor("ana@banksia.example");
    CHECK(o.office.session(other)->caller.second_factor);
    const auto next = o.office.session(o.signed_in("ana@banksia.example")).value();
    CHECK(next.needs_code);
    CHECK_FALSE(next.caller.second_factor);
}

TEST_CASE("no code is taken twice, not even by another session", "[H5]") {
    AnOffice o;
    o.with_factor("mei@orchid.example");
    REQUIRE(asked(o.office, "mei@orchid.example"));
    const auto done = o.office.follow_link(o.mailed_secret());
    REQUIRE(done);
    CHECK(done->needs_code);
    CHECK_FALSE(o.office.show_code(done->cookie, o.code()));  // it enrolled the telephone
    o.clock.time += 30s;
    const auto code = o.code();
    REQUIRE(o.office.show_code(done->cookie, code));
    CHECK(o.office.session(done->cookie)->caller.second_factor);
    const auto another = o.signed_in("mei@orchid.example");
    CHECK_FALSE(o.office.show_code(another, code));
    CHECK(o.office.session(another)->needs_code);
}

TEST_CASE("five wrong codes end the session", "[H5]") {
    AnOffice o;
    o.with_factor("mei@orchid.example");
    const auto cookie = o.signed_in("mei@orchid.example");
    o.clock.time += 1min;
    for (const auto* wrong : {"", "12345", "1234567", "abcdef"}) {
        CHECK(o.office.show_code(cookie, wrong).error().code == errc::denied);
        CHECK(o.office.session(cookie));
    }
    CHECK(o.office.show_code(cookie, "').drop").error().code == errc::denied);
    CHECK_FALSE(o.office.session(cookie));
    CHECK_FALSE(o.office.show_code(cookie, o.code()));
    CHECK(o.acts().back() == "session.ended mei");
}

TEST_CASE("who puts the row of a session back has no more codes to try", "[H5][J1]") {
    AnOffice o;
    o.with_factor("mei@orchid.example");
    const auto cookie = o.signed_in("mei@orchid.example");
    o.clock.time += 1min;
    const auto put_back = [&] {
        storage::Store::Transaction transaction(o.store());
        auto row = o.store().credentials().sessions(PersonId{"mei"}).back();
        row.wrong_codes = 0;
        o.store().credentials().put(row);
        transaction.commit();
    };
    for (int i = 0; i < 4; ++i) {
        CHECK_FALSE(o.office.show_code(cookie, "no"));
        put_back();
        CHECK(o.office.session(cookie));
    }
    CHECK_FALSE(o.office.show_code(cookie, "no"));
    CHECK_FALSE(o.office.session(cookie));
}

TEST_CASE("what began while the clock stood ahead is over when it is set right", "[H1][H5][D6]") {
    AnOffice o;
    const auto ahead = GENERATE(9min, 24h * 40);
    const bool stays = ahead < 10min;
    CAPTURE(stays);
    o.clock.time += ahead;
    const auto cookie = o.signed_in("mei@orchid.example");
    REQUIRE(asked(o.office, "ana@banksia.example"));
    const auto link = o.mailed_secret();
    o.clock.time -= ahead;
    CHECK(o.office.session(cookie).has_value() == stays);
    CHECK(o.office.follow_link(link).has_value() == stays);
    if (stays) return;
    o.clock.time += ahead - 1h;  // nearly as far as it stood
    CHECK_FALSE(o.office.session(cookie));
    CHECK(o.office.session(o.signed_in("mei@orchid.example")));
}

TEST_CASE("a right code forgives the wrong ones before it", "[H5]") {
    AnOffice o;
    o.with_factor("mei@orchid.example");
    const auto cookie = o.signed_in("mei@orchid.example");
    for (int round = 0; round < 3; ++round) {
        o.clock.time += 1min;
        for (int i = 0; i < 4; ++i) CHECK_FALSE(o.office.show_code(cookie, "no"));
        CHECK(o.office.show_code(cookie, o.code()));
    }
}

TEST_CASE("an enrolled factor is not replaced by whoever holds a session, only forgotten by those who may", "[H5]") {
    AnOffice o;
    o.gives("ana", "secretariat");
    const auto cookie = o.with_factor("mei@orchid.example");
    CHECK(o.office.enrol(cookie).error().code == errc::conflict);
    CHECK(o.office.confirm(cookie, o.code()).error().code == errc::conflict);
    const auto mei = o.office.session(cookie)->caller;
    CHECK(o.office.forget_factor(mei, PersonId{"mei"}).error().code == errc::denied);
    const auto unproven = o.office.session(o.signed_in("ana@banksia.example"))->caller;  // secretariat without a factor
    CHECK(o.office.forget_factor(unproven, PersonId{"mei"}).error().code == errc::denied);
    CHECK(o.office.forget_factor(o.root, PersonId{"nobody"}).error().code == errc::not_found);
    CHECK(o.office.session(cookie));
    const auto ana = o.office.session(o.with_factor("ana@banksia.example"))->caller;
    auto lent = ana;
    lent.actor.lent_by = "person kim";
    REQUIRE(o.office.forget_factor(lent, PersonId{"mei"}));
    CHECK_FALSE(o.office.session(cookie));  // what it once opened ends with it
    CHECK(o.acts().back() == "factor.forgotten mei");
    std::string detail;
    o.store().journal().each({.from = 1, .limit = -1, .act = "factor.forgotten", .subject = "mei"},
                             [&](const storage::Entry& entry) { detail = entry.detail; });
    CHECK(detail == R"({"token_of":"person kim"})");
    o.store().journal().each({.from = 1, .limit = -1, .act = "session.ended", .subject = "mei"},
                             [&](const storage::Entry& entry) { detail = entry.detail; });
    CHECK(detail.ends_with(R"("why":"second factor forgotten","token_of":"person kim"})"));
    CHECK_FALSE(o.office.session(o.signed_in("mei@orchid.example"))->needs_code);
}

TEST_CASE("a second factor whose row was changed is named with its person", "[A4]") {
    AnOffice o;
    o.with_factor("mei@orchid.example");
    o.gives("ana", "secretariat");
    o.with_factor("ana@banksia.example");
    CHECK(o.office.unreadable_factors().empty());
    auto factor = o.store().credentials().factor(PersonId{"mei"}).value();
    factor.secret.bytes.back() = static_cast<char>(factor.secret.bytes.back() ^ 1);
    {
        storage::Store::Transaction transaction(o.store());
        o.store().credentials().put(factor);
        o.store().journal().append(o.clock.now(), "system", "test.act", "", "{}");
        transaction.commit();
    }
    const auto named = o.office.unreadable_factors();
    REQUIRE(named.size() == 1);
    CHECK_THAT(named[0], Catch::Contains("the second factor of mei does not open"));
}

TEST_CASE("without a session there is nothing to enrol, show or confirm", "[A7]") {
    AnOffice o;
    for (const auto& cookie : {std::string{}, std::string(64, '0'), std::string(1 << 20, 'a')}) {
        CHECK(o.office.enrol(cookie).error().code == errc::denied);
        CHECK(o.office.show_code(cookie, "123456").error().code == errc::denied);
        CHECK(o.office.confirm(cookie, "123456").error().code == errc::denied);
        o.office.note_use_of_session(cookie);
    }
    const auto cookie = o.signed_in("mei@orchid.example");
    CHECK(o.office.show_code(cookie, "123456").error().code == errc::conflict);
    CHECK(o.office.confirm(cookie, "123456").error().code == errc::conflict);
    CHECK(o.store().credentials().sessions(PersonId{"mei"}).size() == 1);
    CHECK(o.store().journal().verify());
}

TEST_CASE("who sits on an Appeal Panel reaches cases of their own, whatever they are in their team", "[item 38][A10]") {
    AnOffice o;
    const auto cookie = o.signed_in("mei@orchid.example");
    const auto reach = [&](const char* what) { return o.office.session(cookie)->caller.reach(right(what)); };
    CHECK(reach("cases:read") == Reach::none);
    auto room = community::new_list(ListId{community::panel_list("C-2026-123456")});
    room.klass = o.rules.panel_class();
    room.charter = community::room_charter("C-2026-123456", 1);
    o.change([&](storage::Register& r) {
        r.put(room);
        r.subscribe({room.id, PersonId{"mei"}, community::DeliveryMode::each}, o.clock.now());
    });
    CHECK(reach("cases:read") == Reach::own);
    CHECK(reach("cases:write") == Reach::own);
    CHECK(reach("decisions:read") == Reach::none);
    o.change([&](storage::Register& r) { r.unsubscribe(room.id, PersonId{"mei"}, o.clock.now()); });
    CHECK(reach("cases:read") == Reach::none);
}

}  // namespace caveat::test
