// The committee's pages: what each reader sees, and that their forms do what the API does.
#include <regex>

#include "a_committee_room.hpp"
#include "page_names.hpp"
#include "page_table.hpp"
#include "pages.hpp"

namespace caveat::test {
namespace {

struct AReadingRoom : ACommitteeRoom {
    http::PageFiles files{SOURCE_DIR "/templates/pages"};
    http::Pages pages{service, files, false};
    std::map<std::string, std::string> cookies;

    // A session of this person, with the second factor where the role asks for one.
    std::string cookie_of(const std::string& person) {
        auto& word = cookies[person];
        if (!word.empty() && office.session(word)) return word;
        const auto address = store().directory().person(PersonId{person})->addresses.front();
        return word = with_factor(address);
    }
    http::Reply page(const std::string& person, const std::string& target) {
        http::Request request;
        request.target = target;
        request.headers["cookie"] = "caveat=" + cookie_of(person);
        return pages.answer(request);
    }
    http::Reply send(const std::string& person, const std::string& operation, const http::FormFields& fields) {
        const auto cookie = cookie_of(person);
        http::Request request;
        request.method = Method::post;
        request.target = "/act/" + operation;
        request.headers["cookie"] = "caveat=" + cookie;
        request.body = "csrf=" + http::percent_encode(office.session(cookie)->csrf);
        for (const auto& [key, value] : fields) request.body += "&" + key + "=" + http::percent_encode(value);
        return pages.answer(request);
    }
    void have_names() {
        change([](storage::Register& r) {
            auto team = *r.team(TeamId{"takin"});
            team.name = "Takin-CIRT";
            r.put(team);
            auto person = *r.person(PersonId{"takin-rep"});
            person.name = "Pema Dorji";
            r.put(person);
        });
    }
    static bool says(const http::Reply& reply, const std::string& words) { return reply.body.find(words) != std::string::npos; }
};

}  // namespace

TEST_CASE_METHOD(AReadingRoom, "the party opens its notice with a button that says what opening means", "[A8][ruling d]") {
    opened();
    REQUIRE(notices().status == 200);
    const auto path = the_case.substr(3);
    (void)cookie_of("hibiscus-rep");
    const auto before = all_rows();
    const auto seen = page("hibiscus-rep", path);
    REQUIRE(seen.status == 200);
    CHECK(says(seen, "Opening it counts as service"));
    CHECK(says(seen, "class=\"ahead\""));
    CHECK(says(seen, "/act/fileAppeal"));
    CHECK_FALSE(says(seen, "/act/closeCase"));
    CHECK_FALSE(says(seen, "/act/recordService"));
    CHECK(all_rows() == before);
    const auto read = send("hibiscus-rep", "openNotice", {{"case", case_id}, {"notice", "1"}, {"next", path}});
    CHECK(read.status == 200);
    CHECK(says(read, "leaked AMBER"));
    CHECK_FALSE(says(page("hibiscus-rep", path), "Opening it counts as service"));
    CHECK(says(page("hibiscus-rep", path + "/notices/1"), "leaked AMBER"));
}

TEST_CASE_METHOD(AReadingRoom, "the committee's page of a case has the forms of what may come next, and no others", "[A8]") {
    opened();
    const auto path = the_case.substr(3);
    auto seen = page("seat1-rep", path);
    REQUIRE(seen.status == 200);
    CHECK(says(seen, "/act/issueNotice"));
    CHECK(says(seen, "/act/closeCase"));
    CHECK_FALSE(says(seen, "/act/liftSanction"));
    CHECK_FALSE(says(seen, "/act/openNotice"));
    CHECK_FALSE(says(seen, "/preview"));
    REQUIRE(notices().status == 200);
    seen = page("seat1-rep", path);
    CHECK(says(seen, "/act/recordService"));
    CHECK_FALSE(says(seen, "/act/fileAppeal"));
    CHECK(page("takin-rep", path).status == 404);
    CHECK(page("takin-rep", "/cases/C-none").body == page("takin-rep", path).body);
}

TEST_CASE_METHOD(AReadingRoom, "a sanction is tried on its page before it is noticed, and the trial changes nothing", "[A8][H5]") {
    unheeded();
    const auto path = the_case.substr(3);
    CHECK(says(page("seat1-rep", path), path + "/preview"));
    const auto seen = page("seat1-rep", path + "/preview?team=hibiscus&sanction=teams%3Areceive%2Cpost");
    REQUIRE(seen.status == 200);
    CHECK(says(seen, "/act/issueSanction"));
    CHECK(says(seen, "value=\"teams:receive,post\""));
    const auto decision = decided("case.sanction", case_id);
    const auto before = all_rows();
    const http::FormFields form{{"case", case_id}, {"next", path}, {"denies", "teams:receive,post"}, {"decision", decision}};
    auto trial = form;
    trial.emplace_back("dry_run", "true");
    const auto tried = send("seat1-rep", "issueSanction", trial);
    CHECK(tried.status == 200);
    CHECK(says(tried, "Nothing was changed and no letter was sent"));
    CHECK(says(tried, "hibiscus-rep"));
    CHECK(all_rows() == before);
    CHECK(says(send("seat1-rep", "issueSanction", form), "sanction noticed"));
    CHECK(all_rows() != before);
}

TEST_CASE_METHOD(AReadingRoom, "a seat votes with a button, and the page counts", "[C5]") {
    const auto ballot = proposed("case.open", "takin");
    const auto seen = page("seat1-rep", "/decisions");
    REQUIRE(seen.status == 200);
    CHECK(says(seen, "0 yes of 4 needed"));
    CHECK(says(seen, "/act/castVote"));
    const auto voted = send("seat1-rep", "castVote", {{"decision", ballot}, {"team", "seat1"}, {"choice", "yes"}, {"next", "/decisions"}});
    CHECK(voted.status == 303);
    CHECK(says(page("seat2-rep", "/decisions"), "1 yes of 4 needed"));
    CHECK(says(page("seat1-rep", "/decisions/" + ballot), "so far yes"));
    CHECK(send("seat1-rep", "castVote", {{"decision", ballot}, {"team", "seat2"}, {"choice", "yes"}}).status == 403);
    CHECK(page("takin-rep", "/decisions/" + ballot).status == 404);
    CHECK_FALSE(says(page("kowhai-rep", "/decisions"), ballot));
}

TEST_CASE_METHOD(AReadingRoom, "on the page of an application each finds the forms for what is its own to do", "[A8][items 17-20]") {
    speaks_for_their_team("quentin");
    Json form{
        {"team", "quokka"}, {"category", "liaison"}, {"reason", "outside_region"}, {"contact_id", "quokka-rep"}, {"contact_name", "Q"}};
    for (const auto* field : {"official_name", "short_name", "hosts", "established", "constituency", "mission"}) form[field] = "words";
    form.update({{"economy", "NZ"}, {"funding", "other"}, {"activity", "research"}, {"contact_address", "rep@quokka.example"}});
    REQUIRE(post(full, "/v1/applications", form).status == 201);
    const std::vector<std::string> acts{"sponsorApplication", "attachDocument", "withdrawApplication"};
    const auto has = [&](const std::string& person) {
        std::string found;
        const auto seen = page(person, "/applications/A-2026-001");
        REQUIRE(seen.status == 200);
        for (const auto& act : acts) found += says(seen, "/act/" + act) ? '+' : '-';
        return found;
    };
    CHECK(has("seat1-rep") == "+++");
    CHECK(has("takin-rep") == "+--");
    CHECK(has("quentin") == "-++");
    CHECK(send("takin-rep", "sponsorApplication", {{"application", "A-2026-001"}, {"team", "takin"}, {"next", "/applications"}}).status ==
          303);
}

TEST_CASE_METHOD(AReadingRoom, "in a secret ballot the page shows who voted, gives a receipt once and checks it", "[item 48]") {
    const auto proposed_on_page = send("seat1-rep", "proposeDecision",
                                       {{"kind", "framework"},
                                        {"subject", "article 3"},
                                        {"question", "?"},
                                        {"rule", "majority"},
                                        {"secret", "true"},
                                        {"closes", to_string(clock.now() + 10min)},
                                        {"next", "/decisions"}});
    REQUIRE(proposed_on_page.status == 303);
    const std::string ballot = "D-2026-001", path = "/decisions/" + ballot;
    CHECK(says(page("kowhai-rep", path), "by secret ballot"));
    CHECK_FALSE(says(page("kowhai-rep", path), "<dt>Proposed by</dt><dd>person "));
    const auto voted = send("kowhai-rep", "castVote", {{"decision", ballot}, {"team", "kowhai"}, {"choice", "no"}, {"next", path}});
    REQUIRE(voted.status == 200);
    CHECK(voted.acted);
    const std::string before = "<code class=\"secret\" id=\"secret\">";
    const auto at = voted.body.find(before);
    REQUIRE(at != std::string::npos);
    const auto receipt = voted.body.substr(at + before.size(), voted.body.find('<', at + before.size()) - at - before.size());
    for (const auto* who : {"kowhai-rep", "seat1-rep"}) {
        const auto seen = page(who, path);
        CHECK(says(seen, "<td data-label=\"Choice\">sealed</td>"));
        CHECK(says(seen, "1 cast, 12 not cast"));
        CHECK_FALSE(says(seen, "0 yes of"));
        CHECK_FALSE(says(seen, receipt));
    }
    CHECK(says(send("kowhai-rep", "checkReceipt", {{"decision", ballot}, {"receipt", receipt}}), "Is counted as no"));
    CHECK(send("seat1-rep", "checkReceipt", {{"decision", ballot}, {"receipt", receipt}}).status == 403);
    clock.time += 10min;
    CHECK(says(page("seat1-rep", path), "0 yes of 7 needed"));
    CHECK(says(page("seat1-rep", path), "1 no"));
}

TEST_CASE_METHOD(AReadingRoom, "whatever was written shows as text, on every page of the committee", "[H5]") {
    const std::string evil = "<script>alert(1)</script>";
    checked(post(full, "/v1/decisions", {{"kind", "other"}, {"subject", evil}, {"question", evil}, {"rule", "approval"}}),
            "proposeDecision");
    checked(post(full, "/v1/holds", {{"person", "takin-rep"}, {"reason", evil}}), "placeHold");
    REQUIRE(post(full, "/v1/applications", {{"team", "nimbus"}, {"category", "liaison"}, {"mission", evil}}).status == 201);
    opened();
    auto body = seven_contents();
    body["breach"] = evil;
    body["channels"] = "{{csrf}}";
    REQUIRE(post(full, the_case + "/notices", with_decision(body, "case.notice")).status == 200);
    for (const auto& target :
         {std::string("/decisions"), std::string("/holds"), std::string("/applications"), std::string("/applications/A-2026-001"),
          std::string("/decisions/D-2026-001"), std::string("/cases"), the_case.substr(3), the_case.substr(3) + "/notices/1",
          the_case.substr(3) + "/preview?sanction=" + http::percent_encode(evil)}) {
        CAPTURE(target);
        const auto seen = page("seat1-rep", target);
        CHECK(seen.status == 200);
        CHECK_FALSE(says(seen, "<script>"));
        CHECK_FALSE(says(seen, " style="));
        CHECK_FALSE(says(seen, "{{>"));
    }
    CHECK(says(page("seat1-rep", the_case.substr(3) + "/notices/1"), "{{csrf}}"));
}

TEST_CASE_METHOD(AReadingRoom, "a team declares and accepts on its page, and has no form of the committee's", "[item 5]") {
    have_names();
    REQUIRE(post(full, "/v1/acceptances:ask", {{"document", "Code of Conduct"}, {"version", "3"}}).status == 201);
    REQUIRE(post(full, "/v1/reviews", {{"team", "kowhai"}, {"reason", "they moved"}}).status == 201);
    const auto seen = page("takin-rep", "/duties");
    REQUIRE(seen.status == 200);
    CHECK(says(seen, "Accept Code of Conduct 3 for Takin-CIRT"));
    CHECK(says(seen, "/act/makeDeclaration"));
    CHECK_FALSE(says(seen, "/act/openReview"));
    CHECK_FALSE(says(seen, "they moved"));
    CHECK(send("takin-rep", "acceptDocument", {{"team", "takin"}, {"document", "Code of Conduct"}, {"version", "3"}, {"next", "/duties"}})
              .status == 303);
    CHECK(says(page("takin-rep", "/duties"), "by Pema Dorji (Takin-CIRT)"));
    const auto of_seat = page("seat1-rep", "/duties");
    CHECK(says(of_seat, "they moved"));
    CHECK(says(of_seat, "/act/closeReview"));
    CHECK(says(of_seat, "/act/addDuty"));
}

TEST_CASE_METHOD(AReadingRoom, "a page calls people and teams by their names, and of whom its reader may not look up only the team") {
    have_names();
    const Json line{{"team", "takin"}, {"by", "person takin-rep"}, {"actor", "operator root"}, {"holder", "who-left"}};
    const Json answer{{"items", Json::array({line})}, {"person", nullptr}};
    const auto named = [&](const access::Caller& caller) {
        auto json = answer;
        http::add_names(store(), caller, json);
        CHECK_FALSE(json.contains("person_name"));
        return json["items"][0];
    };
    const auto seen = named(office.session(cookie_of("seat1-rep"))->caller);
    CHECK(seen["team_name"] == "Takin-CIRT");
    CHECK(seen["team"] == "takin");  // forms and links go by the id
    CHECK(seen["by_name"] == "Pema Dorji (Takin-CIRT)");
    CHECK(seen["actor_name"] == "the operator of the server (root)");
    CHECK(seen["holder_name"] == "who-left");
    CHECK(named(access::Caller{})["by_name"] == "somebody of Takin-CIRT");
    opened();
    REQUIRE(notices().status == 200);
    const auto seen_case = page("seat1-rep", the_case.substr(3));
    CHECK_FALSE(says(seen_case, "first_notice"));
    CHECK_FALSE(says(seen_case, "person hibiscus-rep"));
    const auto text = seen_case.body.substr(0, seen_case.body.find("<h3>"));
    CHECK_FALSE(std::regex_search(text, std::regex(R"(>[^<]*\dT\d\d:\d\d)")));  // no instant of a machine to be read
}

}  // namespace caveat::test
