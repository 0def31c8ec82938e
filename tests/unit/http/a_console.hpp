#pragma once
// The office's house with the HTTP service in it, without sockets: requests as values, replies checked against what the document promises.
#include <catch2/catch.hpp>

#include "an_office.hpp"
#include "facts.hpp"
#include "service.hpp"

namespace caveat::test {

using http::Json;
using http::Method;
using Headers = std::map<std::string, std::string>;

struct AConsole : AnOffice {
    committee::Postage postage{*seal, letterhead, "sc+owner@lists.arc.example", {}, true};
    http::Offices offices{room(), how, postage};
    http::Service service{offices};

    // A token of everything its holder may; of the operator where no person is named.
    std::string token(const std::string& scopes, const char* holder = nullptr) {
        auto by = root;
        return made(by, scopes, holder).secret;
    }
    std::string operator_token() {
        std::string all;
        for (std::size_t noun = 0; noun < access::noun_count; ++noun) {
            for (const auto kind : {Kind::read, Kind::write}) {
                const Right right{static_cast<Noun>(noun), kind};
                if (access::operator_reaches()[noun][static_cast<std::size_t>(kind)] == access::Reach::none) continue;
                all += (all.empty() ? "" : " ") + access::name(right);
            }
        }
        return token(all);
    }

    void speaks_for_their_team(const std::string& person) {
        auto who = *store().directory().person(PersonId{person});
        who.representative = true;
        change([&](storage::Register& r) { r.put(who); });
    }

    // An empty token: no Authorization at all. A body, if any, is JSON. Every problem is checked to be one.
    http::Reply ask(const std::string& token, Method method, const std::string& target, const std::string& body = {},
                    const Headers& headers = {}) {
        http::Request request;
        request.method = method;
        request.target = target;
        request.headers = headers;
        request.body = body;
        request.peer = "192.0.2.7";
        if (!token.empty()) request.headers.emplace("authorization", "Bearer " + token);
        if (!body.empty()) request.headers.emplace("content-type", "application/json");
        auto made = service.answer(request);
        if (const auto durable = std::move(made.once_durable)) durable();  // what the door does after its commit
        if (made.status >= 400) looks_like_a_problem(made);
        is_declared(request, made);
        return made;
    }
    http::Reply get(const std::string& token, const std::string& target, const Headers& headers = {}) {
        return ask(token, Method::get, target, {}, headers);
    }
    http::Reply post(const std::string& token, const std::string& target, const Json& body, const Headers& headers = {}) {
        return ask(token, Method::post, target, body.dump(), headers);
    }
    // A change with the tag of what is there now.
    http::Reply change_with_tag(const std::string& token, Method method, const std::string& target, const std::string& body = {}) {
        const auto tag = header(get(token, target), "ETag");
        return ask(token, method, target, body, {{"if-match", tag}});
    }

    // No status that the document does not have.
    static void is_declared(const http::Request& request, const http::Reply& reply) {
        static const auto paths = Json::parse(http::openapi())["paths"];
        const auto target = http::parse_target(request.target);
        const auto* route = target ? http::match(request.method, target->segments).route : nullptr;
        if (route == nullptr) return;
        std::string method(http::name(request.method));
        for (char& c : method) c = static_cast<char>(c | 0x20);
        INFO(method << " " << request.target << " " << reply.status << " " << reply.body);
        CHECK(paths[std::string(route->path)][method]["responses"].contains(std::to_string(reply.status)));
    }

    static std::string header(const http::Reply& reply, const std::string& name) {
        for (const auto& [key, value] : reply.headers) {
            if (key == name) return value;
        }
        return {};
    }
    static Json json(const http::Reply& reply) {
        INFO(reply.status << " " << reply.body);
        auto parsed = Json::parse(reply.body, nullptr, false);
        REQUIRE_FALSE(parsed.is_discarded());
        return parsed;
    }
    // The answer of a route, held against the schema the route says it has.
    static Json checked(const http::Reply& reply, std::string_view operation) {
        const auto* route = http::find_route(operation);
        REQUIRE(route != nullptr);
        const auto body = json(reply);
        CHECK(reply.status == route->status);
        REQUIRE(route->answer != nullptr);
        for (const auto& complaint : http::check(*route->answer, body))
            FAIL_CHECK(operation << complaint.pointer << " " << complaint.detail);
        return body;
    }
    static std::vector<std::string> pointers(const http::Reply& problem) {
        std::vector<std::string> all;
        const auto body = json(problem);
        if (body.contains("errors")) {
            for (const auto& error : body["errors"]) all.push_back(error["pointer"].get<std::string>());
        }
        return all;
    }
    static void looks_like_a_problem(const http::Reply& reply) {
        INFO(reply.status << " " << reply.body);
        CHECK(reply.type == "application/problem+json");
        CHECK(http::check(http::problem_schema, json(reply)).empty());
        CHECK(json(reply)["status"] == reply.status);
    }
};

}  // namespace caveat::test
