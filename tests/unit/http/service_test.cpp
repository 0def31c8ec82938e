// The door's promises that hold for every route: shown with teams, over the service itself.
#include "service.hpp"

#include "a_console.hpp"
#include "caveat/storage/standstill.hpp"

namespace caveat::test {

TEST_CASE_METHOD(AConsole, "without a credential, with a wrong one, with a wrong scope and of nothing: one answer, byte for byte",
                 "[A7][H1]") {
    const auto of_lists = token("lists:read");
    const auto of_teams = token("teams:read");
    const auto revoked = made(root, "teams:read");
    REQUIRE(office.revoke(root, revoked.token.id));
    const auto over = made(root, "teams:read");
    const auto nothing = get(of_teams, "/v1/teams/narra");
    REQUIRE(nothing.status == 404);
    clock.time += 24h * 91;
    const auto today = token("teams:read");
    struct Case {
        std::string why, token, target;
    };
    const auto long_secret = std::string(4000, 'f');
    for (const auto& [why, shown, target] : std::vector<Case>{{"no credential", "", "/v1/teams/orchid"},
                                                              {"no credential, nothing there", "", "/v1/teams/narra"},
                                                              {"no credential, no route", "", "/v1/elephants"},
                                                              {"wrong", std::string(64, '0'), "/v1/teams/orchid"},
                                                              {"too long", long_secret, "/v1/teams/orchid"},
                                                              {"not a secret", "' OR 1=1 --", "/v1/teams"},
                                                              {"revoked", revoked.secret, "/v1/teams/orchid"},
                                                              {"over", over.secret, "/v1/teams/orchid"},
                                                              {"wrong scope", of_lists, "/v1/teams/orchid"},
                                                              {"no route", today, "/v1/elephants"},
                                                              {"nothing there", today, "/v1/teams/narra"},
                                                              {"malformed without a credential", "", "/v1/teams/%zz"}}) {
        CAPTURE(why);
        const auto reply = get(shown, target);
        CHECK(reply.status == 404);
        CHECK(reply.type == nothing.type);
        CHECK(reply.body == nothing.body);
        CHECK(reply.headers == nothing.headers);
    }
    CHECK(get(today, "/v1/teams/orchid").status == 200);
}

TEST_CASE_METHOD(AConsole, "not ready while mail is put off, and the reason is told", "[D4]") {
    CHECK(get("", "/readyz").status == 200);
    auto cramped = options;
    cramped.spare_disk = std::uintmax_t{1} << 62;
    auto other = *storage::Store::open(cramped);
    http::Offices of_other{room(other), how, postage};
    http::Service on_little_disk{of_other};
    http::Request request;
    request.method = Method::get;
    request.target = "/readyz";
    const auto reply = on_little_disk.answer(request);
    CHECK(reply.status == 503);
    CHECK_THAT(reply.body, Catch::Contains("disk is almost full: mail is put off"));
    request.target = "/healthz";
    CHECK(on_little_disk.answer(request).status == 200);
}

TEST_CASE_METHOD(AConsole, "not ready while rows are not as the journal has them, and strangers do not hear which", "[J1]") {
    auto looked_after = options;
    looked_after.standstill = std::make_shared<storage::Standstill>();
    auto other = *storage::Store::open(looked_after);
    http::Offices of_other{room(other), how, postage};
    http::Service looking{of_other};
    http::Request request;
    request.method = Method::get;
    request.target = "/readyz";
    looked_after.standstill->look({});
    CHECK(looking.answer(request).status == 200);
    looked_after.standstill->look("hold 3 was removed outside the journal");
    const auto reply = looking.answer(request);
    CHECK(reply.status == 503);
    CHECK_THAT(reply.body, (Catch::Contains("the database was changed by somebody who has no key") && !Catch::Contains("hold 3")));
    looked_after.standstill->look({});
    CHECK(looking.answer(request).status == 200);
}

TEST_CASE_METHOD(AConsole, "methods that a path does not have, and bad input of strangers, tell nothing", "[A7]") {
    const auto full = operator_token();
    for (const auto method : {Method::post, Method::put, Method::patch, Method::del, Method::other}) {
        CHECK(ask("", method, "/v1/teams/orchid").status == 404);
        CHECK(ask("", method, "/v1/teams", "{not json").status == 404);
        CHECK(ask(full, method, "/v1/elephants", "{}").status == 404);
    }
    CHECK(ask(full, Method::put, "/v1/teams/orchid", "{}").status == 404);
}

TEST_CASE_METHOD(AConsole, "a second request with the same key is the first answer, and nothing happens twice", "[H2]") {
    const auto full = operator_token();
    const Json narra{{"id", "narra"}, {"name", "Narra"}, {"category", "applicant"}};
    const auto first = post(full, "/v1/teams", narra, {{"idempotency-key", "one"}});
    REQUIRE(first.status == 201);
    const auto entries_then = entries();

    const auto again = post(full, "/v1/teams", narra, {{"idempotency-key", "one"}});
    CHECK(again.status == 201);
    CHECK(again.body == first.body);
    CHECK(header(again, "Location") == "/v1/teams/narra");
    CHECK(header(again, "Idempotent-Replay") == "true");
    CHECK(entries() == entries_then);

    auto other = narra;
    other["name"] = "Another";
    const auto reused = post(full, "/v1/teams", other, {{"idempotency-key", "one"}});
    CHECK(reused.status == 422);
    CHECK(json(reused)["type"] == "urn:caveat:problem:key-reused");

    CHECK(post(full, "/v1/teams", narra, {{"idempotency-key", "two"}}).status == 409);
    CHECK(post(full, "/v1/teams", narra, {{"idempotency-key", std::string(129, 'k')}}).status == 422);
}

TEST_CASE_METHOD(AConsole, "a key belongs to its caller, is remembered for a day, and never for a refusal", "[H2]") {
    const auto full = operator_token();
    const auto another = operator_token();
    const Json narra{{"id", "narra"}, {"name", "Narra"}, {"category", "applicant"}};
    const Json sal{{"id", "sal"}, {"name", "Sal"}, {"category", "applicant"}};
    REQUIRE(post(full, "/v1/teams", narra, {{"idempotency-key", "k"}}).status == 201);
    CHECK(post(another, "/v1/teams", sal, {{"idempotency-key", "k"}}).status == 201);

    clock.time += 24h - 1s;
    CHECK(post(full, "/v1/teams", narra, {{"idempotency-key", "k"}}).status == 201);
    clock.time += 1s;
    CHECK(post(full, "/v1/teams", narra, {{"idempotency-key", "k"}}).status == 409);

    const Json wrong{{"id", "wattle"}, {"name", "Wattle"}, {"category", "operational"}};  // no decision is cited
    REQUIRE(post(full, "/v1/teams", wrong, {{"idempotency-key", "w"}}).status >= 400);
    auto better = wrong;
    better["category"] = "applicant";
    CHECK(post(full, "/v1/teams", better, {{"idempotency-key", "w"}}).status == 201);
}

TEST_CASE_METHOD(AConsole, "a change says which version it is of", "[H2]") {
    const auto full = operator_token();
    const std::string body = R"({"name":"Orchid CERT"})";
    const auto tag = header(get(full, "/v1/teams/orchid"), "ETag");
    REQUIRE(tag.size() == 34);

    CHECK(ask(full, Method::patch, "/v1/teams/orchid", body).status == 428);
    CHECK(ask(full, Method::patch, "/v1/teams/orchid", body, {{"if-match", "\"0\""}}).status == 412);
    CHECK(json(get(full, "/v1/teams/orchid"))["name"] == "orchid");
    CHECK(ask(full, Method::patch, "/v1/teams/orchid", body, {{"if-match", tag}}).status == 200);
    CHECK(ask(full, Method::patch, "/v1/teams/orchid", R"({"name":"Late"})", {{"if-match", tag}}).status == 412);
    CHECK(ask(full, Method::patch, "/v1/teams/narra", body).status == 428);
    CHECK(ask(full, Method::patch, "/v1/teams/narra", body, {{"if-match", "*"}}).status == 404);
    CHECK(ask(full, Method::patch, "/v1/teams/orchid", R"({"name":"Any"})", {{"if-match", "*"}}).status == 200);
    CHECK(header(get(full, "/v1/teams/orchid"), "ETag") != tag);
}

TEST_CASE_METHOD(AConsole, "what is known already is not sent again", "[H2]") {
    const auto full = operator_token();
    const auto tag = header(get(full, "/v1/teams/orchid"), "ETag");
    const auto unchanged = get(full, "/v1/teams/orchid", {{"if-none-match", tag}});
    CHECK(unchanged.status == 304);
    CHECK(unchanged.body.empty());
    CHECK(header(unchanged, "ETag") == tag);
    CHECK(get(full, "/v1/teams/orchid", {{"if-none-match", "\"x\""}}).status == 200);
    // A proxy that compresses makes the tag weak (RFC 9110 §13.1.2); a cache that keeps several versions names them all.
    for (const auto& field : {"W/" + tag, "\"x\", " + tag, "W/\"x\",W/" + tag, std::string("*")}) {
        CAPTURE(field);
        CHECK(get(full, "/v1/teams/orchid", {{"if-none-match", field}}).status == 304);
    }
}

TEST_CASE_METHOD(AConsole, "a change may name several versions, none of them a weak one", "[H2]") {
    const auto full = operator_token();
    const auto tag = header(get(full, "/v1/teams/orchid"), "ETag");
    const std::string body = R"({"name":"Orchid CERT"})";
    for (const auto& field : {"W/" + tag, "\"x\", W/" + tag, std::string("\"x\", \"y\""), tag.substr(1, 32)}) {
        CAPTURE(field);
        CHECK(ask(full, Method::patch, "/v1/teams/orchid", body, {{"if-match", field}}).status == 412);
    }
    CHECK(ask(full, Method::patch, "/v1/teams/orchid", body, {{"if-match", "\"x\", " + tag}}).status == 200);
}

TEST_CASE_METHOD(AConsole, "the scheme of a token and the types of bodies are written in any case", "[H2]") {
    const auto full = operator_token();
    for (const auto* scheme : {"bearer ", "BEARER ", "Bearer  "}) {
        CAPTURE(scheme);
        CHECK(get("", "/v1/teams/orchid", {{"authorization", scheme + full}}).status == 200);
    }
    for (const auto* scheme : {"", "Basic ", "Bearer", "Token "}) {
        CAPTURE(scheme);
        CHECK(get("", "/v1/teams/orchid", {{"authorization", scheme + full}}).status == 404);
    }
    const std::string body = R"({"name":"Orchid CERT"})";
    for (const auto* type : {"Application/JSON", "application/json ;charset=UTF-8", "APPLICATION/Merge-Patch+json", "application/json\t"}) {
        CAPTURE(type);
        CHECK(ask(full, Method::patch, "/v1/teams/orchid", body, {{"if-match", "*"}, {"content-type", type}}).status == 200);
    }
    for (const auto* type : {"text/json", "application/json5", "application/jso", "", "application /json"}) {
        CAPTURE(type);
        CHECK(ask(full, Method::patch, "/v1/teams/orchid", body, {{"if-match", "*"}, {"content-type", type}}).status == 415);
    }
}

TEST_CASE_METHOD(AConsole, "a dry run answers like the act and changes nothing", "[H2]") {
    const auto full = operator_token();
    const Json narra{{"id", "narra"}, {"name", "Narra"}, {"category", "applicant"}};
    const auto entries_then = entries();
    const auto version = store().register_version();
    const auto tried = post(full, "/v1/teams?dry_run=true", narra, {{"idempotency-key", "dry"}});
    CHECK(tried.status == 201);
    CHECK(header(tried, "Dry-Run") == "true");
    CHECK(get(full, "/v1/teams/narra").status == 404);
    CHECK(entries() == entries_then);
    CHECK(store().register_version() == version);
    CHECK(post(full, "/v1/teams?dry_run=maybe", narra).status == 422);
    CHECK(post(full, "/v1/teams?dry_run=true", {{"id", "orchid"}, {"name", "O"}, {"category", "applicant"}}).status == 409);
    CHECK(get(full, "/v1/teams?dry_run=true").status == 422);
    const auto done = post(full, "/v1/teams?dry_run=false", narra, {{"idempotency-key", "dry"}});
    CHECK(done.status == 201);
    CHECK(done.body == tried.body);
}

TEST_CASE_METHOD(AConsole, "whatever is not known is refused, with a pointer to it", "[H2]") {
    const auto full = operator_token();
    using Pointers = std::vector<std::string>;
    CHECK(pointers(get(full, "/v1/teams?colour=red")) == Pointers{"/colour"});
    CHECK(pointers(get(full, "/v1/teams?limit=1&limit=2")) == Pointers{"/limit"});
    CHECK(pointers(get(full, "/v1/teams/orchid?limit=1")) == Pointers{"/limit"});
    CHECK(pointers(post(full, "/v1/teams", {{"id", "n"}, {"name", "N"}, {"category", "applicant"}, {"colour", 1}})) == Pointers{"/colour"});
    CHECK(pointers(post(full, "/v1/teams", {{"id", 7}, {"category", nullptr}, {"a/b~c", 1}})) ==
          Pointers{"/a~1b~0c", "/id", "/name", "/category"});
    CHECK(pointers(post(full, "/v1/teams", {{"id", std::string(65, 'a')}, {"name", ""}, {"category", "a\tb"}})) ==
          Pointers{"/id", "/name", "/category"});
    for (const auto* limit : {"0", "201", "-1", "1e2", "", "99999999999999999999", "%00", "%ff"}) {
        CAPTURE(limit);
        const auto status = get(full, std::string("/v1/teams?limit=") + limit).status;
        CHECK((status == 422 || status == 400));
    }
    for (const auto* cursor : {"x", "00", "6f7263686964", "zzzzzzzzzzzzzzzzzz", "0123456789abcdef0123456789abcdef"}) {
        CAPTURE(cursor);
        CHECK(get(full, std::string("/v1/teams?cursor=") + cursor).status == 422);
    }
}

TEST_CASE_METHOD(AConsole, "bodies that are not JSON, not said to be, nested too deeply or not expected are refused", "[H2][H4]") {
    const auto full = operator_token();
    CHECK(ask(full, Method::post, "/v1/teams", "{}", {{"content-type", "text/plain"}}).status == 415);
    CHECK(ask(full, Method::post, "/v1/teams", "{}", {{"content-type", "application/x-www-form-urlencoded"}}).status == 415);
    CHECK(ask(full, Method::post, "/v1/teams", {}).status == 415);
    CHECK(ask(full, Method::post, "/v1/teams", {}, {{"content-type", "application/json"}}).status == 400);
    const auto deep = std::string(100'000, '[');
    for (const auto& text : std::vector<std::string>{"{", "nul", "{\"a\":1,}", "{\"a\":\"\xff\xfe\"}", "\xef\xbb\xbf{", deep,
                                                     "{\"a\":" + deep, "{\"a\":\"\\ud800\"}", "{\"id\":\"x\"} {}", "NaN", "'x'"}) {
        CAPTURE(text.substr(0, 20));
        CHECK(ask(full, Method::post, "/v1/teams", text).status == 400);
    }
    for (const auto* text : {"[]", "\"x\"", "7", "null", "true", "1e999999"}) {
        CAPTURE(text);
        const auto status = ask(full, Method::post, "/v1/teams", text).status;
        CHECK((status == 422 || status == 400));
    }
    const auto twice = ask(full, Method::post, "/v1/teams", "{\"id\":\"x\",\"id\":\"y\"}");
    CHECK(twice.status == 400);
    CHECK_THAT(twice.body, Catch::Contains("the key 'id' twice"));
    CHECK(ask(full, Method::get, "/v1/teams", "{}").status == 422);
    CHECK(ask(full, Method::post, "/v1/teams", R"({"id":"n","name":"N","category":"applicant"})",
              {{"content-type", "application/json; charset=utf-8"}})
              .status == 201);
}

TEST_CASE_METHOD(AConsole, "cursors go through a list once, whatever the size of a page", "[H2]") {
    const auto full = operator_token();
    for (const auto size : {1, 2, 3, 200}) {
        std::vector<std::string> seen;
        std::string cursor;
        do {
            const auto page =
                checked(get(full, "/v1/teams?limit=" + std::to_string(size) + (cursor.empty() ? "" : "&cursor=" + cursor)), "listTeams");
            for (const auto& team : page["items"]) seen.push_back(team["id"].get<std::string>());
            cursor = page["next"].is_null() ? "" : page["next"].get<std::string>();
        } while (!cursor.empty());
        CHECK(seen == std::vector<std::string>{"banksia", "orchid", "quokka"});
    }
}

TEST_CASE_METHOD(AConsole, "a person of a team reads what the table gives, and the rest is not there", "[A1]") {
    const auto mei = token("teams:read people:read", "mei");
    CHECK(get(mei, "/v1/teams").status == 404);  // teams are read by representatives and above
    speaks_for_their_team("mei");
    const auto page = checked(get(mei, "/v1/teams"), "listTeams");
    REQUIRE(page["items"].size() == 1);
    CHECK(page["items"][0]["id"] == "orchid");
    CHECK(get(mei, "/v1/teams/orchid").status == 200);
    CHECK(get(mei, "/v1/teams/banksia").body == get(mei, "/v1/teams/none").body);
    CHECK(post(mei, "/v1/teams", {{"id", "n"}, {"name", "N"}, {"category", "applicant"}}).status == 404);
}

TEST_CASE_METHOD(AConsole, "the local operator behind the Unix socket needs no token, and a token shown there counts alone", "[H1]") {
    http::Request request;
    request.target = "/v1/teams/orchid";
    request.local_user = "root";
    CHECK(service.answer(request).status == 200);
    request.headers["authorization"] = "Bearer wrong";
    CHECK(service.answer(request).status == 404);
    request.headers["authorization"] = "Basic cm9vdDpyb290";
    CHECK(service.answer(request).status == 404);
}

TEST_CASE_METHOD(AConsole, "a page that was cut short goes on behind its last item, and one with nothing on it has no next", "[H2]") {
    const access::Caller caller;
    http::Context context{*http::find_route("searchArchive"), offices, caller, {}};
    std::vector<std::string> behind;
    const auto page = [&](int items, bool cut_short) {
        const auto answer = http::page_of(
            context,
            [&](const std::string& after, const http::Emit& emit) {
                behind.push_back(after);
                for (int i = 0; i < items; ++i) emit("key " + std::to_string(i), Json(i));
            },
            cut_short);
        return answer.value().body["next"];
    };
    CHECK(page(2, false).is_null());
    CHECK(page(0, true).is_null());
    context.query["cursor"] = page(2, true);
    (void)page(0, false);
    CHECK(behind.back() == "key 1");
}

}  // namespace caveat::test
