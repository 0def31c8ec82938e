// The pages as a browser asks for them, and as another site would like to.
#include "pages.hpp"

#include "a_console.hpp"
#include "caveat/mailroom/leaving.hpp"

namespace caveat::test {
namespace {

struct ABrowser : AConsole {
    http::PageFiles files{SOURCE_DIR "/templates/pages"};
    http::Pages pages{service, files, true};
    std::string cookie;

    http::Reply visit(Method method, const std::string& target, const std::string& form = {}, const Headers& headers = {}) {
        http::Request request;
        request.method = method;
        request.target = target;
        request.headers = headers;
        request.headers.emplace("host", "console.arc.example");
        if (method == Method::post) request.headers.emplace("content-type", "application/x-www-form-urlencoded");
        if (!cookie.empty()) request.headers["cookie"] = "caveat=" + cookie;
        request.body = form;
        request.peer = "192.0.2.7";
        auto made = pages.answer(request);
        if (const auto durable = std::move(made.once_durable)) durable();
        if (made.link_for) CHECK(asked(office, *made.link_for));
        if (made.status == 200 && made.type.starts_with("text/html")) is_guarded(made);
        return made;
    }
    http::Reply see(const std::string& target) { return visit(Method::get, target); }
    http::Reply send(const std::string& target, const std::string& form) { return visit(Method::post, target, form); }
    // A form of the page we look at.
    http::Reply submit(const std::string& target, const std::string& form) { return send(target, "csrf=" + csrf() + "&" + form); }
    std::string csrf() { return office.session(cookie)->csrf; }

    void sign_in(const std::string& address) {
        REQUIRE(send("/sign-in", "address=" + address).status == 200);
        const auto in = send("/sign-in/" + mailed_secret(), "");
        REQUIRE(in.status == 303);
        take_cookie(in);
    }
    void take_cookie(const http::Reply& reply) {
        const auto set = header(reply, "Set-Cookie");
        REQUIRE(set.starts_with("caveat="));
        cookie = set.substr(7, set.find(';') - 7);
    }

    static void is_guarded(const http::Reply& reply) {
        const auto csp = header(reply, "Content-Security-Policy");
        CHECK(csp.find("default-src 'none'") != std::string::npos);
        CHECK(csp.find("frame-ancestors 'none'") != std::string::npos);
        CHECK(csp.find("form-action 'self'") != std::string::npos);
        CHECK(csp.find("unsafe") == std::string::npos);
        CHECK(header(reply, "Referrer-Policy") == "same-origin");
        CHECK(header(reply, "X-Frame-Options") == "DENY");
        CHECK(reply.body.find("<script") == std::string::npos);
        CHECK(reply.body.find(" style=") == std::string::npos);
        CHECK(reply.body.find(" onclick=") == std::string::npos);
        CHECK(reply.body.find("src=\"http") == std::string::npos);
    }
};

}  // namespace

TEST_CASE_METHOD(ABrowser, "without a session there is a way in and nothing else, whether the page exists or not", "[A7][H5]") {
    for (const auto* target : {"/teams", "/teams/orchid", "/teams/none", "/elephants"}) {
        const auto away = see(target);
        CHECK(away.status == 303);
        CHECK(header(away, "Location") == std::string("/sign-in?next=") + http::percent_encode(target));
        CHECK(away.body.empty());
    }
    CHECK(send("/act/addTeam", "id=narra").status == 303);
    CHECK(get("", "/v1/teams/narra").status == 404);
    CHECK(see("/sign-in").status == 200);
    CHECK(see("/style.css").status == 200);
}

TEST_CASE_METHOD(ABrowser, "asking for a link says the same for everybody, and mails only people", "[A7]") {
    const auto known = send("/sign-in", "address=mei%40orchid.example");
    const auto mailed = letters().size();
    CHECK(mailed == 1);
    const auto unknown = send("/sign-in", "address=nobody%40orchid.example");
    CHECK(known.status == unknown.status);
    CHECK(known.body == unknown.body);
    CHECK(known.headers == unknown.headers);
    CHECK(letters().size() == mailed);
    CHECK(send("/sign-in", "address=").status == 200);
    CHECK(send("/sign-in", "address=%ff%fe%0d%0aBcc:x").status < 500);
}

TEST_CASE_METHOD(ABrowser, "a link is followed by a button, once, and gives a cookie of this site only", "[H1][H5]") {
    REQUIRE(send("/sign-in", "address=mei%40orchid.example").status == 200);
    const auto link = "/sign-in/" + mailed_secret();
    CHECK(see(link).status == 200);
    CHECK(see(link).status == 200);
    const auto in = send(link, "next=%2Fteams");
    CHECK(in.status == 303);
    CHECK(header(in, "Location") == "/teams");
    const auto set = header(in, "Set-Cookie");
    for (const auto* flag : {"; Path=/", "; HttpOnly", "; SameSite=", "; Secure"}) CHECK(set.find(flag) != std::string::npos);
    CHECK(send(link, "").status == 403);
    CHECK(send("/sign-in/" + std::string(64, '0'), "").status == 403);
    take_cookie(in);
    CHECK(see("/").status == 200);
    const auto out = submit("/sign-out", "");
    CHECK(header(out, "Set-Cookie").find("Max-Age=0") != std::string::npos);
    CHECK(see("/").status == 303);
}

TEST_CASE_METHOD(ABrowser, "a list is left by one POST without signing in, and by looking at the link nothing is", "[M1][A7]") {
    settings.pages = "https://console.arc.example";
    const auto list = store().rosters().list(ListId{"teams"}).value();
    const auto who = store().standing(PersonId{"mei"}, list.id, clock.now()).value();
    REQUIRE(who.roster);
    const auto link = mailroom::LeavingLinks(service.room()).of(list, who).substr(settings.pages.size());
    const auto looked = see(link), other = see("/unsubscribe/teams/abc");
    CHECK(looked.status == 200);
    CHECK(other.status == 200);
    const auto is_on = [&] { return store().rosters().reader(list.id, PersonId{"mei"}).has_value(); };
    CHECK(send("/unsubscribe/teams/abc", "").status == 404);
    CHECK(send("/unsubscribe/nothing/abc", "").body == send("/unsubscribe/teams/abc", "").body);
    CHECK(visit(Method::post, link, {}, {{"origin", "https://elsewhere.example"}}).status == 403);
    CHECK(is_on());
    const auto before = letters().size();
    const auto left = send(link, "List-Unsubscribe=One-Click");
    CHECK(left.status == 200);
    CHECK(left.acted);
    CHECK_FALSE(is_on());
    CHECK(letters().size() == before + 1);
    CHECK(send(link, "List-Unsubscribe=One-Click").status == 404);
}

TEST_CASE_METHOD(ABrowser, "a link leads to a page whose button leads nowhere else", "[H5]") {
    const auto leave = see("/unsubscribe/..%2Fsign-in%2Fabc%3F/x").body, follow = see("/sign-in/..%2Fact%2FaddTeam%3F").body;
    CHECK(leave.find("abc") != std::string::npos);
    CHECK(follow.find("addTeam") != std::string::npos);
    for (const auto& body : {leave, follow}) {
        for (const auto* out : {"../", "..&#x2F;", "..&#47;"}) CHECK(body.find(out) == std::string::npos);
    }
}

TEST_CASE_METHOD(ABrowser, "nobody is sent elsewhere", "[H5]") {
    for (const auto* next : {"//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "",
                             "/\t/evil.example", "/\r\nSet-Cookie: x=y", "///evil.example", " //evil.example"}) {
        CAPTURE(next);
        REQUIRE(send("/sign-in", "address=ana%40banksia.example").status == 200);
        clock.time += 1h;  // no more than a few links an hour
        REQUIRE(asked(office, "ana@banksia.example"));
        const auto in = send("/sign-in/" + mailed_secret(), "next=" + http::percent_encode(next));
        REQUIRE(in.status == 303);
        CHECK(header(in, "Location") == "/");
        take_cookie(in);
        const auto acted =
            submit("/act/revokeToken", "token=" + made(root, "posts:read", "ana").token.id + "&next=" + http::percent_encode(next));
        CHECK(acted.status == 303);
        CHECK(header(acted, "Location").starts_with("/?done="));
        cookie.clear();
    }
}

TEST_CASE_METHOD(ABrowser, "a form without its word, with another's or from another site does nothing", "[H5]") {
    sign_in("mei@orchid.example");
    const auto tokens_then = office.tokens().size();
    const std::string form = "name=n&scopes=people%3Aread";
    CHECK(send("/act/createToken", form).status == 403);
    CHECK(send("/act/createToken", "csrf=&" + form).status == 403);
    CHECK(send("/act/createToken", "csrf=" + std::string(64, '0') + "&" + form).status == 403);
    const auto word = csrf();
    const auto mine = cookie;
    cookie.clear();
    sign_in("ana@banksia.example");
    CHECK(send("/act/createToken", "csrf=" + word + "&" + form).status == 403);
    cookie = mine;
    for (const auto* origin :
         {"https://evil.example", "http://console.arc.example.evil.example", "https://console.arc.example:444", "x", "null"}) {
        CHECK(visit(Method::post, "/act/createToken", "csrf=" + word + "&" + form, {{"origin", origin}}).status == 403);
    }
    for (const auto* site : {"cross-site", "same-site"}) {
        CHECK(visit(Method::post, "/act/createToken", "csrf=" + word + "&" + form, {{"sec-fetch-site", site}}).status == 403);
    }
    CHECK(office.tokens().size() == tokens_then);
    CHECK(visit(Method::post, "/act/createToken", "csrf=" + word + "&" + form, {{"origin", "https://console.arc.example"}}).status == 200);
    CHECK(office.tokens().size() == tokens_then + 1);
}

TEST_CASE_METHOD(ABrowser, "what is shown is not obeyed: no direction, no control, nothing unseen", "[S3]") {
    auto orchid = *store().directory().team(TeamId{"orchid"});
    orchid.name =
        "\xe2\x80\xaeTREC\xc2\x9b"
        "31m\xe2\x80\x8b";
    change([&](storage::Register& r) { r.put(orchid); });
    speaks_for_their_team("mei");
    sign_in("mei@orchid.example");
    const auto shown = see("/teams/orchid").body;
    const auto asked = get(operator_token(), "/v1/teams/orchid");
    CHECK(shown.find("\\u{202e}TREC\\u{9b}31m\\u{200b}") != std::string::npos);
    CHECK(asked.body.find("\\u202eTREC\\u009b31m\\u200b") != std::string::npos);
    CHECK(json(asked)["name"] == orchid.name);  // to a program it is the same text
    for (const auto* odd : {"\xe2\x80\xae", "\xc2\x9b", "\xe2\x80\x8b"}) {
        CHECK(shown.find(odd) == std::string::npos);
        CHECK(asked.body.find(odd) == std::string::npos);
    }
}

TEST_CASE_METHOD(ABrowser, "nobody is signed in from another site, nor with its origin hidden", "[H5]") {
    REQUIRE(send("/sign-in", "address=mei%40orchid.example").status == 200);
    const auto link = "/sign-in/" + mailed_secret();
    const auto mailed = letters().size();
    for (const auto* origin : {"null", "https://evil.example", "console.arc.example"}) {
        CAPTURE(origin);
        CHECK(visit(Method::post, link, "", {{"origin", origin}}).status == 403);
        CHECK(visit(Method::post, "/sign-in", "address=mei%40orchid.example", {{"origin", origin}}).status == 403);
    }
    CHECK(letters().size() == mailed);
    const auto in = visit(Method::post, link, "", {{"origin", "https://console.arc.example"}, {"sec-fetch-site", "same-origin"}});
    CHECK(in.status == 303);
}

TEST_CASE_METHOD(ABrowser, "a role that asks for a second factor sees nothing before it", "[H1]") {
    gives("mei", "secretariat");
    sign_in("mei@orchid.example");
    CHECK(header(see("/teams"), "Location") == "/second-factor");
    CHECK(header(submit("/act/addTeam", "id=n&name=N&category=applicant"), "Location") == "/second-factor");
    const auto shown = submit("/second-factor", "");
    REQUIRE(shown.status == 200);
    const auto at = shown.body.find("id=\"secret\">");
    REQUIRE(at != std::string::npos);
    const auto begin = at + 12;
    secret = secret_from(shown.body.substr(begin, shown.body.find('<', begin) - begin));
    CHECK(submit("/second-factor", "code=000000").status == 403);
    CHECK(header(see("/teams"), "Location") == "/second-factor");
    const auto confirmed = submit("/second-factor", "code=" + code());
    CHECK(confirmed.status == 303);
    CHECK(see("/teams").status == 200);

    cookie.clear();
    clock.time += 1h;
    REQUIRE(asked(office, "mei@orchid.example"));
    const auto in = send("/sign-in/" + mailed_secret(), "");
    CHECK(header(in, "Location").starts_with("/code"));
    take_cookie(in);
    CHECK(header(see("/teams"), "Location").starts_with("/code"));
    CHECK(submit("/code", "code=123").status == 403);
    CHECK(submit("/code", "code=" + code() + "&next=%2Fteams").status == 303);
    CHECK(see("/teams").status == 200);
}

TEST_CASE_METHOD(ABrowser, "hostile names are shown as they are written and do nothing", "[H5]") {
    auto team = *store().directory().team(TeamId{"orchid"});
    team.name = "<script>alert(1)</script>\"'><img src=x onerror=y>{{csrf}}{{{name}}}&amp;";
    change([&](storage::Register& r) { r.put(team); });
    gives("mei", "auditor");
    cookie = with_factor("mei@orchid.example");
    for (const auto* target : {"/teams", "/teams/orchid"}) {
        const auto page = see(target);
        REQUIRE(page.status == 200);
        CHECK(page.body.find("<script") == std::string::npos);
        CHECK(page.body.find("<img") == std::string::npos);
        CHECK(page.body.find("&lt;script&gt;") != std::string::npos);
        CHECK(page.body.find("{{csrf}}") != std::string::npos);  // as text, not filled in
    }
    CHECK(see("/teams/%3Cscript%3Ealert(1)%3C%2Fscript%3E").body.find("<script") == std::string::npos);
    CHECK(see("/teams?done=%3Cscript%3E").body.find("<script>") == std::string::npos);
    CHECK(see("/sign-in?next=%2F%22%3E%3Cscript%3E").body.find("<script>") == std::string::npos);
}

TEST_CASE_METHOD(ABrowser, "a token's secret is on the page of its making and on no other", "[H1]") {
    sign_in("mei@orchid.example");
    const auto page = submit("/act/createToken", "name=mine&scopes=people%3Aread&scopes=lists%3Aread");
    REQUIRE(page.status == 200);
    const auto at = page.body.find("cvt_");
    REQUIRE(at != std::string::npos);
    const auto shown = page.body.substr(at, page.body.find('<', at) - at);
    CHECK(office.bearer(shown));
    const auto listed = see("/tokens");
    CHECK(listed.status == 200);
    CHECK(listed.body.find("mine") != std::string::npos);
    CHECK(listed.body.find(shown) == std::string::npos);
    const auto id = office.tokens().front().id;
    const auto back = submit("/act/revokeToken", "token=" + id + "&next=%2Ftokens");
    REQUIRE(header(back, "Location") == "/tokens?done=revokeToken");
    CHECK(see("/tokens?done=revokeToken").status == 200);  // the page's own word is not the API's
    CHECK(see("/tokens?state=revoked&holder=").body.find(id) != std::string::npos);
    CHECK(see("/tokens?state=odd").status == 422);
    CHECK(submit("/act/createToken", "name=&scopes=people%3Aread").status == 422);
    CHECK(submit("/act/createToken", "name=n&scopes=journal%3Aread").status == 403);
    CHECK(submit("/act/nothing", "").status == 404);
    CHECK(submit("/act/listTokens", "").status == 404);
    CHECK(visit(Method::put, "/tokens").status == 405);
}

TEST_CASE_METHOD(ABrowser, "a member's pages show the own lists, and the own wish can be changed there") {
    sign_in("mei@orchid.example");
    CHECK(see("/").body.find("/lists/teams") != std::string::npos);
    const auto me = see("/me");
    CHECK(me.body.find("mei@orchid.example") != std::string::npos);
    CHECK(me.body.find("/act/leaveList") != std::string::npos);
    CHECK(header(submit("/act/changeMyDelivery", "list=teams&delivery=digest&next=%2Fme"), "Location") == "/me?done=changeMyDelivery");
    CHECK(store().rosters().reader(ListId{"teams"}, PersonId{"mei"})->delivery == community::DeliveryMode::digest);
    const auto list = see("/lists/teams");
    CHECK(list.body.find("threat exchange") != std::string::npos);
    CHECK(list.body.find("quentin") == std::string::npos);
    CHECK(list.body.find("/act/addSubscription") == std::string::npos);
    CHECK(see("/people/ana").status == 404);
    CHECK(see("/lists/none").status == 404);
    CHECK(see("/import").body.find("<textarea") == std::string::npos);
    CHECK(submit("/act/loadCommunity", "text=x&next=%2Fimport").status == 404);
}

TEST_CASE_METHOD(ABrowser, "an owner's page has the whole roster, escaped, and the forms to keep it", "[H5]") {
    gives("ana", "owner", "teams");
    auto quentin = *store().directory().person(PersonId{"quentin"});
    quentin.name = "<b>Q</b>";
    change([&](storage::Register& r) { r.put(quentin); });
    sign_in("ana@banksia.example");
    const auto list = see("/lists/teams");
    CHECK(list.body.find("<b>Q") == std::string::npos);
    CHECK(list.body.find("&lt;b") != std::string::npos);
    add_person("noor", "orchid", "noor@orchid.example");
    CHECK(submit("/act/addSubscription", "list=teams&person=noor&delivery=each&next=%2Flists%2Fteams").status == 303);
    // Nothing goes by one click.
    const auto asked = submit("/act/removeSubscription", "list=teams&person=quentin&next=%2Flists%2Fteams");
    CHECK(asked.status == 200);
    CHECK(asked.body.find("Sure?") != std::string::npos);
    CHECK(asked.body.find("person: <strong>quentin</strong>") != std::string::npos);
    CHECK(asked.body.find(R"(name="person" value="quentin")") != std::string::npos);
    CHECK(store().rosters().reader(ListId{"teams"}, PersonId{"quentin"}));
    CHECK(submit("/act/removeSubscription", "list=teams&person=quentin&next=%2Flists%2Fteams&sure=yes").status == 303);
    const auto after = see("/lists/teams").body;
    CHECK(after.find("noor") != std::string::npos);
    CHECK(after.find("quentin") == std::string::npos);
}

TEST_CASE_METHOD(ABrowser, "the link to more keeps what was asked for, whatever signs are in it", "[H2]") {
    gives("ana", "secretariat", "");
    change([&](storage::Register& r) {
        auto team = *r.team(TeamId{"orchid"});
        team.id = TeamId{"a+b"};
        r.put(team);
    });
    for (int i = 0; i < 110; ++i) add_person(fmt::format("p{:03}", i), "a+b", fmt::format("p{}@orchid.example", i));
    cookie = with_factor("ana@banksia.example");
    const auto first = see("/people?team=a%2Bb");
    CHECK(first.status == 200);
    CHECK(first.body.find("team=a%2Bb&amp;cursor=") != std::string::npos);
}

TEST_CASE("the difference of an import is shown with the text to do it by, escaped", "[H5]") {
    const http::PageFiles files{SOURCE_DIR "/templates/pages"};
    Json change{{"change", "remove"}, {"what", "team"}, {"id", "<i>orchid</i>"}, {"detail", ""}};
    Json data{{"title", "Load"}, {"dry_run", true}, {"back", "/import"}, {"csrf", "c"}, {"sent", {{"text", "</textarea><script>"}}}};
    data["result"] = {{"changes", Json::array({change})}, {"warnings", Json::array({"camphor can receive nothing"})}};
    const auto shown = files.render("after-loadCommunity", data);
    CHECK(shown.find("<i>orchid") == std::string::npos);
    CHECK(shown.find("<script>") == std::string::npos);
    CHECK(shown.find("&lt;/textarea&gt;") != std::string::npos);
    CHECK(shown.find("Do it") != std::string::npos);
    CHECK(shown.find("camphor can receive nothing") != std::string::npos);
    data["dry_run"] = false;
    data["result"] = {{"id", "0a"}, {"state", "queued"}, {"total", 3000}};
    const auto promised = files.render("after-loadCommunity", data);
    CHECK(promised.find("/jobs/0a") != std::string::npos);
    CHECK(promised.find("Do it") == std::string::npos);
}

}  // namespace caveat::test
