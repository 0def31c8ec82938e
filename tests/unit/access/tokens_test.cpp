// Tokens: random, hashed at rest, scoped, bound, ending; and a failure that costs what every failure costs.
#include "an_office.hpp"
#include "caveat/community/panel_list.hpp"
#include "secrets.hpp"

namespace caveat::test {
namespace {

access::TokenRequest a_request(const char* scope = "teams:read") {
    access::TokenRequest request;
    request.name = "backup of the roster";
    request.rights = {right(scope)};
    return request;
}

Caller person(AnOffice& o, const char* id, const char* scopes) { return o.office.bearer(o.made(o.root, scopes, id).secret).value(); }

}  // namespace

TEST_CASE("a token opens what its scopes say and is shown once", "[H1]") {
    AnOffice o;
    const auto made = o.made(o.root, "teams:read posts:read");
    CHECK(made.secret.starts_with("cvt_"));
    CHECK(made.secret.size() == 4 + 64);
    CHECK(made.token.created_by == "operator root");
    CHECK(made.token.expires == o.clock.now() + 24h * 90);
    const auto caller = o.office.bearer(made.secret);
    REQUIRE(caller);
    CHECK(caller->credential == "token " + made.token.id);
    CHECK_FALSE(caller->actor.person);
    CHECK(access::may(*caller, right("teams:read"), {}));
    CHECK(access::may(*caller, right("posts:read"), {}));
    for (std::size_t noun = 0; noun < access::noun_count; ++noun) {
        for (const auto kind : {Kind::read, Kind::write}) {
            const Right r{static_cast<Noun>(noun), kind};
            const bool scoped = r == right("teams:read") || r == right("posts:read");
            CHECK(caller->reach(r) == (scoped ? Reach::all : Reach::none));
        }
    }
    CHECK(o.office.token(made.token.id)->name == "a token");
    CHECK(o.office.tokens().size() == 1);
    CHECK_FALSE(o.office.token("none"));
    CHECK(o.acts() == std::vector<std::string>{"token.created " + made.token.id});
}

TEST_CASE("the secret is nowhere on the disk", "[H1][J2]") {
    AnOffice o;
    const auto made = o.made(o.root, "teams:read");
    const auto cookie = o.signed_in("mei@orchid.example");
    for (const auto& file : std::filesystem::directory_iterator(o.folder)) {
        const auto bytes = read_text(file.path());
        CAPTURE(file.path());
        CHECK(bytes.find(made.secret) == std::string::npos);
        CHECK(bytes.find(made.secret.substr(4)) == std::string::npos);
        CHECK(bytes.find(cookie) == std::string::npos);
        CHECK(bytes.find(o.mailed_secret()) == std::string::npos);
    }
}

TEST_CASE("a person's token follows the person's roles at every call", "[A10]") {
    AnOffice o;
    o.gives("mei", "secretariat", {}, o.clock.now() + 1h);
    const auto made = o.made(o.root, "teams:write people:read", "mei");
    const auto caller = o.office.bearer(made.secret);
    REQUIRE(caller);
    CHECK(caller->actor.name == "person mei");
    CHECK(caller->team == TeamId{"orchid"});
    CHECK(caller->reach(right("teams:write")) == Reach::all);
    CHECK(caller->reach(right("teams:read")) == Reach::none);  // not in its scopes
    o.clock.time += 1h;                                        // the term is over
    CHECK(o.office.bearer(made.secret)->reach(right("teams:write")) == Reach::none);
    CHECK(o.office.bearer(made.secret)->reach(right("people:read")) == Reach::own);
    o.gives("mei", "sc");
    CHECK(o.office.bearer(made.secret)->committee);
    CHECK(o.office.bearer(made.secret)->reach(right("people:read")) == Reach::all);
    o.gives("mei", "high-priest");  // no word of the rule book
    CHECK(o.office.bearer(made.secret)->reach(right("teams:write")) == Reach::none);
}

TEST_CASE("a token that its holder made without a second factor opens nothing once their office asks for one", "[H5][H1][A10]") {
    AnOffice o;
    const std::string how = GENERATE("without", "with", "with one that a hold ended", "by the operator", "with a token of before",
                                     "with a token of a session with it", "by a clock that stood ahead");
    CAPTURE(how);
    const auto own = [&](const std::string& cookie) {
        return o.made(o.office.session(cookie).value().caller, "people:read decisions:write", "mei").secret;
    };
    std::string secret;
    o.change([&](storage::Register& r) {
        auto mei = *r.person(PersonId{"mei"});
        mei.representative = true;
        r.put(mei);
    });
    if (how == "without") secret = own(o.signed_in("mei@orchid.example"));
    if (how == "with") secret = own(o.with_factor("mei@orchid.example"));
    if (how == "by the operator") secret = o.made(o.root, "people:read decisions:write", "mei").secret;
    if (how == "with a token of before" || how == "with a token of a session with it") {
        const bool before = how == "with a token of before";
        const auto cookie = before ? o.signed_in("mei@orchid.example") : o.with_factor("mei@orchid.example");
        const std::string all = "people:read decisions:write tokens:write";
        auto maker = o.made(o.office.session(cookie).value().caller, all, "mei").secret;
        o.clock.time += 1min;
        if (before) o.with_factor("mei@orchid.example");
        o.clock.time += 1min;
        maker = o.made(o.office.bearer(maker).value(), all, "mei").secret;
        secret = o.made(o.office.bearer(maker).value(), "people:read decisions:write", "mei").secret;
    }
    if (how == "by a clock that stood ahead") {
        o.clock.time += 1h;
        secret = own(o.signed_in("mei@orchid.example"));
        o.clock.time -= 1h;
        o.with_factor("mei@orchid.example");
    }
    if (how == "with one that a hold ended") {
        o.with_factor("mei@orchid.example");
        storage::Store::Transaction transaction(o.store());
        o.store().powers_writer().end_access(PersonId{"mei"}, o.clock.now());
        o.store().journal().append(o.clock.now(), "operator root", "hold.placed", "mei", "{}");
        transaction.commit();
        o.clock.time += 1min;
        secret = own(o.signed_in("mei@orchid.example"));
    }
    CHECK(o.office.bearer(secret)->reach(right("people:read")) != Reach::none);
    o.gives("mei", "sc");
    const auto caller = o.office.bearer(secret);
    REQUIRE(caller);
    const bool opens = how == "with" || how == "by the operator" || how == "with a token of a session with it";
    CHECK(caller->second_factor == opens);
    CHECK(caller->reach(right("people:read")) == (opens ? Reach::all : Reach::none));
    CHECK(caller->reach(right("decisions:write")) == (opens ? Reach::all : Reach::none));
}

TEST_CASE("by a token that they lent nobody learns who sits on an Appeal Panel", "[item 38][A12][H1]") {
    AnOffice o;
    o.gives("ana", "secretariat");
    auto room = community::new_list(ListId{community::panel_list("C-2026-123456")});
    room.klass = o.rules.panel_class();
    room.charter = community::room_charter("C-2026-123456", 1);
    o.change([&](storage::Register& r) {
        r.put(room);
        r.subscribe({room.id, PersonId{"mei"}, community::DeliveryMode::each}, o.clock.now());
    });
    const auto lent = o.office.bearer(o.made(person(o, "ana", "tokens:write cases:read"), "cases:read", "mei").secret);
    REQUIRE(lent);
    CHECK(lent->reach(right("cases:read")) == Reach::none);
    CHECK(person(o, "mei", "cases:read").reach(right("cases:read")) == Reach::own);
    o.gives("mei", "sc");
    CHECK(o.office.bearer(o.made(person(o, "ana", "tokens:write cases:read"), "cases:read", "mei").secret)->reach(right("cases:read")) ==
          Reach::all);
}

TEST_CASE("a token made for somebody else reaches no further than its maker, and ends with their right to make it", "[A10][A11][A12][H1]") {
    AnOffice o;
    o.gives("ana", "secretariat", {}, o.clock.now() + 24h);
    o.gives("mei", "sc");
    const auto ana = person(o, "ana", "tokens:write cases:read people:read people:write subscriptions:write");
    const auto made = o.made(ana, "cases:read people:read subscriptions:write", "mei");
    const auto caller = o.office.bearer(made.secret);
    REQUIRE(caller);
    CHECK(caller->actor.lent_by == "person ana");
    CHECK(caller->lent_team == TeamId{"banksia"});
    CHECK(caller->reach(right("cases:read")) == Reach::all);
    CHECK(caller->reach(right("subscriptions:write")) == Reach::own);  // the holder's
    // What is kept from the team of its maker, whatever the holder may.
    const auto sees = [&](const char* accused) {
        return access::may(*caller, right("cases:read"), {.team = TeamId{accused}, .accused = TeamId{accused}});
    };
    CHECK(sees("quokka"));
    CHECK_FALSE(sees("banksia"));
    CHECK_FALSE(sees("orchid"));  // the holder's own, of which they are no representative
    CHECK(o.office.bearer(o.made(o.root, "cases:read", "mei").secret)->lent_team.empty());
    SECTION("their office") {
        o.clock.time += 24h;
        CHECK_FALSE(o.office.bearer(made.secret));
    }
    SECTION("their place in the register") {
        o.change([&](storage::Register& r) { r.remove(PersonId{"ana"}, o.clock.now()); });
        CHECK_FALSE(o.office.bearer(made.secret));
    }
    SECTION("while they are held") {
        o.hold("ana", o.clock.now() + 10min);
        CHECK_FALSE(o.office.bearer(made.secret));
        o.clock.time += 10min;
        CHECK(o.office.bearer(made.secret));
    }
}

TEST_CASE("with a token that somebody lent, none is made for another than it was lent to, and one of before opens nothing",
          "[A11][H1][items 54, 60]") {
    AnOffice o;
    o.add_person("kim", "quokka", "kim@quokka.example");
    for (const auto* id : {"ana", "mei", "kim"}) o.gives(id, "secretariat");
    const std::string scopes = "tokens:write people:read";
    const auto lent = o.made(person(o, "mei", scopes.c_str()), scopes, "ana");
    auto request = a_request("people:read");
    request.expires = o.clock.now() + 1h;
    const auto before = o.entries();
    const std::string holder = GENERATE("mei", "kim");  // who lent it, and somebody else
    request.holder = PersonId{holder};
    const auto refused = o.office.create(o.office.bearer(lent.secret).value(), request);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == errc::denied);
    CHECK_THAT(refused.error().detail, Catch::Contains("person mei made this token"));
    CHECK(o.entries() == before);
    // For whom it was lent to it makes another, which is as that one.
    const auto caller = o.office.bearer(o.made(o.office.bearer(lent.secret).value(), "people:read").secret);
    REQUIRE(caller);
    CHECK(caller->actor.name == "person ana");
    CHECK(caller->actor.lent_by == "person mei");

    // As it could be made once: as made by whose name was used, and then by itself.
    const auto add = [&](const char* id, const std::string& whose, const std::string& actor, const std::string& lender,
                         const std::string& with) {
        storage::Store::Transaction transaction(o.store());
        const auto secret = access::new_secret(*o.seal, access::Use::token);
        const auto hash = access::hashed(*o.seal, access::Use::token, secret);
        o.store().credentials().put(storage::TokenRow{id, hash, "of before", PersonId{whose}, scopes, "", "person " + actor, o.clock.now(),
                                                      o.clock.now() + 1h, {}, {}});
        auto detail = Detail().add("holder", whose).add("by_token", with);
        if (!lender.empty()) detail.add("token_of", lender);
        o.store().journal().append(o.clock.now(), "person " + actor, "token.created", id, detail.text());
        transaction.commit();
        return secret;
    };
    CHECK_FALSE(o.office.bearer(add("back", holder, "ana", "person mei", lent.token.id)));
    CHECK_FALSE(o.office.bearer(add("next", holder, holder, "person ana", "back")));
    CHECK(o.office.bearer(add("theirs", holder, holder, "", "")));
}

TEST_CASE("what somebody made with an account before a hold opens nothing after it, for whomever and with whatever token they made it",
          "[A10][H1][item 42]") {
    AnOffice o;
    o.gives("ana", "secretariat");
    o.gives("mei", "secretariat");
    const std::string scopes = "tokens:write people:read";
    const auto by_root = o.made(o.root, scopes, "ana");
    const auto by_mei = o.made(person(o, "mei", "tokens:write people:read"), scopes, "ana");
    const std::vector<std::string> gone{o.made(person(o, "ana", "tokens:write people:read"), scopes, "mei").secret,
                                        o.made(o.office.bearer(by_root.secret).value(), scopes).secret,
                                        o.made(o.office.bearer(by_mei.secret).value(), scopes).secret};
    for (const auto& secret : gone) REQUIRE(o.office.bearer(secret));
    SECTION("a hold") {
        storage::Store::Transaction transaction(o.store());
        o.store().powers_writer().end_access(PersonId{"ana"}, o.clock.now());
        o.store().journal().append(o.clock.now(), "operator root", "test.hold", "ana", "{}");
        transaction.commit();
        CHECK(o.office.bearer(by_root.secret));  // which they did not make
        CHECK(o.office.bearer(by_mei.secret));
    }
    SECTION("having left") {
        const auto ana = o.store().directory().person(PersonId{"ana"}).value();
        o.change([&](storage::Register& r) {
            r.remove(ana.id, o.clock.now());
            r.put(ana);
        });
        o.gives("ana", "secretariat");
    }
    for (const auto& secret : gone) CHECK_FALSE(o.office.bearer(secret));
}

TEST_CASE("a token ends at its time, by revocation, with its person, and while the person is held", "[H1][item 42]") {
    AnOffice o;
    auto request = a_request("people:read");
    request.holder = PersonId{"mei"};
    request.expires = o.clock.now() + 1h;
    const auto made = o.office.create(o.root, request);
    REQUIRE(made);
    o.hold("mei", o.clock.now() + 10min);
    CHECK_FALSE(o.office.bearer(made->secret));
    o.clock.time += 10min;
    CHECK(o.office.bearer(made->secret));
    SECTION("at its time") {
        o.clock.time += 50min - 1us;
        CHECK(o.office.bearer(made->secret));
        o.clock.time += 1us;
        CHECK_FALSE(o.office.bearer(made->secret));
    }
    SECTION("by revocation, once in the journal") {
        REQUIRE(o.office.revoke(o.root, made->token.id));
        REQUIRE(o.office.revoke(o.root, made->token.id));
        CHECK_FALSE(o.office.bearer(made->secret));
        CHECK(o.office.token(made->token.id)->revoked == o.clock.now());
        CHECK(o.acts() == std::vector<std::string>{"token.created " + made->token.id, "token.revoked " + made->token.id});
    }
    SECTION("with its person") {
        o.change([&](storage::Register& r) { r.remove(PersonId{"mei"}, o.clock.now()); });
        CHECK_FALSE(o.office.bearer(made->secret));
    }
}

TEST_CASE("an alternate reaches what is the team's while its representative is held, and at no other time", "[item 15][item 42]") {
    AnOffice o;
    o.add_person("mei-two", "orchid", "two@orchid.example");
    const auto set = [&](const char* id, bool representative, bool alternate) {
        auto person = *o.store().directory().person(PersonId{id});
        person.representative = representative;
        person.alternate = alternate;
        o.change([&](storage::Register& r) { r.put(person); });
    };
    set("mei", true, false);
    set("mei-two", false, true);
    auto request = a_request("decisions:write");
    request.holder = PersonId{"mei-two"};
    const auto made = o.office.create(o.root, request);
    REQUIRE(made);
    const auto reach = [&] { return o.office.bearer(made->secret)->reach({Noun::decisions, Kind::write}); };
    CHECK(reach() == access::Reach::none);
    o.hold("mei", o.clock.now() + 10min);
    CHECK(reach() == access::Reach::own);
    CHECK(o.office.bearer(made->secret)->representative);
    o.hold("mei-two", o.clock.now() + 1min);
    CHECK_FALSE(o.office.bearer(made->secret));
    o.clock.time += 10min;
    CHECK(reach() == access::Reach::none);
    set("mei", false, false);
    CHECK(reach() == access::Reach::own);
}

TEST_CASE("every failure to authenticate hashes as often as a success", "[A7][H1]") {
    AnOffice o;
    const auto cost = [&](const auto& act) {
        const auto before = access::hashes_made();
        act();
        return access::hashes_made() - before;
    };
    const auto made = o.made(o.root, "teams:read");
    const auto over = o.made(o.root, "teams:read");
    REQUIRE(o.office.revoke(o.root, over.token.id));
    const auto bearer_cost = cost([&] { CHECK(o.office.bearer(made.secret)); });
    CHECK(bearer_cost == 1);
    auto flipped = made.secret;
    flipped.back() = flipped.back() == '0' ? '1' : '0';
    for (const auto& wrong : {std::string{}, over.secret, flipped, std::string("cvt_"), made.secret + " ", made.secret.substr(4),
                              std::string(68, '.'), std::string(68, '\0'), std::string(1 << 20, 'a'), std::string("cvt_' OR 1=1 --")}) {
        CAPTURE(wrong.substr(0, 80));
        CHECK(cost([&] { CHECK_FALSE(o.office.bearer(wrong)); }) == bearer_cost);
    }
    const auto cookie = o.signed_in("mei@orchid.example");
    const auto session_cost = cost([&] { CHECK(o.office.session(cookie)); });
    const auto ended = o.signed_in("mei@orchid.example");
    o.office.sign_out(ended);
    CHECK(cost([&] { CHECK_FALSE(o.office.session(ended)); }) == session_cost);
    auto forged = cookie;
    forged.back() = forged.back() == '0' ? '1' : '0';
    for (const auto& wrong : {std::string{}, std::string(96, '0'), std::string(1 << 20, 'a'), cookie + "0", forged, made.secret}) {
        CHECK(cost([&] { CHECK_FALSE(o.office.session(wrong)); }) == 1);  // its mark is no mark of ours: nothing is looked up
    }
    const auto asked_once = cost([&] { CHECK(asked(o.office, "mei@orchid.example")); });
    for (const auto& stranger : {std::string("nobody@orchid.example"), std::string{}, std::string("@"), std::string(1 << 20, '@')}) {
        CHECK(cost([&] { CHECK(asked(o.office, stranger)); }) == asked_once);
    }
    const auto secret = o.mailed_secret();
    const auto wrong_link = cost([&] { CHECK_FALSE(o.office.follow_link(std::string(64, '0'))); });
    CHECK(wrong_link == cost([&] { CHECK(o.office.follow_link(secret)); }));
    CHECK(wrong_link == cost([&] { CHECK_FALSE(o.office.follow_link(secret)); }));  // used
}

TEST_CASE("a person makes tokens for themself, with rights they have", "[H1]") {
    AnOffice o;
    o.gives("ana", "secretariat");
    const auto mei = person(o, "mei", "tokens:write people:read");
    o.clock.time += 1min;
    auto request = a_request("people:read");
    const auto own = o.office.create(mei, request);
    REQUIRE(own);
    CHECK(own->token.expires == o.clock.now() - 1min + 24h * 90);  // the credential is a token of 90 days: what it makes ends with it
    request.expires = own->token.expires + 1s;
    CHECK_FALSE(o.office.create(mei, request));
    request.expires = o.clock.now() + 24h;
    const auto shorter = o.office.create(mei, request);
    REQUIRE(shorter);
    CHECK(shorter->token.holder == PersonId{"mei"});
    const auto before = o.entries();
    request.holder = PersonId{"ana"};
    CHECK(o.office.create(mei, request).error().code == errc::denied);
    request.holder.reset();
    for (const auto* scope : {"people:write", "journal:read", "subscriptions:read"}) {  // the last: hers, but not this token's
        request.rights = {right(scope)};
        CAPTURE(scope);
        CHECK(o.office.create(mei, request).error().code == errc::denied);
    }
    CHECK(o.entries() == before);

    const auto ana = person(o, "ana", "tokens:write people:read teams:write");
    request.rights = {right("people:read")};
    request.holder = PersonId{"mei"};
    CHECK(o.office.create(ana, request));
    request.holder.reset();
    CHECK(o.office.create(ana, request)->token.holder == PersonId{"ana"});  // never the operator's
    request.rights = {right("metrics:read")};
    CHECK(o.office.create(ana, request).error().code == errc::denied);
}

TEST_CASE("a token of the operator narrowed to making tokens makes no greater one", "[H1]") {
    AnOffice o;
    const auto narrow = o.office.bearer(o.made(o.root, "tokens:write").secret).value();
    auto request = a_request("tokens:write");
    request.expires = o.clock.now() + 1h;
    CHECK(o.office.create(narrow, request));
    request.rights.push_back(right("teams:write"));
    CHECK(o.office.create(narrow, request).error().code == errc::denied);
    auto bound = narrow;
    bound.only = {ListId{"teams"}};
    request.rights = {right("tokens:write")};
    CHECK(o.office.create(bound, request).error().code == errc::denied);
    request.lists = {ListId{"teams"}};
    request.rights = {right("lists:read")};
    bound.reaches = o.root.reaches;
    CHECK(o.office.create(bound, request).error().code == errc::denied);
    auto unproven = o.root;
    unproven.second_factor = false;
    CHECK(o.office.create(unproven, a_request()).error().code == errc::denied);
}

TEST_CASE("a token bound to lists carries nothing that is not of a list", "[H1]") {
    AnOffice o;
    auto request = a_request();
    request.rights = {right("lists:read"), right("subscriptions:write"), right("posts:read"), right("held:write"), right("policy:read")};
    request.lists = {ListId{"teams"}};
    const auto made = o.office.create(o.root, request);
    REQUIRE(made);
    const auto bound = o.office.bearer(made->secret).value();
    CHECK(bound.only == request.lists);
    CHECK(bound.reach(right("subscriptions:write")) == Reach::all);
    for (const auto* other : {"teams:read", "people:read", "tokens:write", "decisions:read", "cases:write", "holds:read", "journal:read",
                              "applications:read", "metrics:read"}) {
        CAPTURE(other);
        request.rights = {right("lists:read"), right(other)};
        const auto refused = o.office.create(o.root, request);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == errc::invalid);
        CHECK(refused.error().detail.find(other) != std::string::npos);
    }
    // One of an older house keeps its list and loses the rest.
    auto row = o.store().credentials().token(made->token.id).value();
    row.id = "0ld";
    row.rights += " people:read";
    const auto secret = access::new_secret(*o.seal, access::Use::token);
    row.secret = access::hashed(*o.seal, access::Use::token, secret);
    {
        storage::Store::Transaction transaction(o.store());
        o.store().credentials().put(row);
        o.store().journal().append(o.clock.now(), "system", "test.token", "", "{}");
        transaction.commit();
    }
    const auto old = o.office.bearer(secret).value();
    CHECK(old.reach(right("people:read")) == Reach::none);
    CHECK(old.reach(right("held:write")) == Reach::all);
}

TEST_CASE("a token for reading the archive is made by its own person, and opens for nobody else", "[A9][H1]") {
    AnOffice o;
    const auto asked = [&](const Caller& by, const char* holder) {
        access::TokenRequest request;
        request.name = "reading";
        request.rights = {right("archive:read")};
        if (holder != nullptr) request.holder = PersonId{holder};
        return o.office.create(by, request);
    };
    o.gives("ana", "secretariat");
    const auto session = o.office.session(o.signed_in("mei@orchid.example")).value().caller;
    // Of the secretariat, with its second factor shown: who makes tokens for others makes none of this kind.
    Caller secretariat = session;
    secretariat.actor = {"person ana", PersonId{"ana"}};
    secretariat.reaches = access::reaches_of(o.rules, o.store().powers().live_terms(PersonId{"ana"}, o.clock.now()), false);
    const auto others = o.made(o.root, "tokens:write posts:read", "mei");
    for (const auto& [by, holder] : std::vector<std::pair<Caller, const char*>>{
             {o.root, nullptr}, {o.root, "mei"}, {secretariat, "mei"}, {*o.office.bearer(others.secret), nullptr}}) {
        CAPTURE(by.actor.name, by.credential);
        const auto refused = asked(by, holder);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == errc::denied);
    }
    const auto own = asked(session, nullptr);
    REQUIRE(own);
    const auto caller = o.office.bearer(own->secret);
    REQUIRE(caller);
    CHECK(access::may(*caller, right("archive:read"), {.person = PersonId{"mei"}}));
    CHECK_FALSE(access::may(*caller, right("archive:read"), {.person = PersonId{"ana"}, .team = TeamId{"orchid"}}));
    CHECK(asked(*caller, nullptr).error().code == errc::denied);  // it makes no tokens
    CHECK(access::is_of_lists(Noun::archive));
}

TEST_CASE("what is not a sensible token is refused with what to write", "[H1]") {
    AnOffice o;
    const auto refused = [&](auto change, errc code) {
        auto request = a_request();
        change(request);
        const auto done = o.office.create(o.root, request);
        REQUIRE_FALSE(done);
        CAPTURE(done.error().detail);
        CHECK(done.error().code == code);
        CHECK(o.office.tokens().empty());
        CHECK(o.entries() == 0);
    };
    refused([](auto& r) { r.name.clear(); }, errc::invalid);
    refused([](auto& r) { r.name = std::string(81, 'a'); }, errc::invalid);
    refused([](auto& r) { r.name = "two\nlines"; }, errc::invalid);
    refused([](auto& r) { r.name = "\x1b[2J"; }, errc::invalid);
    refused([](auto& r) { r.rights.clear(); }, errc::invalid);
    refused([](auto& r) { r.rights = {right("lists:read")}, r.lists = {ListId{"nowhere"}}; }, errc::not_found);
    refused([](auto& r) { r.lists = std::vector<ListId>(101, ListId{"teams"}); }, errc::limit);
    refused([](auto& r) { r.holder = PersonId{"nobody"}; }, errc::not_found);
    refused([&](auto& r) { r.expires = o.clock.now(); }, errc::invalid);
    refused([&](auto& r) { r.expires = o.clock.now() + 24h * 400; }, errc::limit);
    for (int i = 0; i < 100; ++i) REQUIRE(o.office.create(o.root, a_request()));
    CHECK(o.office.create(o.root, a_request()).error().code == errc::limit);
}

TEST_CASE("who may not revoke a token is not told that there is one", "[A7][H1]") {
    AnOffice o;
    const auto made = o.made(o.root, "teams:read", "ana");
    const auto mei = person(o, "mei", "tokens:write");
    const auto theirs = o.office.revoke(mei, made.token.id);
    const auto none = o.office.revoke(mei, "00000000");
    REQUIRE_FALSE(theirs);
    REQUIRE_FALSE(none);
    CHECK(theirs.error().code == none.error().code);
    CHECK(theirs.error().detail == none.error().detail);
    CHECK(o.office.bearer(made.secret));
    CHECK(o.office.revoke(person(o, "ana", "tokens:write"), made.token.id));
    CHECK_FALSE(o.office.bearer(made.secret));
}

TEST_CASE("the journal has who ended a token beside in whose name they did", "[J2][H1]") {
    AnOffice o;
    o.gives("ana", "secretariat");
    o.gives("mei", "secretariat");
    const auto lent = o.made(person(o, "mei", "tokens:write"), "tokens:write", "ana");
    const auto other = o.made(o.root, "teams:read", "quentin");
    REQUIRE(o.office.revoke(o.office.bearer(lent.secret).value(), other.token.id));
    std::string ended;
    o.store().journal().each({.from = 1, .limit = -1, .act = "token.revoked", .subject = other.token.id},
                             [&](const storage::Entry& entry) { ended = entry.actor + " " + entry.detail; });
    CHECK(ended == R"(person ana {"token_of":"person mei"})");
}

TEST_CASE("use is noted to the minute", "[H1]") {
    AnOffice o;
    const auto id = o.made(o.root, "teams:read").token.id;
    CHECK_FALSE(o.office.token(id)->last_used);
    const auto first = o.clock.now();
    o.office.note_use(id);
    o.clock.time += 59s;
    o.office.note_use(id);
    CHECK(o.office.token(id)->last_used == first);
    o.clock.time += 1s;
    o.office.note_use(id);
    CHECK(o.office.token(id)->last_used == o.clock.now());
    o.office.note_use("nothing");
}

TEST_CASE("who was removed and comes back has no token, session or link of before", "[H1][A2][ruling kk]") {
    AnOffice o;
    const auto made = o.made(o.root, "teams:read", "mei");
    const auto cookie = o.signed_in("mei@orchid.example");
    REQUIRE(o.office.bearer(made.secret));
    REQUIRE(o.office.session(cookie));
    const auto mei = o.store().directory().person(PersonId{"mei"}).value();
    o.change([&](storage::Register& r) {
        r.remove(mei.id, o.clock.now());
        r.put(mei);
    });
    CHECK_FALSE(o.office.bearer(made.secret));
    CHECK_FALSE(o.office.session(cookie));
    CHECK(o.office.token(made.token.id)->revoked);
    CHECK(o.store().credentials().sessions(mei.id).empty());
}

}  // namespace caveat::test
