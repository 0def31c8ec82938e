#include <set>

#include "a_fake_engine.hpp"
#include "a_register.hpp"

using namespace caveat;
using namespace caveat::test;

namespace {

const std::string armour =
    "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDMEZ0AAABYJKwYBBAHaRw8BAQdA\n=abcd\n-----END PGP PUBLIC KEY BLOCK-----\n";

const Json wei{{"id", "wei"}, {"name", "Wei Lim"}, {"team", "orchid"}, {"addresses", {"wei@orchid.example", "w.lim@orchid.example"}}};

struct People : ARegister {
    People() { speaks_for_their_team("mei"); }
    std::string speaker = token("people:read people:write", "mei");
};

}  // namespace

TEST_CASE_METHOD(People, "a person is added, shown, changed and removed") {
    const auto made = post(boss, "/v1/people", wei);
    CHECK(header(made, "Location") == "/v1/people/wei");
    const auto body = checked(made, "addPerson");
    CHECK(body["addresses"] == wei["addresses"]);
    CHECK(body["has_key"] == false);
    CHECK(checked(get(boss, "/v1/people/wei"), "showPerson") == body);
    const auto changed = change_with_tag(boss, Method::patch, "/v1/people/wei", R"({"representative": true, "name": "Wei"})");
    CHECK(checked(change_with_tag(boss, Method::patch, "/v1/people/wei", "{}"), "changePerson")["addresses"] == wei["addresses"]);
    CHECK(changed.status == 409);  // mei speaks for orchid
    CHECK(change_with_tag(boss, Method::del, "/v1/people/wei").status == 204);
    CHECK(get(boss, "/v1/people/wei").status == 404);
}

TEST_CASE_METHOD(People, "an address is one person's in every spelling, and never a list's", "[A6]") {
    auto with = [](const char* id, const char* address) {
        return Json{{"id", id}, {"name", "W"}, {"team", "orchid"}, {"addresses", {address}}};
    };
    REQUIRE(post(boss, "/v1/people", with("wei", "wei@bücher.example")).status == 201);
    CHECK(post(boss, "/v1/people", with("other", "WEI@xn--bcher-kva.example")).status == 409);
    const std::pair<const char*, const char*> refused[] = {{"pz@x.example\u00A0", "holds U+00A0 (NO-BREAK SPACE)"},
                                                           {"pz@x。example", "holds U+3002"},
                                                           {"teams@lists.arc.example", "our own domain"}};
    for (const auto& [address, why] : refused) {
        CAPTURE(address);
        const auto reply = post(boss, "/v1/people", with("other", address));
        CHECK(reply.status == 422);
        CHECK_THAT(reply.body, Catch::Contains(why));
    }
}

TEST_CASE_METHOD(People, "the list of people is by id, in pages, of a team if asked, and never holds a key") {
    auto mei = *store().directory().person(PersonId{"mei"});
    mei.key = armour;
    change([&](storage::Register& r) { r.put(mei); });
    const auto all = checked(get(boss, "/v1/people"), "listPeople");
    CHECK(column(all["items"], "id") == std::vector<std::string>{"ana", "mei", "noor", "quentin"});
    CHECK(all["items"][1]["has_key"] == true);
    CHECK(all["items"][0]["has_key"] == false);
    CHECK(all.dump().find("BEGIN PGP") == std::string::npos);
    const auto first = checked(get(boss, "/v1/people?limit=3"), "listPeople");
    CHECK(first["items"].size() == 3);
    const auto rest = json(get(boss, "/v1/people?limit=3&cursor=" + first["next"].get<std::string>()));
    CHECK(column(rest["items"], "id") == std::vector<std::string>{"quentin"});
    CHECK(rest["next"].is_null());
    CHECK(column(json(get(boss, "/v1/people?team=orchid"))["items"], "id") == std::vector<std::string>{"mei", "noor"});
    CHECK(json(get(boss, "/v1/people?team=nowhere"))["items"].empty());
}

TEST_CASE_METHOD(People, "a member sees the own row only, a representative the own team", "[A7]") {
    const auto noor = token("people:read", "noor");
    CHECK(column(json(get(noor, "/v1/people"))["items"], "id") == std::vector<std::string>{"noor"});
    CHECK(json(get(noor, "/v1/people?team=banksia"))["items"].empty());
    is_nothing(get(noor, "/v1/people/mei"));
    is_nothing(get(noor, "/v1/people/mei/key"));
    is_nothing(ask(noor, Method::post, "/v1/people", wei.dump()));
    CHECK(column(json(get(speaker, "/v1/people"))["items"], "id") == std::vector<std::string>{"mei", "noor"});
    is_nothing(get(speaker, "/v1/people/ana"));
}

TEST_CASE_METHOD(People, "a representative brings people into the own team and no other", "[A7]") {
    auto ours = wei;
    ours["id"] = "orchid-wei";
    CHECK(post(speaker, "/v1/people", ours).status == 201);
    auto elsewhere = ours;
    elsewhere["id"] = "orchid-wei2";
    for (const auto* team : {"banksia", "no-such-team"}) {
        elsewhere["team"] = team;
        is_nothing(post(speaker, "/v1/people", elsewhere));
        // Not even oneself.
        is_nothing(change_with_tag(speaker, Method::patch, "/v1/people/mei", Json{{"team", team}}.dump()));
    }
    CHECK(store().directory().person(PersonId{"mei"})->team == TeamId{"orchid"});
}

TEST_CASE_METHOD(People, "what a representative cannot enter is refused in the same words, be it in use elsewhere or free", "[A7]") {
    auto ours = wei;
    ours["id"] = "orchid-wei";
    REQUIRE(post(speaker, "/v1/people", ours).status == 201);
    struct Row {
        const char* id;
        const char* address;
    };
    std::set<std::string> bodies;
    for (const auto& [id, address] :
         {Row{"orchid-w3", "ana@banksia.example"}, Row{"orchid-w3", "nobody@banksia.example"}, Row{"orchid-w3", "free@nowhere.example"},
          Row{"orchid-w3", "mei@orchid.example"}, Row{"ana", "w3@orchid.example"}, Row{"nobody", "w3@orchid.example"},
          Row{"orchid-wei", "w3@orchid.example"}}) {
        auto taken = ours;
        taken["id"] = id;
        taken["addresses"] = {address};
        for (const auto* path : {"/v1/people", "/v1/people?dry_run=true"}) {
            const auto refused = post(speaker, path, taken);
            CHECK(refused.status == 409);
            bodies.insert(refused.body);
        }
    }
    for (const auto* address : {"ana@banksia.example", "nobody@banksia.example"})
        bodies.insert(change_with_tag(speaker, Method::patch, "/v1/people/orchid-wei", Json{{"addresses", {address}}}.dump()).body);
    auto taken = ours;
    taken["id"] = "orchid-w4";
    taken["addresses"] = {"w4@orchid.example"};
    taken["representative"] = true;
    bodies.insert(post(speaker, "/v1/people", taken).body);
    CHECK(bodies.size() == 1);
    // The secretariat hears whose it is.
    taken["representative"] = false;
    taken["addresses"] = {"mei@orchid.example"};
    CHECK(json(post(boss, "/v1/people", taken))["detail"].get<std::string>().find("mei") != std::string::npos);
}

TEST_CASE_METHOD(People, "a key is set, read and taken away; what is not a public key is refused") {
    const auto before = get(boss, "/v1/people/mei/key");
    CHECK(checked(before, "showKey")["key"].is_null());
    const auto set = change_with_tag(boss, Method::put, "/v1/people/mei/key", Json{{"key", armour}}.dump());
    CHECK(checked(set, "setKey")["key"] == armour);
    CHECK(json(get(boss, "/v1/people/mei"))["has_key"] == true);
    const auto count = entries();
    for (const auto* wrong : {"not a key", "-----BEGIN PGP PRIVATE KEY BLOCK-----\n-----END PGP PRIVATE KEY BLOCK-----\n"}) {
        CHECK(change_with_tag(boss, Method::put, "/v1/people/mei/key", Json{{"key", wrong}}.dump()).status == 422);
    }
    CHECK(entries() == count);
    CHECK(checked(change_with_tag(boss, Method::del, "/v1/people/mei/key"), "removeKey")["key"].is_null());
    CHECK(store().directory().person(PersonId{"mei"})->key.empty());
}

TEST_CASE_METHOD(People, "a body that cannot be is refused with pointers and changes nothing") {
    const auto count = entries();
    const auto [body, pointer] = GENERATE(table<std::string, std::string>({
        {R"({"id": "x", "name": "X", "team": "orchid"})", "/addresses"},
        {R"({"id": "x", "name": "X", "team": "orchid", "addresses": []})", "/addresses"},
        {R"({"id": "x", "name": "X", "team": "orchid", "addresses": [7]})", "/addresses/0"},
        {R"({"id": "x", "name": "", "team": "orchid", "addresses": ["x@y.example"]})", "/name"},
        {R"({"id": "x", "name": "X\u0000", "team": "orchid", "addresses": ["x@y.example"]})", "/name"},
        {R"({"id": "x", "name": "X", "team": "orchid", "addresses": ["x@y.example"], "has_key": true})", "/has_key"},
        {R"({"id": "x", "name": "X", "team": "orchid", "addresses": ["x@y.example"], "representative": "yes"})", "/representative"},
    }));
    CAPTURE(body);
    const auto refused = ask(boss, Method::post, "/v1/people", body);
    CHECK(refused.status == 422);
    CHECK(pointers(refused) == std::vector<std::string>{pointer});
    CHECK(entries() == count);
}

TEST_CASE_METHOD(People, "what the register refuses changes nothing", "[H2]") {
    const auto count = entries();
    for (const auto& [field, value] : {std::pair<std::string, Json>{"id", "../etc"}, {"team", "nowhere"}, {"addresses", {"<x@y>"}}}) {
        auto wrong = wei;
        wrong[field] = value;
        CAPTURE(field);
        CHECK(post(boss, "/v1/people", wrong).status == 422);
    }
    CHECK(entries() == count);
}

TEST_CASE_METHOD(People, "a dry run changes nothing, and the same key does an act once", "[H2]") {
    const auto count = entries();
    const auto dry = post(boss, "/v1/people?dry_run=true", wei);
    CHECK(dry.status == 201);
    CHECK(header(dry, "Dry-Run") == "true");
    CHECK(entries() == count);
    CHECK(get(boss, "/v1/people/wei").status == 404);
    const Headers key{{"idempotency-key", "once"}};
    const auto first = post(boss, "/v1/people", wei, key);
    const auto again = post(boss, "/v1/people", wei, key);
    CHECK(again.status == 201);
    CHECK(again.body == first.body);
    CHECK(entries() == count + 1);
}

TEST_CASE_METHOD(People, "a change needs the version that was read", "[H2]") {
    CHECK(ask(boss, Method::patch, "/v1/people/noor", R"({"name": "N"})").status == 428);
    CHECK(ask(boss, Method::patch, "/v1/people/noor", R"({"name": "N"})", {{"if-match", "\"old\""}}).status == 412);
    CHECK(store().directory().person(PersonId{"noor"})->name == "noor");
}

TEST_CASE_METHOD(People, "whoever reads all posts sees whose copies do not arrive; nobody else does", "[A7]") {
    {
        storage::Store::Transaction transaction(store());
        storage::Post post;
        post.id = PostId{"01900000-0000-7000-8000-000000000001"};
        post.list = ListId{"teams"};
        post.received = clock.now();
        const auto key = store().posts().add(post, {"k", "b"});
        store().deliveries().fan_out(key, post.list, clock.now());
        const auto slice = store().deliveries().lease(clock.now(), 10, 0);
        std::vector<storage::Outcome> outcomes;
        for (const auto& due : slice->due) {
            const bool is_mei = store().directory().id_of(due.person) == PersonId{"mei"};
            auto& outcome = outcomes.emplace_back();
            outcome.post = key;
            outcome.seq = due.seq;
            outcome.state = is_mei ? storage::DeliveryState::failed : storage::DeliveryState::sent;
            outcome.attempts = 1;
            outcome.reply = is_mei ? "550 5.1.1 no such mailbox" : "250 ok";
            outcome.at = clock.now();
        }
        store().deliveries().record(outcomes);
        transaction.commit();
    }
    const auto all = checked(get(boss, "/v1/people"), "listPeople")["items"];
    for (const auto& person : all) CHECK(person.contains("undelivered") == (person["id"] == "mei"));
    const auto told = get(boss, "/v1/people/mei/undelivered");
    const auto copies = checked(told, "listUndelivered")["items"];
    REQUIRE(told.notes.size() == 1);  // a post without a label counts as strict (J2)
    CHECK(told.notes[0].act == "delivery.read");
    REQUIRE(copies.size() == 1);
    CHECK(copies[0]["state"] == "failed");
    CHECK(copies[0]["reply"] == "550 5.1.1 no such mailbox");
    CHECK(checked(get(boss, "/v1/people/ana/undelivered"), "listUndelivered")["items"].empty());
    is_nothing(get(boss, "/v1/people/nobody/undelivered"));
    const auto mail = checked(get(boss, "/v1/people/mei@orchid.example/mail"), "showMail");  // an address serves as well as an id
    CHECK((mail["sent"] == 0 && mail["failed"] == 1 && mail["withheld"] == 0));
    CHECK(mail["items"] == copies);
    REQUIRE(mail["lists"].size() == 1);
    CHECK(mail["lists"][0]["list"] == "teams");
    const auto anas = checked(get(boss, "/v1/people/ana/mail"), "showMail");
    CHECK((anas["sent"] == 1 && anas["failed"] == 0 && anas["items"].empty()));
    is_nothing(get(boss, "/v1/people/nobody@orchid.example/mail"));
    const auto mei = token("people:read posts:read", "mei");
    is_nothing(get(mei, "/v1/people/mei/undelivered"));
    is_nothing(get(mei, "/v1/people/mei/mail"));
    CHECK(get(mei, "/v1/people").body.find("undelivered") == std::string::npos);
    clock.time += std::chrono::days(31);
    CHECK(json(get(boss, "/v1/people/mei/undelivered"))["items"].empty());
}

TEST_CASE_METHOD(People, "an act asks for a key to be looked at and is done again; GnuPG is never run in it", "[K8][D4]") {
    AFakeEngine engine;
    offices.access.sealing = &engine;
    const auto key = [&](const char* words) {
        return fmt::format("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmDMEZ{}\n-----END PGP PUBLIC KEY BLOCK-----\n", words);
    };
    http::Request request;
    request.method = Method::put;
    request.target = "/v1/people/mei/key";
    request.headers = {{"authorization", "Bearer " + speaker}, {"content-type", "application/json"}, {"if-match", "*"}};
    const auto& look = request.key_look;
    const auto put = [&](const char* words) {
        request.body = Json{{"key", key(words)}}.dump();
        return service.answer(request);
    };
    const auto seen = [&] {
        REQUIRE(look->engine.wanted());
        const auto question = *look->engine.wanted();
        look->engine.saw(engine.examine(question.armour, question.addresses));
    };
    for (const auto* target : {"/v1/people/mei/key?dry_run=true", "/v1/people/mei/key"}) {
        request.target = target;
        look->engine = {};
        CHECK(put("good").status == 503);
        CHECK(engine.examined == 0);
        CHECK_FALSE(json(get(boss, "/v1/people/mei"))["has_key"].get<bool>());
        CHECK(look->party == "orchid");
        seen();
        CHECK(put("good").status == 200);
        engine.examined = 0;
    }
    CHECK(json(get(boss, "/v1/people/mei"))["has_key"].get<bool>());
    CHECK(put("key_unsuitable").status == 503);
    seen();
    const auto refused = put("key_unsuitable");
    CHECK(refused.status == 403);
    CHECK(json(refused)["detail"] == "the key of mei cannot be used: it is of a kind or size that is not taken");
    // Whoever may not put a key makes nobody look at it.
    look->engine = {};
    request.target = "/v1/people/ana/key";
    CHECK(put("good").status == 404);
    CHECK_FALSE(look->engine.wanted());
    request.headers["authorization"] = "Bearer nobody";
    CHECK(put("good").status == 404);
    CHECK_FALSE(look->engine.wanted());
}
