#pragma once
// The console with a committee of seven seats, three members without one, and hibiscus, whose cases and applications these tests are about.
#include "a_console.hpp"
#include "vouched.hpp"

namespace caveat::test {

struct ACommitteeRoom : AConsole {
    std::string full;
    std::map<std::string, std::pair<std::string, Instant>> tokens;

    ACommitteeRoom() {
        for (int i = 1; i <= 7; ++i) {
            add_member(seat(i));
            change([&](storage::Register& r) {
                r.put(community::Term{"sc", PersonId{seat(i) + "-rep"}, ListId{}, {clock.now() - 24h * 30, clock.now() + 24h * 700}});
            });
        }
        for (const auto* team : {"takin", "kowhai", "saiga", "hibiscus"}) add_member(team);
        add_person("sleeper", "hibiscus", "sleeper@hibiscus.example");
        full = operator_token();
    }
    static std::string seat(int i) { return "seat" + std::to_string(i); }

    void add_member(const std::string& id) {
        community::Team team;
        team.id = TeamId{id};
        team.name = id;
        team.category = "operational";
        team.economy = "NZ";
        team.since = *parse_date("2015-01-01");
        community::Person person;
        person.id = PersonId{id + "-rep"};
        person.name = id;
        person.team = team.id;
        person.addresses = {id + "@" + id + ".example"};
        person.representative = true;
        change([&](storage::Register& r) {
            r.put(team);
            r.put(person);
            r.subscribe({ListId{"teams"}, person.id, community::DeliveryMode::each}, clock.now());
        });
    }

    // A token with which its holder may do all of the committee's things that the holder may do at all.
    std::string of(const std::string& person) {
        auto& [word, since] = tokens[person];
        if (word.empty() || since + 24h * 80 < clock.now()) {
            word = made(root,
                        "decisions:read decisions:write cases:read cases:write applications:read applications:write holds:read "
                        "holds:write policy:read",
                        person.c_str())
                       .secret;
            since = clock.now();
        }
        return word;
    }
    std::string the_operator() {
        auto& [word, since] = tokens["operator"];
        if (word.empty() || since + 24h * 80 < clock.now()) {
            word = operator_token();
            since = clock.now();
        }
        return word;
    }

    std::string proposed(const std::string& kind, const std::string& subject, const Json& set = {}) {
        Json body{{"kind", kind}, {"subject", subject}, {"question", "Shall we?"}};
        if (set.empty() && kind == "clearance") body["set"] = {{"list", "teams"}, {"label", "AMBER"}};
        if (!set.empty()) body["set"] = set;
        const auto reply = post(the_operator(), "/v1/decisions", body);
        return checked(reply, "proposeDecision")["id"].get<std::string>();
    }
    // All seats that may vote agree, and the ballot is closed.
    std::string decided(const std::string& kind, const std::string& subject, const Json& set = {}) {
        const auto id = proposed(kind, subject, set);
        const auto recused = json(get(the_operator(), "/v1/decisions/" + id))["recused"];
        for (int i = 1; i <= 7; ++i) {
            if (std::find(recused.begin(), recused.end(), seat(i)) != recused.end()) continue;
            REQUIRE(post(the_operator(), "/v1/decisions/" + id + "/votes", {{"team", seat(i)}, {"choice", "yes"}}).status == 200);
        }
        clock.time += 1s;
        const auto closed = checked(ask(the_operator(), Method::post, "/v1/decisions/" + id + ":close"), "closeDecision");
        REQUIRE(closed["verdict"] == "passed");
        return id;
    }

    void opened(const std::string& team = "hibiscus") {
        const auto reply = post(the_operator(), "/v1/cases", {{"team", team}, {"clause", "3.2"}, {"decision", decided("case.open", team)}});
        the_case = "/v1/cases/" + checked(reply, "openCase")["id"].get<std::string>();
        case_id = the_case.substr(10);
    }
    Json with_decision(Json body, const std::string& kind) {
        body["decision"] = decided(kind, case_id);
        return body;
    }
    static Json seven_contents() {
        return {{"channels", "mail to the rep"},
                {"breach", "leaked AMBER\nof the list"},
                {"opinion", "avoidable"},
                {"remedy", "recall it"},
                {"consequences", "loss of lists"},
                {"reply", "14 days"},
                {"appeal_rules", "the appeal rules"}};
    }
    http::Reply notices() { return post(the_operator(), the_case + "/notices", with_decision(seven_contents(), "case.notice")); }
    static Json the_sanction() { return {{"denies", {"teams:receive,post"}}, {"length", "6mo"}}; }
    // Two notices, opened by the party and never answered.
    void unheeded() {
        opened();
        for (const auto* number : {"1", "2"}) {
            REQUIRE(notices().status == 200);
            checked(ask(of("hibiscus-rep"), Method::post, the_case + "/notices/" + number + ":open"), "openNotice");
            clock.time += 24h * 15;
        }
    }

    // Everything an act could have changed; the tokens of these tests are made as they go.
    std::string all_rows() { return vouched_rows(options.path, "token") + fmt::format("letters: {}", letters().size()); }
    // A rule says no, by name, and nothing has changed.
    void check_rule(const http::Reply& reply, const std::string& before, const std::string& words) {
        INFO(reply.status << " " << reply.body << " should say " << words);
        CHECK(reply.status == 403);
        CHECK(json(reply)["type"] == "urn:caveat:problem:rule");
        CHECK(reply.body.find(words) != std::string::npos);
        CHECK(all_rows() == before);
    }

    std::string the_case;  // "/v1/cases/C-2026-001"
    std::string case_id;
};

}  // namespace caveat::test
