// Ballots over HTTP: who sees them, who votes for whom.
#include "a_committee_room.hpp"

namespace caveat::test {

TEST_CASE_METHOD(ACommitteeRoom, "seven seats vote over HTTP, each for itself, and the ballot is closed", "[C5][item 51]") {
    const auto proposal =
        checked(post(of("seat1-rep"), "/v1/decisions", {{"kind", "case.open"}, {"subject", "hibiscus"}, {"question", "Investigate?"}}),
                "proposeDecision");
    const auto path = "/v1/decisions/" + proposal["id"].get<std::string>();
    CHECK(proposal["mine"]["open"] == true);
    for (int i = 1; i <= 5; ++i) {
        const auto voted = checked(post(of(seat(i) + "-rep"), path + "/votes", {{"choice", i < 5 ? "yes" : "no"}}), "castVote");
        CHECK(voted["mine"]["team"] == seat(i));
    }
    clock.time += 1s;
    const auto changed = ask(of("seat5-rep"), Method::put, path + "/votes", Json{{"team", "seat5"}, {"choice", "yes"}}.dump());
    CHECK(checked(changed, "replaceVote")["mine"]["choice"] == "yes");
    CHECK(json(changed)["tally"]["yes"] == 5);
    const auto before = all_rows();
    check_rule(post(of("seat6-rep"), path + "/votes", {{"team", "seat7"}, {"choice", "no"}}), before, "seat7");
    check_rule(ask(of("seat6-rep"), Method::post, path + ":close"), before, "votes are still out");
    CHECK(post(of("seat6-rep"), path + "/votes", {{"choice", "perhaps"}}).status == 422);
    CHECK(post(the_operator(), path + "/votes", {{"choice", "yes"}}).status == 422);  // whose?
    CHECK(all_rows() == before);
    checked(post(of("seat6-rep"), path + ":recuse", Json::object()), "recuseSeat");
    CHECK_FALSE(json(get(of("seat6-rep"), path)).contains("mine"));
    checked(post(of("seat7-rep"), path + "/votes", {{"choice", "abstain"}}), "castVote");
    clock.time += 1s;
    const auto closed = checked(ask(of("seat6-rep"), Method::post, path + ":close"), "closeDecision");
    CHECK(closed["verdict"] == "passed");
    CHECK(post(of("seat7-rep"), path + "/votes", {{"choice", "no"}}).status == 403);
}

TEST_CASE_METHOD(ACommitteeRoom, "a member sees and votes in what its electorate includes it, and of the committee's nothing", "[A7]") {
    const auto of_committee = proposed("case.open", "takin");
    const auto of_all = checked(post(of("seat1-rep"), "/v1/decisions",
                                     {{"kind", "framework"}, {"subject", "article 3"}, {"question", "Change it?"}, {"rule", "majority"}}),
                                "proposeDecision")["id"]
                            .get<std::string>();
    const auto member = of("kowhai-rep");
    const auto listed = checked(get(member, "/v1/decisions"), "listDecisions");
    REQUIRE(listed["items"].size() == 1);
    CHECK(listed["items"][0]["id"] == of_all);
    const auto nothing = get(member, "/v1/decisions/D-none");
    CHECK(get(member, "/v1/decisions/" + of_committee).body == nothing.body);
    CHECK(post(member, "/v1/decisions/" + of_committee + "/votes", {{"choice", "yes"}}).body == nothing.body);
    CHECK(post(member, "/v1/decisions", {{"kind", "other"}, {"subject", "x"}, {"question", "y"}}).body == nothing.body);
    CHECK(checked(post(member, "/v1/decisions/" + of_all + "/votes", {{"choice", "yes"}}), "castVote")["mine"]["choice"] == "yes");
    check_rule(post(member, "/v1/decisions/" + of_all + "/votes", {{"team", "saiga"}, {"choice", "yes"}}), all_rows(), "saiga");
    check_rule(ask(member, Method::post, "/v1/decisions/" + of_all + ":close"), all_rows(), "item 54");
    // A partner is no elector; a person who speaks for nobody has no decisions at all.
    speaks_for_their_team("quentin");
    CHECK(get(of("quentin"), "/v1/decisions/" + of_all).status == 404);
    CHECK(get(of("sleeper"), "/v1/decisions").status == 404);
    CHECK(get(of("takin-rep"), "/v1/decisions/" + of_committee).status == 404);
}

TEST_CASE_METHOD(ACommitteeRoom, "decisions are listed from the newest, page by page, open ones by themselves", "[H1]") {
    std::vector<std::string> made_so_far;
    for (const auto* team : {"takin", "kowhai", "saiga"}) made_so_far.push_back(proposed("case.open", team));
    made_so_far.push_back(decided("case.open", "hibiscus"));
    std::vector<std::string> seen;
    std::string target = "/v1/decisions?limit=3";
    for (;;) {
        const auto page = checked(get(full, target), "listDecisions");
        for (const auto& item : page["items"]) seen.push_back(item["id"].get<std::string>());
        if (page["next"].is_null()) break;
        target = "/v1/decisions?limit=3&cursor=" + page["next"].get<std::string>();
    }
    CHECK(seen == std::vector<std::string>(made_so_far.rbegin(), made_so_far.rend()));
    CHECK(json(get(full, "/v1/decisions?open=true"))["items"].size() == 3);
    CHECK(json(get(full, "/v1/decisions?open=false"))["items"].size() == 1);
    CHECK(get(full, "/v1/decisions?open=maybe").status == 422);
}

TEST_CASE_METHOD(ACommitteeRoom, "the General Meeting is attended, lends its votes and is petitioned against over HTTP", "[items 43-47]") {
    const auto d = checked(post(full, "/v1/decisions",
                                {{"kind", "framework"},
                                 {"subject", "article 3"},
                                 {"question", "Change it?"},
                                 {"rule", "two_thirds"},
                                 {"meeting", to_string(clock.now())}}),
                           "proposeDecision");
    const auto path = "/v1/decisions/" + d["id"].get<std::string>();
    clock.time += 1s;
    const Json there{"takin", "kowhai", "seat1", "seat2", "seat3", "seat4", "seat5", "seat6", "seat7"};
    CHECK(d["meeting"]["face_to_face"] == false);
    const auto sat = checked(post(full, path + ":attend", {{"present", there}, {"face_to_face", true}}), "recordAttendance");
    CHECK(sat["meeting"]["face_to_face"] == true);
    const auto lent = checked(post(of("saiga-rep"), path + ":proxy", {{"holder", "takin"}}), "lendVote");
    CHECK(lent["meeting"]["proxies"][0]["giver"] == "saiga");
    CHECK(json(post(full, path + ":proxy", {{"holder", "takin"}}))["detail"].get<std::string>().starts_with("whose? Write giver"));
    check_rule(post(of("saiga-rep"), path + ":petition", Json::object()), all_rows(), "item 47");
    CHECK(post(full, path + ":tie-break", {{"preferred", {"takin"}}}).status >= 400);
    CHECK(post(full, path + ":attend", {{"present", Json::array()}}).status == 422);
}

TEST_CASE_METHOD(ACommitteeRoom, "in a secret ballot no answer of the API tells who chose what; the receipt tells its voter",
                 "[item 48][H1]") {
    const auto d =
        checked(post(of("seat1-rep"), "/v1/decisions",
                     {{"kind", "framework"}, {"subject", "article 3"}, {"question", "?"}, {"rule", "majority"}, {"secret", true}}),
                "proposeDecision");
    CHECK(d["secret"] == true);
    const auto path = "/v1/decisions/" + d["id"].get<std::string>();
    clock.time += 1s;
    const Headers once{{"idempotency-key", "my vote"}};
    const auto voted = post(of("kowhai-rep"), path + "/votes", {{"choice", "no"}}, once);
    const auto receipt = checked(voted, "castVote")["receipt"].get<std::string>();
    CHECK(json(voted)["mine"]["choice"] == "sealed");
    CHECK(json(post(of("kowhai-rep"), path + "/votes", {{"choice", "no"}}, once))["receipt"] == receipt);  // the same answer, kept sealed
    CHECK_FALSE(json(post(of("saiga-rep"), path + "/votes?dry_run=true", {{"choice", "no"}})).contains("receipt"));
    check_rule(ask(full, Method::post, path + ":close?dry_run=true"), all_rows(), "item 48");  // it would open the votes and close again
    for (const auto& reader : {of("kowhai-rep"), of("seat1-rep"), the_operator()}) {
        const auto seen = checked(get(reader, path), "showDecision");
        REQUIRE(seen["votes"].size() == 1);
        CHECK(seen["votes"][0]["team"] == "kowhai");
        CHECK(seen["votes"][0]["choice"] == "sealed");
        CHECK(seen["tally"]["sealed"] == 1);
        CHECK(seen["tally"]["no"] == 0);
        CHECK_FALSE(seen.contains("receipt"));
    }
    CHECK(get(the_operator(), "/v1/journal?subject=" + d["id"].get<std::string>()).body.find("choice") == std::string::npos);

    const auto check = path + ":check-receipt";
    const auto first = checked(post(of("kowhai-rep"), check, {{"receipt", receipt}}), "checkReceipt");
    CHECK(first["counts"] == true);
    CHECK(first["choice"] == "no");
    clock.time += 1s;
    const auto later = checked(ask(of("kowhai-rep"), Method::put, path + "/votes", Json{{"choice", "yes"}}.dump()), "replaceVote");
    const auto old = checked(post(of("kowhai-rep"), check, {{"receipt", receipt}}), "checkReceipt");
    CHECK(old["counts"] == false);
    CHECK(old["choice"].is_null());
    CHECK(old["replaced"] == to_string(clock.now()));
    for (const auto& other : {of("saiga-rep"), of("seat1-rep")}) {
        check_rule(post(other, check, {{"receipt", receipt}}), all_rows(), "no vote of yours");
    }
    CHECK(post(of("kowhai-rep"), check, Json::object()).status == 422);
    CHECK(get(of("kowhai-rep"), check).status == 404);

    clock.time += 24h * 14;
    const auto over = checked(get(of("kowhai-rep"), path), "showDecision");
    CHECK(over["tally"]["yes"] == 1);
    CHECK(over["tally"]["sealed"] == 0);
    for (const auto& vote : over["votes"]) CHECK(vote["choice"] == "sealed");
    CHECK(checked(post(of("kowhai-rep"), check, {{"receipt", later["receipt"]}}), "checkReceipt")["why"] == "Counted as yes.");
    Json of_seats{{"kind", "case.open"}, {"subject", "takin"}, {"question", "?"}, {"secret", true}};
    check_rule(post(full, "/v1/decisions", of_seats), all_rows(), "item 48");
}

TEST_CASE_METHOD(ACommitteeRoom, "hostile proposals are complained about where they are wrong", "[H3]") {
    const auto before = all_rows();
    struct Case {
        Json more;
        std::string pointer;
    };
    for (const auto& [more, pointer] : std::vector<Case>{{{{"rule", "monarchy"}}, "/rule"},
                                                         {{{"closes", "soon"}}, "/closes"},
                                                         {{{"question", ""}}, "/question"},
                                                         {{{"candidates", "takin"}}, "/candidates"},
                                                         {{{"subject", std::string(201, 'x')}}, "/subject"},
                                                         {{{"votes", Json::array()}}, "/votes"}}) {
        Json body{{"kind", "case.open"}, {"subject", "takin"}, {"question", "?"}};
        body.update(more);
        CAPTURE(body.dump());
        CHECK(pointers(post(full, "/v1/decisions", body)) == std::vector{pointer});
    }
    CHECK(post(full, "/v1/decisions", {{"kind", "war"}, {"subject", "x"}, {"question", "?"}}).status == 422);
    CHECK(post(full, "/v1/decisions", {{"kind", "case.open"}, {"subject", "nobody"}, {"question", "?"}}).status == 422);
    CHECK(all_rows() == before);
}

}  // namespace caveat::test
