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
    for (const auto* kind : {"form", "checklist"}) {
        checked(post(sc, path + "/documents", {{"kind", kind}, {"reference", "folder"}, {"hash", "sha256:1"}}), "attachDocument");
    }
    const auto before = all_rows();
    check_rule(post(of("seat2-rep"), path + "/sponsors", {{"team", "takin"}}), before, "takin");  // a seat speaks for its own team
    check_rule(post(sc, path + ":decide", Json::object()), before, "item 54");
    for (const auto* team : {"takin", "kowhai", "saiga"}) {
        checked(post(full, path + "/sponsors", {{"team", team}, {"reference", "folder"}, {"hash", "sha256:2"}}), "sponsorApplication");
    }
    CHECK(json(get(sc, path))["missing"].empty());
    const auto admitted = checked(post(sc, path + ":decide", {{"decision", decided("admission", "nimbus")}}), "decideApplication");
    CHECK(admitted["phase"] == "approved_pending_mou");
    checked(post(sc, path + "/mou", {{"signed", "2026-11-22"}, {"reference", "cabinet"}, {"hash", "sha256:3"}}), "recordMou");
    CHECK(checked(get(full, "/v1/teams/nimbus"), "showTeam")["mou"] == "2026-11-22");

    check_rule(post(sc, "/v1/teams/nimbus:revoke", {{"reason", "review"}, {"clause", "7"}}), all_rows(), "");
    const auto revoked =
        checked(post(sc, "/v1/teams/nimbus:revoke", {{"reason", "review"}, {"clause", "7"}, {"decision", decided("revocation", "nimbus")}}),
                "revokeTeam");
    CHECK(revoked["category"] == "former");
    CHECK(json(get(sc, path))["phase"] == "revoked");
    CHECK(store().journal().verify());
}

TEST_CASE_METHOD(ACommitteeRoom, "an applicant reads its own application; to others there is none", "[A7]") {
    const auto id =
        checked(post(full, "/v1/applications", an_application("quokka", "liaison")), "submitApplication")["id"].get<std::string>();
    const auto nothing = get(of("takin-rep"), "/v1/applications/A-none");
    speaks_for_their_team("quentin");
    CHECK(checked(get(of("quentin"), "/v1/applications/" + id), "showApplication")["team"] == "quokka");
    CHECK(checked(get(of("quentin"), "/v1/applications"), "listApplications")["items"].size() == 1);
    CHECK(get(of("takin-rep"), "/v1/applications/" + id).body == nothing.body);
    CHECK(checked(get(of("takin-rep"), "/v1/applications"), "listApplications")["items"].empty());
    CHECK(post(of("takin-rep"), "/v1/applications/" + id + ":withdraw", Json::object()).body == nothing.body);
    CHECK(post(of("quentin"), "/v1/teams/takin:revoke", {{"reason", "x"}}).body == nothing.body);
    checked(post(full, "/v1/applications/" + id + ":withdraw", {{"reason", "later"}}), "withdrawApplication");
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

}  // namespace caveat::test
