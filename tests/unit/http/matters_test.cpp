// Reviews, declarations, duties and acceptances over HTTP, and their page (items 5, 8 and 24).
#include "a_committee_room.hpp"
#include "page_table.hpp"
#include "pages.hpp"

namespace caveat::test {

TEST_CASE_METHOD(ACommitteeRoom, "a team declares, the committee reviews, and neither reads what is not its own", "[item 5][item 24][A1]") {
    const auto team = of("takin-rep"), other = of("kowhai-rep"), sc = of("seat1-rep");
    const auto declared = checked(post(team, "/v1/declarations", {{"criterion", "3.1 iii"}, {"text", "its funding"}}), "makeDeclaration");
    CHECK(declared["team"] == "takin");
    const auto review = declared["review"].get<std::string>();
    CHECK(post(other, "/v1/declarations", {{"team", "takin"}, {"criterion", "3.1 iii"}, {"text", "they"}}).status == 404);
    CHECK(get(other, "/v1/reviews/" + review).status == 404);
    CHECK(checked(get(team, "/v1/reviews/" + review), "showReview")["declaration"] == declared["id"]);
    const auto end = Json{{"outcome", "meets"}, {"note", "funded again"}};
    check_rule(post(team, "/v1/reviews/" + review + ":close", end), all_rows(), "item 54");
    checked(post(sc, "/v1/reviews/" + review + ":close", end), "closeReview");
    CHECK(checked(get(team, "/v1/declarations"), "listDeclarations")["items"][0]["outcome"] == "reviewed");

    // One that the team does not know of, nor its seat.
    const auto hidden =
        checked(post(sc, "/v1/reviews", {{"team", "seat2"}, {"reason", "they moved"}}), "openReview")["id"].get<std::string>();
    CHECK(get(of("seat2-rep"), "/v1/reviews/" + hidden).status == 404);
    CHECK(checked(get(of("seat2-rep"), "/v1/reviews?team=seat2"), "listReviews")["items"].empty());
    CHECK(post(of("seat2-rep"), "/v1/reviews", {{"team", "seat2"}, {"reason", "we are fine"}}).status != 201);
    CHECK(checked(get(full, "/v1/reviews?open=true"), "listReviews")["items"].size() == 1);
    const auto decision = decided("review", hidden, {{"outcome", "revocation"}});
    const auto closed =
        checked(post(sc, "/v1/reviews/" + hidden + ":close", {{"outcome", "revocation"}, {"note", "they left"}, {"decision", decision}}),
                "closeReview");
    CHECK(closed["decision"] == decision);
    CHECK(get(of("seat2-rep"), "/v1/reviews/" + hidden).status == 200);
    CHECK(store().journal().verify());
}

TEST_CASE_METHOD(ACommitteeRoom, "duties and documents over HTTP: entered by the office, seen and accepted by the team",
                 "[item 5][item 8]") {
    const auto team = of("takin-rep");
    const auto added = checked(post(full, "/v1/duties", {{"duty", "drill"}, {"due", "2026-12-01T00:00:00Z"}}), "addDuty")["items"];
    CHECK(added.size() >= 11);
    const auto mine = checked(get(team, "/v1/duties"), "listDuties")["items"];
    REQUIRE(mine.size() == 1);
    CHECK(mine[0]["name"] == "taking part in the drill");
    CHECK(mine[0]["year"] == 2026);
    const auto path = "/v1/duties/" + mine[0]["id"].get<std::string>();
    check_rule(post(team, path + ":close", {{"outcome", "done"}}), all_rows(), "item 54");
    CHECK(checked(post(full, path + ":close", {{"outcome", "excused"}, {"note", "in writing"}}), "closeDuty")["outcome"] == "excused");
    CHECK(checked(get(full, "/v1/duties?open=true&team=takin"), "listDuties")["items"].empty());
    CHECK(post(team, "/v1/duties", {{"duty", "drill"}, {"due", "2026-12-01T00:00:00Z"}}).status == 404);

    CHECK(post(team, "/v1/acceptances:ask", {{"document", "Code"}, {"version", "1"}}).status == 404);
    checked(post(full, "/v1/acceptances:ask", {{"document", "Code"}, {"version", "1"}}), "askAcceptance");
    CHECK(checked(get(team, "/v1/acceptances?open=true"), "listAcceptances")["items"].size() == 1);
    const auto accepted = checked(post(team, "/v1/acceptances", {{"document", "Code"}}), "acceptDocument");
    CHECK(accepted["by"] == "person takin-rep");
    CHECK(checked(get(team, "/v1/acceptances?open=true"), "listAcceptances")["items"].empty());
    const auto all = checked(get(full, "/v1/acceptances?limit=2"), "listAcceptances");
    REQUIRE(all["next"].is_string());
    const auto rest = checked(get(full, "/v1/acceptances?cursor=" + all["next"].get<std::string>()), "listAcceptances")["items"];
    CHECK(rest.size() >= 10);
    CHECK(rest[0] != all["items"][1]);
}

}  // namespace caveat::test
