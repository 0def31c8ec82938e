#include "a_register.hpp"

using namespace caveat;
using namespace caveat::test;

namespace {

const std::string teams = "/v1/lists/teams/subscriptions";

struct Rosters : ARegister {
    void crowd(int count) {
        for (int i = 0; i < count; ++i) {
            const auto id = "p" + std::to_string(1000 + i);
            people.push_back(id);
            add_person(id, "orchid", id + "@orchid.example");
        }
    }
    Json bulk() const { return {{"people", people}}; }
    std::vector<std::string> people;
};

}  // namespace

TEST_CASE_METHOD(Rosters, "a roster is read in pages and as lines") {
    const auto first = checked(get(owner, teams + "?limit=2"), "listSubscriptions");
    CHECK(column(first["items"], "person") == std::vector<std::string>{"mei", "ana"});
    const auto rest = json(get(owner, teams + "?limit=2&cursor=" + first["next"].get<std::string>()));
    CHECK(column(rest["items"], "person") == std::vector<std::string>{"quentin"});
    auto stream = get(owner, teams, {{"accept", "application/x-ndjson"}});
    CHECK(stream.type == "application/x-ndjson");
    REQUIRE(stream.more);
    std::string lines;
    while (stream.more(lines)) {
    }
    CHECK(std::count(lines.begin(), lines.end(), '\n') == 3);
    CHECK(Json::parse(lines.substr(0, lines.find('\n'))) == first["items"][0]);
}

TEST_CASE_METHOD(Rosters, "a long stream is many short questions, and goes on behind somebody who left") {
    crowd(1'100);
    for (const auto& id : people) subscribe("teams", id);
    auto stream = get(boss, teams, {{"accept", "application/x-ndjson"}});
    std::string lines;
    REQUIRE(stream.more(lines));
    CHECK(std::count(lines.begin(), lines.end(), '\n') == 500);
    const auto last = Json::parse(lines.substr(lines.rfind('\n', lines.size() - 2) + 1))["person"].get<std::string>();
    change([&](storage::Register& r) { r.remove(PersonId{last}, clock.now()); });
    while (stream.more(lines)) {
    }
    CHECK(std::count(lines.begin(), lines.end(), '\n') == 1'103);
}

TEST_CASE_METHOD(Rosters, "a member sees the own line of a roster and no other", "[A7]") {
    CHECK(column(json(get(member, teams))["items"], "person") == std::vector<std::string>{"mei"});
    is_nothing(get(member, teams + "/ana"));
    is_nothing(get(member, teams + "/noor"));
    is_nothing(get(member, "/v1/lists/panel/subscriptions"));
    is_nothing(get(member, "/v1/lists/none/subscriptions"));
    is_nothing(ask(member, Method::del, teams + "/ana"));
    is_nothing(post(member, "/v1/lists/panel/subscriptions", {{"person", "mei"}}));
    CHECK(post(member, teams, {{"person", "noor"}}).status == 403);
    auto stream = get(member, teams, {{"accept", "application/x-ndjson"}});
    std::string lines;
    while (stream.more(lines)) {
    }
    CHECK(std::count(lines.begin(), lines.end(), '\n') == 1);
}

TEST_CASE_METHOD(Rosters, "an owner puts people on the roster and takes them off") {
    const auto made = post(owner, teams, {{"person", "noor"}, {"delivery", "digest"}});
    CHECK(checked(made, "addSubscription")["delivery"] == "digest");
    CHECK(header(made, "Location") == teams + "/noor");
    // Adding once more is no way to overrule what the person wished.
    CHECK(post(owner, teams, {{"person", "noor"}, {"delivery", "each"}}).status == 409);
    CHECK(json(get(owner, teams + "/noor"))["delivery"] == "digest");
    CHECK(checked(ask(owner, Method::patch, teams + "/noor", R"({"delivery": "none"})"), "changeSubscription")["delivery"] == "none");
    CHECK(ask(owner, Method::del, teams + "/noor").status == 204);
    CHECK(ask(owner, Method::del, teams + "/noor").status == 404);
    CHECK(post(owner, teams, {{"person", "nobody"}}).status == 422);
    // An address serves as well as an id.
    const auto address = store().directory().person(PersonId{"noor"})->addresses.front();
    CHECK(checked(post(owner, teams, {{"person", address}}), "addSubscription")["person"] == "noor");
    CHECK(json(get(owner, teams + "/" + address))["person"] == "noor");
    CHECK(ask(owner, Method::del, teams + "/" + address).status == 204);
    const auto many = checked(post(owner, teams + ":bulk", {{"people", {address, "nobody@orchid.example"}}}), "bulkSubscribe")["items"];
    CHECK((many[0]["person"] == "noor" && many[0]["result"] == "added" && many[1]["result"] == "refused"));
    CHECK(ask(owner, Method::del, teams + "/noor").status == 204);
    CHECK(post(owner, teams, {{"person", "noor"}, {"delivery", "hourly"}}).status == 422);
}

TEST_CASE_METHOD(Rosters, "a partner who runs a list enters people by address, and learns nothing of ids", "[A7][A12]") {
    gives("quentin", "owner", "teams");
    add_person("quokka-an", "quokka", "an@quokka.example");
    const auto partner = token("subscriptions:read subscriptions:write", "quentin");
    const auto without = [](std::string body, const std::string& name) {
        for (auto at = body.find(name); at != std::string::npos; at = body.find(name)) body.replace(at, name.size(), "*");
        return body;
    };
    const auto refused = [&](const std::string& name) {
        const auto reply = post(partner, teams, {{"person", name}});
        CHECK(reply.status == 422);
        return without(reply.body, name);
    };
    CHECK(refused("noor") == refused("zzz"));
    const auto many = checked(post(partner, teams + ":bulk", {{"people", {"noor", "zzz"}}}), "bulkSubscribe")["items"];
    CHECK(without(many[0].dump(), "noor") == without(many[1].dump(), "zzz"));
    // Of a category that is never on the list: as an address that is nobody's.
    change([&](storage::Register& r) {
        auto team = *r.team(TeamId{"banksia"});
        team.id = TeamId{"camphor"};
        team.category = "former";
        r.put(team);
    });
    add_person("camphor-an", "camphor", "an@camphor.example");
    CHECK(refused("an@camphor.example") == refused("zzz@camphor.example"));
    CHECK(roster("teams").size() == 3);
    CHECK(checked(post(partner, teams, {{"person", "noor@orchid.example"}}), "addSubscription")["person"] == "noor");
    CHECK(post(partner, teams, {{"person", "quokka-an"}}).status == 201);  // of their own team
    CHECK(post(partner, teams, {{"person", "mei"}}).status == 409);        // whom they see on the roster
}

TEST_CASE_METHOD(Rosters, "a token bound to one list reaches no other roster", "[A7][H1]") {
    access::TokenRequest request;
    request.name = "bound";
    request.rights = {right("subscriptions:read"), right("lists:read")};
    request.lists = {ListId{"panel"}};
    const auto bound = office.create(root, request).value().secret;
    CHECK(get(bound, "/v1/lists/panel/subscriptions").status == 200);
    is_nothing(get(bound, teams));
    is_nothing(get(bound, teams + "/mei"));
}

TEST_CASE_METHOD(Rosters, "a key is of the token, and whoever has lost the right to an act does not get its answer again", "[H2][A10]") {
    gives("mei", "owner", "teams");
    gives("mei", "owner", "panel");
    const auto writer = token("subscriptions:write lists:read", "mei");
    const auto narrow = token("subscriptions:write", "mei");
    const Json wish{{"person", "ana"}};
    const Headers key{{"idempotency-key", "k"}};
    REQUIRE(ask(writer, Method::del, teams + "/ana").status == 204);
    const auto first = post(writer, teams, wish, key);
    REQUIRE(first.status == 201);
    CHECK(post(writer, teams, wish, key).body == first.body);
    CHECK(post(narrow, teams, wish, key).status == 409);  // of the same person, and its first request with this key

    SECTION("with another right more it is the same answer") {
        gives("mei", "moderator", "teams");
        CHECK(post(writer, teams, wish, key).body == first.body);
    }
    SECTION("without the office of this list there is nothing, whatever other list is left") {
        change([&](storage::Register& r) {
            for (const auto& term : r.terms()) {
                if (term.person == PersonId{"mei"} && term.list == ListId{"teams"}) r.remove(term);
            }
        });
        CHECK(post(writer, teams, wish, key).status == 404);
    }
    SECTION("nor under a sanction") {
        community::Denial denial;
        denial.whom = "orchid";
        denial.resource = "teams";
        denial.verbs = community::bit(community::Verb::manage);
        denial.during = {clock.now(), clock.now() + 24h};
        denial.source = "sanction";
        denial.decision = "D-2026-009";
        change([&](storage::Register& r) { r.put(denial); });
        CHECK(post(writer, teams, wish, key).status == 404);
        clock.time += 24h - 1s;
        CHECK(post(writer, teams, wish, key).status == 404);
    }
    CHECK(store().journal().verify());
}

TEST_CASE_METHOD(Rosters, "many at once: each has its own result") {
    const auto count = entries();
    const Json body{{"people", {"noor", "mei", "nobody", "noor"}}};
    const auto dry = post(owner, teams + ":bulk?dry_run=true", body);
    const auto items = checked(dry, "bulkSubscribe")["items"];
    CHECK(column(items, "result") == std::vector<std::string>{"added", "unchanged", "refused", "unchanged"});
    CHECK(entries() == count);
    CHECK(json(post(owner, teams + ":bulk", body))["items"] == items);
    CHECK(entries() == count + 1);
    CHECK(roster("teams").size() == 4);
    CHECK(post(owner, teams + ":bulk", {{"people", Json::array()}}).status == 422);
    CHECK(post(owner, teams + ":bulk", {{"people", std::vector<std::string>(1'001, "noor")}}).status == 422);
    is_nothing(post(member, "/v1/lists/panel/subscriptions:bulk", body));
}

TEST_CASE_METHOD(Rosters, "more than 200 are a job, worked off 200 a transaction") {
    crowd(450);
    const auto promised = post(owner, teams + ":bulk", bulk());
    CHECK(promised.status == 202);
    const auto where = header(promised, "Location");
    const auto job = json(promised);
    CHECK(http::check(*http::find_route("bulkSubscribe")->later, job).empty());
    CHECK(job["state"] == "queued");
    CHECK(roster("teams").size() == 3);
    the_desk_turns();
    const auto midway = checked(get(owner, where), "showJob");
    CHECK(midway["state"] == "running");
    CHECK(midway["done"] == 200);
    CHECK(midway["total"] == 450);
    CHECK(roster("teams").size() == 203);
    the_desk_turns();
    the_desk_turns();
    CHECK(desk.empty());
    const auto ended = json(get(owner, where));
    CHECK(ended["state"] == "done");
    CHECK(ended["result"]["items"].size() == 450);
    CHECK(roster("teams").size() == 453);
    is_nothing(get(member, where));  // somebody else's
    is_nothing(get(boss, where));
}

TEST_CASE_METHOD(Rosters, "few are a job if asked for, and a dry run begins none") {
    crowd(300);
    const auto dry = post(owner, teams + ":bulk?dry_run=true", bulk());
    CHECK(checked(dry, "bulkSubscribe")["items"].size() == 300);
    CHECK(desk.empty());
    CHECK(post(owner, teams + ":bulk?async=true", {{"people", {"noor"}}}).status == 202);
    the_desk_turns();
    CHECK(roster("teams").size() == 4);
}

TEST_CASE_METHOD(Rosters, "a job ends with the right of the one who began it", "[A10]") {
    crowd(250);
    const auto where = header(post(owner, teams + ":bulk", bulk()), "Location");
    the_desk_turns();
    change([&](storage::Register& r) {
        for (auto term : r.live_terms(PersonId{"ana"}, clock.now())) {
            term.during.until = clock.now();
            r.put(term);
        }
    });
    the_desk_turns();
    const auto job = json(get(owner, where));
    CHECK(job["state"] == "failed");
    CHECK(job["done"] == 200);
    CHECK(roster("teams").size() == 203);
}

TEST_CASE_METHOD(Rosters, "a job of the secretariat ends with a hold on who began it", "[A10][item 42]") {
    gives("mei", "secretariat");
    const auto secretary = token("subscriptions:read subscriptions:write", "mei");
    REQUIRE(post(secretary, teams + ":bulk?async=true", {{"people", {"noor"}}}).status == 202);
    const bool held = GENERATE(true, false);
    if (held) hold("mei", clock.now() + 72h);
    the_desk_turns();
    CHECK(roster("teams").size() == (held ? 3 : 4));
}

TEST_CASE_METHOD(Rosters, "at most twenty jobs wait") {
    const Json one{{"people", {"noor"}}};
    for (int i = 0; i < 20; ++i) CHECK(post(owner, teams + ":bulk?async=true", one).status == 202);
    CHECK(post(owner, teams + ":bulk?async=true", one).status == 503);
}
