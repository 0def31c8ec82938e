#include "a_committee_room.hpp"
#include "a_register.hpp"

using namespace caveat;
using namespace caveat::test;

TEST_CASE_METHOD(ACommitteeRoom, "a list is made and removed by decision, shown, and changed", "[C5][ruling jj]") {
    const auto boss = full;
    Json drill{{"name", "drill"}, {"class", "drill"}, {"charter", "the yearly drill"}, {"encryption", "preferred"}};
    const auto refused = post(boss, "/v1/lists", drill);
    CHECK(refused.status == 403);
    CHECK(refused.body.find("a new list (ruling jj) is changed by a decision of the committee") != std::string::npos);
    drill["decision"] =
        decided("list", "drill", {{"created", true}, {"class", "drill"}, {"charter", "the yearly drill"}, {"encryption", "preferred"}});
    const auto made = post(boss, "/v1/lists", drill);
    CHECK(header(made, "Location") == "/v1/lists/drill");
    const auto body = checked(made, "addList");
    CHECK(body["max_tlp"] == "AMBER");
    CHECK(body["encryption"] == "preferred");
    const auto changed = change_with_tag(boss, Method::patch, "/v1/lists/drill", R"({"posting": "moderated", "default_tlp": null})");
    CHECK(checked(changed, "changeList")["posting"] == "moderated");
    CHECK(json(changed)["default_tlp"].is_null());
    for (const auto* less : {R"({"encryption": "none"})", R"({"posting": "matrix"})", R"({"authentication": "envelope"})"}) {
        CAPTURE(less);
        CHECK(change_with_tag(boss, Method::patch, "/v1/lists/drill", less).status == 403);
    }
    CHECK(json(get(boss, "/v1/lists/drill"))["encryption"] == "preferred");
    CHECK(change_with_tag(boss, Method::del, "/v1/lists/drill").status == 403);
    CHECK(get(boss, "/v1/lists/drill").status == 200);
    const auto gone = decided("list", "drill", {{"removed", true}});
    CHECK(ask(boss, Method::del, "/v1/lists/drill?decision=" + gone, {}, {{"if-match", "*"}}).status == 204);
    CHECK(get(boss, "/v1/lists/drill").status == 404);
}

TEST_CASE_METHOD(ARegister, "what a list is changes by a decision only", "[C5][item 70]") {
    const auto count = entries();
    const auto [body, status] = GENERATE(table<std::string, int>({{R"({"max_tlp": "RED"})", 403},
                                                                  {R"({"charter": "anything"})", 403},
                                                                  {R"({"class": "members"})", 403},
                                                                  {R"({"charter": "anything", "decision": "D-2026-999"})", 422},
                                                                  {R"({"posting": "owners", "decision": "D-2026-999"})", 422},
                                                                  {R"({"max_tlp": "WHITE"})", 422},
                                                                  {R"({"expires": "tomorrow"})", 422},
                                                                  {R"({"max_tlp": null})", 422}}));
    CAPTURE(body);
    CHECK(change_with_tag(boss, Method::patch, "/v1/lists/teams", body).status == status);
    CHECK(entries() == count);
}

TEST_CASE_METHOD(ARegister, "a list that one may not know of does not exist", "[A7]") {
    CHECK(column(checked(get(boss, "/v1/lists"), "listLists")["items"], "name") == std::vector<std::string>{"panel", "teams"});
    CHECK(column(json(get(member, "/v1/lists"))["items"], "name") == std::vector<std::string>{"teams"});
    is_nothing(get(member, "/v1/lists/panel"));
    is_nothing(get(member, "/v1/lists/no-such-list"));
    is_nothing(get(owner, "/v1/lists/panel"));
    is_nothing(ask(owner, Method::patch, "/v1/lists/panel", R"({"posting": "owners"})", {{"if-match", "*"}}));
    is_nothing(ask(member, Method::patch, "/v1/lists/teams", R"({"posting": "owners"})", {{"if-match", "*"}}));
    CHECK(get(member, "/v1/lists/teams").status == 200);
}

TEST_CASE_METHOD(ARegister, "an owner keeps the own list and makes no other", "[A10]") {
    CHECK(change_with_tag(owner, Method::patch, "/v1/lists/teams", R"({"posting": "moderated"})").status == 200);
    is_nothing(post(owner, "/v1/lists", {{"name", "mine"}, {"class", "wg"}, {"charter", "mine"}}));
    clock.time += std::chrono::hours(24 * 400);
    change([&](storage::Register& r) {
        for (auto term : r.live_terms(PersonId{"ana"}, clock.now())) {
            term.during.until = clock.now();
            r.put(term);
        }
    });
    const auto later = token("lists:read lists:write", "ana");
    CHECK(change_with_tag(later, Method::patch, "/v1/lists/teams", R"({"posting": "matrix"})").status == 404);
}
