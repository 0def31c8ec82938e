#include "a_register.hpp"

using namespace caveat;
using namespace caveat::test;

TEST_CASE_METHOD(ARegister, "one reads who one is and the lists one may know of", "[A7]") {
    const auto body = checked(get(member, "/v1/me"), "me");
    CHECK(body["actor"] == "person mei");
    CHECK(body["person"]["id"] == "mei");
    CHECK(body["team"].is_null());  // the team's row is its representative's to read
    CHECK(column(body["lists"], "name") == std::vector<std::string>{"teams"});
    CHECK(body["lists"][0]["delivery"] == "each");
    const auto ana = json(get(owner, "/v1/me"));
    CHECK(ana["lists"][0]["manages"] == true);
    CHECK(ana["person"].is_null());  // the token does not reach people
    CHECK(checked(get(boss, "/v1/me"), "me")["person"].is_null());
}

TEST_CASE_METHOD(ARegister, "one's own delivery mode is one's own to choose, and leaving too") {
    CHECK(checked(ask(member, Method::patch, "/v1/me/lists/teams", R"({"delivery": "digest"})"), "changeMyDelivery")["delivery"] ==
          "digest");
    CHECK(ask(member, Method::patch, "/v1/me/lists/teams", R"({"delivery": "never"})").status == 422);
    CHECK(ask(member, Method::del, "/v1/me/lists/teams?dry_run=true").status == 204);
    CHECK(roster("teams").size() == 3);
    CHECK(ask(member, Method::del, "/v1/me/lists/teams").status == 204);
    CHECK(roster("teams").size() == 2);
    for (const auto* list : {"teams", "panel", "none"}) {
        CAPTURE(list);
        is_nothing(ask(member, Method::patch, std::string("/v1/me/lists/") + list, R"({"delivery": "each"})"));
        is_nothing(ask(member, Method::del, std::string("/v1/me/lists/") + list));
    }
    is_nothing(ask(boss, Method::del, "/v1/me/lists/teams"));  // the operator is on no roster
}

TEST_CASE_METHOD(ARegister, "terms are read by those who may read the people who hold them", "[A10]") {
    gives("quentin", "moderator", "teams");
    const auto all = checked(get(boss, "/v1/terms"), "listTerms");
    CHECK(column(all["items"], "person") == std::vector<std::string>{"quentin", "ana"});
    CHECK(json(get(member, "/v1/terms"))["items"].empty());
    const auto quentin = token("people:read", "quentin");
    CHECK(column(json(get(quentin, "/v1/terms?now=true"))["items"], "role") == std::vector<std::string>{"moderator"});
}

TEST_CASE_METHOD(ARegister, "a list that one may not know is named by no term and no clearance either", "[A7][A12][item 65]") {
    add_person("quincy", "quokka", "quincy@quokka.example");
    gives("quincy", "moderator", "panel");
    change([&](storage::Register& r) {
        auto quentin = *r.person(PersonId{"quentin"});
        quentin.representative = true;
        r.put(quentin);
        auto quokka = *r.team(TeamId{"quokka"});
        quokka.clearances = {{ListId{"panel"}, community::Tlp::amber, "D-1"}, {ListId{"teams"}, community::Tlp::amber, "D-2"}};
        r.put(quokka);
    });
    const auto lists = [&](const Json& team) { return column(team["clearances"], "list"); };
    const std::vector<std::string> both{"panel", "teams"}, known{"teams"};
    const auto quentin = token("people:read teams:read subscriptions:read", "quentin");
    CHECK(json(get(quentin, "/v1/terms"))["items"].empty());
    CHECK(lists(checked(get(quentin, "/v1/teams/quokka"), "showTeam")) == known);
    CHECK(lists(json(get(quentin, "/v1/teams"))["items"][0]) == known);
    CHECK(lists(json(get(quentin, "/v1/me"))["team"]) == known);
    for (const auto* path : {"/v1/terms", "/v1/teams", "/v1/teams/quokka", "/v1/me"})
        CHECK(get(quentin, path).body.find("panel") == std::string::npos);
    // Whoever has the role knows of it, and so does who reads them all.
    CHECK(column(json(get(token("people:read", "quincy"), "/v1/terms"))["items"], "list") == std::vector<std::string>{"panel"});
    CHECK(json(get(boss, "/v1/terms"))["items"].size() == 2);
    CHECK(lists(json(get(boss, "/v1/teams/quokka"))) == both);
}

TEST_CASE_METHOD(ARegister, "a list role begins by itself and ends early with a reason; an office needs its election", "[item 54]") {
    const auto count = entries();
    const Json moderator{{"role", "moderator"}, {"person", "mei"}, {"list", "teams"}};
    CHECK(post(boss, "/v1/terms?dry_run=true", moderator).status == 201);
    CHECK(entries() == count);
    CHECK(checked(post(boss, "/v1/terms", moderator), "beginTerm")["list"] == "teams");
    CHECK(post(boss, "/v1/terms", moderator).status == 409);
    auto ending = moderator;
    CHECK(post(boss, "/v1/terms:end", ending).status == 422);
    ending["reason"] = "other duties";
    clock.time += std::chrono::hours(1);
    CHECK(checked(post(boss, "/v1/terms:end", ending), "endTerm")["until"] == to_string(clock.time));
    const Json chair{{"role", "chair"}, {"person", "mei"}, {"until", "2027-11-22T00:00:00Z"}};
    CHECK(post(boss, "/v1/terms", chair).status >= 403);
    is_nothing(post(member, "/v1/terms", moderator));
    // Of the office of its own people the team may say so itself, once there is an election.
    change([](storage::Register& r) {
        auto mei = *r.person(PersonId{"mei"});
        mei.representative = true;
        r.put(mei);
    });
    const auto rep = token("decisions:write", "mei");
    const auto own = [&](const char* role) {
        const auto reply = post(rep, "/v1/terms", Json{{"role", role}, {"person", "mei"}, {"until", "2027-11-22T00:00:00Z"}});
        CHECK(reply.status == 403);
        return reply.body;
    };
    CHECK(own("sc").find("needs the id of a decision") != std::string::npos);
    CHECK(own("chair").find("orchid has no seat on the committee") != std::string::npos);
    is_nothing(post(rep, "/v1/terms", Json{{"role", "chair"}, {"person", "ana"}, {"until", "2027-11-22T00:00:00Z"}}));
    is_nothing(post(rep, "/v1/terms", moderator));
}
