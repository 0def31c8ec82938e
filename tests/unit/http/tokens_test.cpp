// Tokens over HTTP.
#include "a_console.hpp"

namespace caveat::test {

TEST_CASE_METHOD(AConsole, "a token is made over HTTP, its secret is shown once and opens what it says", "[H1]") {
    const auto full = operator_token();
    const auto token_made =
        checked(post(full, "/v1/tokens", {{"name", "roster"}, {"scopes", {"teams:read", "teams:read"}}}), "createToken");
    const auto shown_once = token_made["secret"].get<std::string>();
    const auto id = token_made["id"].get<std::string>();
    CHECK(token_made["scopes"] == Json{"teams:read"});
    CHECK(get(shown_once, "/v1/teams").status == 200);
    CHECK(get(shown_once, "/v1/tokens").status == 404);
    const auto shown = get(full, "/v1/tokens/" + id);
    checked(shown, "showToken");
    CHECK(shown.body.find(shown_once) == std::string::npos);
    CHECK(get(full, "/v1/tokens").body.find(shown_once) == std::string::npos);

    const auto ended = checked(ask(full, Method::post, "/v1/tokens/" + id + ":revoke"), "revokeToken");
    CHECK(ended["state"] == "revoked");
    CHECK(get(shown_once, "/v1/teams").status == 404);
    CHECK(ask(full, Method::post, "/v1/tokens/" + id + ":revoke").status == 200);
}

TEST_CASE_METHOD(AConsole, "a person sees and ends their own tokens only, and others' look like none", "[A7]") {
    const auto mei = token("tokens:read tokens:write people:read", "mei");
    const auto anas = made(root, "tokens:read", "ana");
    const auto page = checked(get(mei, "/v1/tokens"), "listTokens");
    REQUIRE(page["items"].size() == 1);
    CHECK(page["items"][0]["holder"] == "mei");
    CHECK(get(mei, "/v1/tokens/" + anas.token.id).body == get(mei, "/v1/tokens/00000000").body);
    CHECK(ask(mei, Method::post, "/v1/tokens/" + anas.token.id + ":revoke").status == 404);
    CHECK(get(anas.secret, "/v1/tokens").status == 200);
    CHECK(get(mei, "/v1/tokens?holder=ana").body.find("ana") == std::string::npos);
}

TEST_CASE_METHOD(AConsole, "a person makes tokens for themself, with what they have; who and what there is besides is not told",
                 "[A7][H1]") {
    const auto mei = token("tokens:read tokens:write people:read lists:read", "quentin");
    community::List secret_list;
    secret_list.id = ListId{"sc"};
    secret_list.klass = "sc";
    secret_list.charter = "the committee";
    change([&](storage::Register& r) { r.put(secret_list); });
    const auto tried = [&](Json more) {
        Json body{{"name", "n"}, {"scopes", {"people:read"}}, {"expires", to_string(clock.now() + 1h)}};
        body.update(more);
        return post(mei, "/v1/tokens", body);
    };
    CHECK(tried(Json::object()).status == 201);
    CHECK(tried({{"person", "quentin"}}).status == 201);
    CHECK(tried({{"lists", {"teams"}}, {"scopes", {"lists:read"}}}).status == 201);
    CHECK(tried({{"person", "ana"}}).status == 403);
    CHECK(tried({{"person", "ana"}}).body == tried({{"person", "nobody"}}).body);
    CHECK(tried({{"lists", {"sc"}}}).status == 422);
    CHECK(tried({{"lists", {"sc"}}}).body == tried({{"lists", {"none"}}}).body);
    CHECK(tried({{"scopes", {"journal:read"}}}).status == 403);
    CHECK(tried({{"scopes", {"everything"}}}).status == 422);
    CHECK(tried({{"scopes", Json::array()}}).status == 422);
    CHECK(tried({{"expires", to_string(clock.now() + 24h * 200)}}).status == 403);  // outlives its maker
    CHECK(tried({{"expires", to_string(clock.now())}}).status == 422);
    CHECK(tried({{"expires", "tomorrow"}}).status == 422);
}

TEST_CASE_METHOD(AConsole, "tokens come newest first, by state and holder, through any size of page") {
    const auto full = operator_token();
    clock.time += 1s;
    std::vector<std::string> ids;
    for (int i = 0; i < 5; ++i) ids.insert(ids.begin(), made(root, "teams:read", i % 2 ? "mei" : "ana").token.id), clock.time += 1s;
    REQUIRE(office.revoke(root, ids[0]));
    const auto walk = [&](const std::string& filter) {
        std::vector<std::string> seen;
        std::string cursor;
        do {
            const auto page = checked(get(full, "/v1/tokens?limit=2" + filter + cursor), "listTokens");
            for (const auto& item : page["items"]) seen.push_back(item["id"].get<std::string>());
            cursor = page["next"].is_null() ? "" : "&cursor=" + page["next"].get<std::string>();
        } while (!cursor.empty());
        return seen;
    };
    auto all = walk("");
    REQUIRE(all.size() == 6);
    all.pop_back();
    CHECK(all == ids);
    CHECK(walk("&holder=mei") == std::vector<std::string>{ids[1], ids[3]});
    CHECK(walk("&state=revoked") == std::vector<std::string>{ids[0]});
    CHECK(get(full, "/v1/tokens?state=odd").status == 422);
    // A cursor of another list is none of this one.
    const auto teams = json(get(full, "/v1/teams?limit=1"))["next"].get<std::string>();
    CHECK(get(full, "/v1/tokens?cursor=" + teams).status == 422);
}

TEST_CASE_METHOD(AConsole, "a lost second factor is forgotten by whoever keeps everybody's tokens", "[H1]") {
    const auto full = operator_token();
    const auto cookie = with_factor("mei@orchid.example");
    const auto mei = token("tokens:write", "mei");
    CHECK(ask(mei, Method::post, "/v1/people/mei:forget-factor").status == 404);
    CHECK(ask(full, Method::post, "/v1/people/nobody:forget-factor").status == 404);
    CHECK(ask(full, Method::post, "/v1/people/ana:forget-factor").status == 422);
    REQUIRE(office.session(cookie));
    CHECK(ask(full, Method::post, "/v1/people/mei:forget-factor").status == 204);
    CHECK_FALSE(office.session(cookie));
}

}  // namespace caveat::test
