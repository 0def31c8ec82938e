// Applications over HTTP: submitted, sponsored, decided, and the way out again.
#include "caveat/conduct/application.hpp"

#include "a_committee_room.hpp"

namespace caveat::test {
namespace {

Json a_form(const std::string& team) {
    return {{"official_name", team + " Response Team"},
            {"short_name", team},
            {"hosts", "a ministry"},
            {"economy", "NZ"},
            {"established", "2019"},
            {"funding", "government"},
            {"constituency", "the economy"},
            {"mission", "coordination"},
            {"activity", "coordination, research"},
            {"reason", "not_yet_eligible"},
            {"site_visit", true},
            {"contact_id", team + "-rep"},
            {"contact_name", "Ngaio"},
            {"contact_address", "rep@" + team + ".example"}};
}

Json an_application(const std::string& team, const std::string& category) {
    auto body = a_form(team);
    body["team"] = team;
    body["category"] = category;
    return body;
}

}  // namespace

TEST_CASE("the form over HTTP has every field of item 21, in its order", "[item 21]") {
    const auto* route = http::find_route("amendApplication");
    REQUIRE(route != nullptr);
    const auto fields = conduct::form_fields();
    REQUIRE(route->body->fields.size() > fields.size());
    for (std::size_t i = 0; i < fields.size(); ++i) CHECK(route->body->fields[i].name == fields[i].name);
}

TEST_CASE_METHOD(ACommitteeRoom, "a team applies and is admitted over HTTP, and its status is revoked", "[items 17-25]") {
    auto draft = an_application("nimbus", "liaison");
    draft.erase("mission");
    const auto sc = of("seat1-rep");
    const auto submitted = checked(post(sc, "/v1/applications", draft), "submitApplication");
    CHECK(submitted["phase"] == "draft");
    const auto path = "/v1/applications/" + submitted["id"].get<std::string>();
    CHECK(checked(ask(sc, Method::put, path + "/form", a_form("nimbus").dump()), "amendApplication")["phase"] == "submitted");
    for (const auto* kind : {"form", "handling_policy"}) {
        checked(post(sc, path + "/documents", {{"kind", kind}, {"reference", "folder"}, {"text", "signed"}}), "attachDocument");
    }
    const auto before = all_rows();
    check_rule(post(of("seat2-rep"), path + "/sponsors", {{"team", "takin"}}), before, "takin");  // a seat speaks for its own team
    check_rule(post(sc, path + ":decide", Json::object()), before, "item 54");
    for (const auto* team : {"takin", "kowhai", "saiga"}) {
        checked(post(full, path + "/sponsors", {{"team", team}, {"reference", "folder"}, {"text", "good people"}}), "sponsorApplication");
    }
    CHECK(json(get(sc, path))["missing"].empty());
    const auto admitted = checked(post(sc, path + ":decide", {{"decision", decided("admission", "nimbus")}}), "decideApplication");
    CHECK(admitted["phase"] == "approved_pending_mou");
    checked(post(sc, path + "/mou", {{"signed", "2026-11-22"}, {"reference", "cabinet"}, {"content", "c2lnbmVk"}}), "recordMou");
    CHECK(checked(get(full, "/v1/teams/nimbus"), "showTeam")["mou"] == "2026-11-22");

    check_rule(post(sc, "/v1/teams/nimbus:revoke", {{"reason", "review"}, {"clause", "7"}}), all_rows(), "");
    const auto revoked =
        checked(post(sc, "/v1/teams/nimbus:revoke", {{"reason", "review"}, {"clause", "7"}, {"decision", decided("revocation", "nimbus")}}),
                "revokeTeam");
    CHECK(revoked["category"] == "former");
    CHECK(json(get(sc, path))["phase"] == "revoked");
    CHECK(store().journal().verify());
}

// Applicant quokka, whose representative is quentin; cirrus is another partner.
struct AnApplicant : ACommitteeRoom {
    AnApplicant() {
        speaks_for_their_team("quentin");
        add_member("cirrus");
        change([&](storage::Register& r) {
            auto team = *r.team(TeamId{"cirrus"});
            team.category = "corporate";
            team.mou = *parse_date("2021-02-01");
            r.put(team);
        });
    }
    void submitted(Json body) {
        const auto reply = post(of("quentin"), "/v1/applications", body);
        path = "/v1/applications/" + checked(reply, "submitApplication")["id"].get<std::string>();
    }
    Json shown_to(const std::string& person) { return checked(get(of(person), path), "showApplication"); }
    // To this person the application is what there is none of, to read and to do.
    void is_nothing_to(const std::string& person) {
        CAPTURE(person);
        const auto nothing = get(of(person), "/v1/applications/A-none").body;
        CHECK(get(of(person), path).body == nothing);
        CHECK(checked(get(of(person), "/v1/applications"), "listApplications")["items"].empty());
        const auto before = all_rows();
        CHECK(post(of(person), path + "/sponsors", {{"team", "takin"}, {"text", "good people"}}).body == nothing);
        CHECK(post(of(person), path + "/documents", a_paper("report")).body == nothing);
        CHECK(post(of(person), path + ":withdraw", Json::object()).body == nothing);
        CHECK(ask(of(person), Method::put, path + "/form", a_form("quokka").dump()).body == nothing);
        CHECK(all_rows() == before);
    }
    static Json a_paper(const std::string& kind) { return {{"kind", kind}, {"reference", "folder"}, {"text", "signed"}}; }

    std::string path;
};

TEST_CASE_METHOD(AnApplicant, "an application is the applicant's; members know of it while it takes sponsors, its sponsors for good",
                 "[A7][items 17-21]") {
    auto draft = an_application("quokka", "liaison");
    draft.erase("mission");
    submitted(draft);
    CHECK(shown_to("quentin")["seen_as"] == "applicant");
    CHECK(checked(get(of("quentin"), "/v1/applications"), "listApplications")["items"].size() == 1);
    for (const auto* person : {"takin-rep", "cirrus-rep"}) is_nothing_to(person);
    CHECK(post(of("quentin"), "/v1/teams/takin:revoke", {{"reason", "x"}}).status == 404);

    checked(ask(of("quentin"), Method::put, path + "/form", a_form("quokka").dump()), "amendApplication");
    is_nothing_to("cirrus-rep");
    const auto open = shown_to("takin-rep");
    CHECK(open["seen_as"] == "member");
    CHECK(open["form"].contains("official_name"));
    CHECK_FALSE(open["form"].contains("mission"));
    CHECK(open["happened"].empty());
    CHECK(checked(get(of("takin-rep"), "/v1/applications"), "listApplications")["items"][0] == open);

    for (const auto* kind : {"form", "handling_policy"}) checked(post(full, path + "/documents", a_paper(kind)), "attachDocument");
    CHECK(shown_to("takin-rep")["documents"].empty());
    for (const std::string team : {"takin", "kowhai", "saiga"}) {
        const auto sponsored = post(of(team + "-rep"), path + "/sponsors", {{"team", team}, {"reference", team}, {"text", "good people"}});
        CHECK(checked(sponsored, "sponsorApplication")["seen_as"] == "member");
    }
    const auto vouching = shown_to("takin-rep");
    for (const auto& sponsor : vouching["sponsors"]) CHECK(sponsor["report"].is_null() == (sponsor["team"] != "takin"));
    proposed("admission", "quokka");
    is_nothing_to("hibiscus-rep");
    const auto balloted = shown_to("takin-rep");
    CHECK(balloted["phase"] == "sc_ballot");
    CHECK(balloted["ballots"].empty());
    CHECK(balloted["sponsors"].size() == 1);
}

TEST_CASE_METHOD(AnApplicant, "a representative sponsors for the own team and files its report; the applicant hands in its own",
                 "[A1][items 17-20]") {
    submitted(an_application("quokka", "liaison"));
    auto before = all_rows();
    check_rule(post(of("takin-rep"), path + "/sponsors", {{"team", "kowhai"}}), before, "does not speak for kowhai");
    check_rule(post(of("takin-rep"), path + "/documents", a_paper("report")), before, "is not one of application");
    check_rule(post(of("quentin"), path + "/sponsors", {{"team", "takin"}}), before, "does not speak for takin");
    check_rule(post(of("quentin"), path + "/sponsors", {{"team", "quokka"}}), before, "cannot sponsor itself");
    checked(post(of("takin-rep"), path + "/sponsors", {{"team", "takin"}}), "sponsorApplication");
    checked(post(of("takin-rep"), path + "/documents", a_paper("report")), "attachDocument");
    CHECK(json(get(full, path))["sponsors"][0]["report"]["hash"] == "sha256:" + vault::hex(vault::sha256("signed")));

    before = all_rows();
    auto of_takin = a_paper("report");
    of_takin["sponsor"] = "takin";
    check_rule(post(of("kowhai-rep"), path + "/documents", of_takin), before, "does not speak for takin");
    check_rule(post(of("quentin"), path + "/documents", of_takin), before, "does not speak for takin");
    check_rule(post(of("quentin"), path + "/documents", a_paper("checklist")), before, "item 54");  // what others find out about it
    check_rule(post(of("quentin"), path + "/visit", {{"team", "takin"}}), before, "item 54");
    check_rule(post(of("quentin"), path + ":decide", {{"decision", "D-1"}}), before, "item 54");
    CHECK(post(of("takin-rep"), path + "/documents", a_paper("form")).status == 404);
    CHECK(all_rows() == before);
    checked(post(of("quentin"), path + "/documents", a_paper("form")), "attachDocument");
    CHECK(checked(post(of("quentin"), path + ":withdraw", {{"reason", "later"}}), "withdrawApplication")["phase"] == "withdrawn");
}

TEST_CASE_METHOD(AnApplicant, "an applicant finds out nothing by what it hands in", "[A7][items 17-21]") {
    const auto before = all_rows();
    CHECK(post(of("quentin"), "/v1/applications", an_application("cirrus", "liaison")).status == 404);
    CHECK(post(of("quentin"), "/v1/applications", an_application("nimbus", "liaison")).status == 404);
    auto numbered = an_application("quokka", "liaison");
    numbered["id"] = "A-2026-001";
    check_rule(post(of("quentin"), "/v1/applications", numbered), before, "item 17");
    for (const auto& [field, value] : {std::pair{"contact_address", "takin@takin.example"}, std::pair{"contact_id", "takin-rep"}}) {
        auto taken = an_application("quokka", "liaison");
        taken[field] = value;
        const auto heard = post(full, "/v1/applications", taken);
        CHECK(heard.status == 409);
        CHECK(heard.body.find("of takin") != std::string::npos);
        // Taken as if nobody had it: the office hears of it when it admits the team.
        const auto filed = checked(post(of("quentin"), "/v1/applications", taken), "submitApplication")["id"].get<std::string>();
        CHECK(post(of("quentin"), "/v1/applications/" + filed + ":withdraw", {{"reason", "later"}}).status == 200);
    }
}

TEST_CASE_METHOD(AnApplicant, "the sanction of a sponsor shows to the desk alone", "[A7][item 32]") {
    submitted(an_application("quokka", "liaison"));
    for (const std::string team : {"takin", "kowhai", "saiga"}) {
        checked(post(of(team + "-rep"), path + "/sponsors", {{"team", team}, {"text", "good people"}}), "sponsorApplication");
    }
    const auto before = shown_to("takin-rep");
    change([&](storage::Register& r) {
        community::Denial denial;
        denial.whom = "kowhai";
        denial.resource = "teams";
        denial.verbs = 7;
        denial.during = {clock.now(), std::nullopt};
        denial.source = "sanction";
        r.put(denial);
    });
    clock.time += 1h;
    CHECK(json(get(full, path))["lapsed"].dump().find("sanction") != std::string::npos);
    CHECK(shown_to("quentin")["lapsed"].size() == 1);
    CHECK(shown_to("quentin").dump().find("sanction") == std::string::npos);
    CHECK(shown_to("takin-rep") == before);
}

TEST_CASE_METHOD(AnApplicant, "that a contact was of another team shows to the desk alone", "[A7][ruling kk]") {
    submitted(an_application("quokka", "liaison"));
    change([&](storage::Register& r) {
        r.remember(PersonId{"takin-rep"}, TeamId{"takin"}, {storage::mark_of_address("rep@quokka.example")}, clock.now());
    });
    const auto known = checked(get(full, path), "showApplication")["known"];
    REQUIRE(known.size() == 1);
    CHECK(known[0].get<std::string>().find("rep@quokka.example was an address of takin-rep, of takin") != std::string::npos);
    for (const auto* other : {"quentin", "takin-rep"}) CHECK_FALSE(shown_to(other).contains("known"));
}

TEST_CASE_METHOD(ACommitteeRoom, "hostile forms are complained about where they are wrong", "[H3]") {
    const auto before = all_rows();
    for (const auto& [field, value] : std::vector<std::pair<std::string, Json>>{{"mission", std::string(4001, 'x')},
                                                                                {"site_visit", "yes"},
                                                                                {"contacts", {{"id", "x"}}},
                                                                                {"category", ""},
                                                                                {"password", "x"},
                                                                                {"team", 7}}) {
        auto body = an_application("nimbus", "liaison");
        body[field] = value;
        CAPTURE(field);
        CHECK(pointers(post(full, "/v1/applications", body)) == std::vector{"/" + field});
    }
    auto unknown = an_application("nimbus", "emperor");
    CHECK(post(full, "/v1/applications", unknown).status == 422);
    CHECK(all_rows() == before);
}

TEST_CASE_METHOD(ACommitteeRoom, "nobody comes in, or up, past an application over HTTP, whatever decision is cited [ruling ii]", "[C5]") {
    const auto sc = of("seat1-rep");
    const auto none = post(sc, "/v1/decisions", {{"kind", "admission"}, {"subject", "quokka"}, {"question", "?"}});
    check_rule(none, all_rows(), "none of quokka is open");
    const auto decision = decided("clearance", "quokka");
    const auto before = all_rows();
    Json fresh{{"id", "nova"}, {"name", "Nova"}, {"category", "operational"}, {"economy", "NO"}, {"decision", decision}};
    check_rule(post(full, "/v1/teams", fresh), before, "the admission of a team (items 17, 18 and 54) rests on its application");
    fresh["since"] = "2010-01-01";
    check_rule(post(full, "/v1/teams", fresh), before, "its application records them");
    for (const auto& [body, says] : std::vector<std::pair<std::string, std::string>>{
             {R"({"category":"operational"})", "is changed by an application of quokka"},
             {R"({"mou":"2026-01-01"})", "the MoU of a team (item 18)"},
             {R"({"since":"2010-01-01"})", "the date of admission of a team"},
             {R"({"category":"former"})", "ends by its revocation"},
             {R"({"clearances":[{"list":"teams","label":"RED"}]})", "decides label = AMBER, and the act has label = RED"}}) {
        auto change = Json::parse(body);
        change["decision"] = decision;
        CAPTURE(says);
        check_rule(ask(full, Method::patch, "/v1/teams/quokka", change.dump(), {{"if-match", "*"}}), before, says);
    }
    const auto listed = json(get(sc, "/v1/decisions/" + decision));
    CHECK(listed["set"] == Json{{"list", "teams"}, {"label", "AMBER"}});
    CHECK(listed["decides"] == "list = teams, label = AMBER");
    CHECK(pointers(post(sc, "/v1/decisions", {{"kind", "clearance"}, {"subject", "quokka"}, {"question", "?"}, {"set", {"teams"}}})) ==
          std::vector<std::string>{"/set"});
}

TEST_CASE_METHOD(AnApplicant, "a document over HTTP: kept, read by who may, and 404 for everybody else", "[A7][items 19-21]") {
    submitted(an_application("quokka", "liaison"));
    check_rule(post(of("quentin"), path + "/documents", {{"kind", "form"}, {"hash", "sha256:" + std::string(64, '0')}}), all_rows(),
               "not its hash alone");
    CHECK(post(of("quentin"), path + "/documents", {{"kind", "form"}, {"content", "no base64!"}}).status == 422);
    CHECK(post(of("quentin"), path + "/documents", {{"kind", "form"}, {"content", "YQ=="}, {"text", "a"}}).status == 422);
    Json whole{{"kind", "form"}, {"content", "c2lnbmVk"}, {"file_name", "form.pdf"}};
    checked(post(of("quentin"), path + "/documents", whole), "attachDocument");
    const auto where = path + "/documents/" + vault::hex(vault::sha256("signed"));
    const auto read = checked(get(of("quentin"), where), "readDocument");
    CHECK(read["content"] == "c2lnbmVk");
    CHECK(read["name"] == "form.pdf");
    CHECK(get(full, where).status == 200);
    const auto nothing = get(of("cirrus-rep"), "/v1/applications/A-none/documents/00").body;
    for (const auto* person : {"takin-rep", "cirrus-rep"}) CHECK(get(of(person), where).body == nothing);
    CHECK(get(of("quentin"), path + "/documents/00").body == nothing);
}

}  // namespace caveat::test
