#include "a_register.hpp"

using namespace caveat;
using namespace caveat::test;

namespace {

// The house reads the file; here a text is a word for what it holds.
struct Loading : ARegister {
    Loading() {
        offices.community.read = [this](std::string_view text) -> Result<registry::Census> {
            auto census = registry::Registry(store(), rules, clock, {}).census();
            if (text == "as it is") return census;
            if (text == "stranger") return census.people.front().team = TeamId{"nowhere"}, census;
            if (text == "promotion") return census.teams.front().category = "liaison", census;
            if (text == "office") return census.terms.push_back({"secretariat", PersonId{"mei"}, {}, {clock.now(), {}}}), census;
            if (text == "owner") return census.terms.push_back({"owner", PersonId{"mei"}, ListId{"teams"}, {clock.now(), {}}}), census;
            if (text == "new charter") return census.lists.back().charter = "whatever we like", census;
            if (text.starts_with("crowd ")) {
                const int count = std::stoi(std::string(text.substr(6)));
                for (int i = 0; i < count; ++i) {
                    const auto id = "p" + std::to_string(i);
                    census.people.push_back({PersonId{id}, id, TeamId{"orchid"}, {id + "@orchid.example"}, "", false});
                }
                return census;
            }
            return fail(errc::invalid, "community:1: no community file");
        };
        offices.community.with_lines = [](Error error, std::string_view) { return error.detail = "community:7: " + error.detail, error; };
        gives("ana", "secretariat");
    }
    http::Reply load(const std::string& who, const std::string& text, const std::string& query = {}) {
        return post(who, "/v1/community:load" + query, {{"text", text}});
    }
    std::string secretary = token("teams:read teams:write people:write lists:write subscriptions:read subscriptions:write", "ana");
};

}  // namespace

TEST_CASE_METHOD(Loading, "a load answers what changed, a dry run what would") {
    const auto count = entries();
    CHECK(checked(load(boss, "as it is"), "loadCommunity")["changes"].empty());
    const auto dry = checked(load(boss, "crowd 3", "?dry_run=true"), "loadCommunity");
    CHECK(dry["changes"].size() == 3);
    CHECK(dry["changes"][0]["change"] == "add");
    CHECK(entries() == count);
    CHECK(json(load(boss, "crowd 3"))["changes"] == dry["changes"]);
    CHECK(store().directory().person(PersonId{"p2"}));
}

TEST_CASE_METHOD(Loading, "a text that is not a community is refused with its line and changes nothing") {
    const auto count = entries();
    for (const auto* text : {"nonsense", "stranger"}) {
        const auto refused = load(boss, text);
        CHECK(refused.status == 422);
        CHECK_THAT(json(refused)["detail"].get<std::string>(), Catch::StartsWith("community:"));
    }
    CHECK(load(boss, "").status == 422);
    CHECK(entries() == count);
}

TEST_CASE_METHOD(Loading, "a load is for who may write everything", "[A7]") {
    is_nothing(load(owner, "as it is"));
    is_nothing(load(token("teams:read teams:write", "ana"), "as it is"));  // half of it
    access::TokenRequest request;
    request.name = "bound";
    request.rights = {right("lists:write"), right("subscriptions:write")};
    request.lists = {ListId{"teams"}};
    is_nothing(load(office.create(root, request).value().secret, "as it is"));
}

TEST_CASE_METHOD(Loading, "the secretariat loads what it may change, and nothing that the committee decides", "[C5][item 54]") {
    CHECK(load(secretary, "crowd 2").status == 200);
    const auto count = entries();
    for (const auto* text : {"promotion", "office", "new charter"}) {
        CAPTURE(text);
        for (const auto* query : {"", "?dry_run=true"}) {
            const auto refused = load(secretary, text, query);
            CHECK(refused.status == 403);
            CHECK_THAT(json(refused)["detail"].get<std::string>(), Catch::Contains("committee"));
        }
    }
    CHECK(entries() == count);
    CHECK(load(boss, "promotion").status == 200);
}

TEST_CASE_METHOD(Loading, "a role on a list asks for the same right by a file as by its own route", "[C5][item 54]") {
    const auto refused = load(secretary, "owner");
    CHECK(refused.status == 403);
    CHECK_THAT(json(refused)["detail"].get<std::string>(), Catch::Contains("decisions:write"));
    const auto with = token("teams:write people:write lists:write subscriptions:write decisions:write", "ana");
    CHECK(load(with, "owner").status == 200);
    CHECK(load(boss, "as it is").status == 200);
}

TEST_CASE_METHOD(Loading, "more than 2,000 changes are a job, done in one transaction") {
    CHECK(load(boss, "crowd 2001", "?dry_run=true").status == 200);
    CHECK(desk.empty());
    const auto promised = load(boss, "crowd 2001");
    CHECK(promised.status == 202);
    CHECK_FALSE(store().directory().person(PersonId{"p0"}));
    the_desk_turns();
    CHECK(desk.empty());
    const auto job = checked(get(boss, header(promised, "Location")), "showJob");
    CHECK(job["state"] == "done");
    CHECK(job["done"] == 2001);
    CHECK(http::check(*http::find_route("loadCommunity")->answer, job["result"]).empty());
    CHECK(store().directory().person(PersonId{"p2000"}));
}

TEST_CASE_METHOD(Loading, "a load that was promised ends with what its person came with", "[A10][item 42]") {
    const std::string ended = GENERATE("nothing", "a hold", "their office", "the token");
    CAPTURE(ended);
    const auto promised = load(secretary, "crowd 3", "?async=true");
    REQUIRE(promised.status == 202);
    if (ended == "a hold") hold("ana", clock.now() + 72h);
    if (ended == "their office") {
        change([&](storage::Register& r) {
            for (auto term : r.live_terms(PersonId{"ana"}, clock.now())) {
                term.during.until = clock.now();
                r.put(term);
            }
        });
    }
    if (ended == "the token") {
        for (const auto& token : office.tokens()) {
            if (token.holder == PersonId{"ana"}) REQUIRE(office.revoke(root, token.id));
        }
    }
    the_desk_turns();
    CHECK(store().directory().person(PersonId{"p2"}).has_value() == (ended == "nothing"));
}

TEST_CASE_METHOD(Loading, "a load that was promised is done also where its person may do more by then", "[A10]") {
    const auto with = token("teams:read teams:write people:write lists:write subscriptions:write metrics:read", "ana");
    REQUIRE(load(with, "crowd 3", "?async=true").status == 202);
    gives("ana", "auditor");
    the_desk_turns();
    CHECK(store().directory().person(PersonId{"p2"}));
}

TEST_CASE_METHOD(Loading, "of the roles on lists a job changes no more than its token could when the job is done", "[C5][A10][item 54]") {
    const bool may = GENERATE(true, false);
    gives("mei", "owner", "teams");
    const auto with = token("teams:write people:write lists:write subscriptions:write" + std::string(may ? " decisions:write" : ""), "ana");
    REQUIRE(load(with, "as it is", "?async=true").status == 202);  // mei's term has no end in it
    const Instant ends = clock.now() + 24h * 30;
    gives("mei", "owner", "teams", ends);
    the_desk_turns();
    const auto terms = store().powers().terms();
    const auto owned = std::find_if(terms.begin(), terms.end(), [](const auto& t) { return t.role == "owner" && t.person.value == "mei"; });
    REQUIRE(owned != terms.end());
    CHECK(owned->during.until == (may ? std::nullopt : std::optional(ends)));
}

TEST_CASE_METHOD(Loading, "a job that nobody began is nothing") { is_nothing(get(boss, "/v1/jobs/0123456789abcdef")); }
