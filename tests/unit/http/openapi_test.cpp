// The document and the table.
#include <algorithm>
#include <set>

#include "a_console.hpp"

namespace caveat::test {
namespace {

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return out;
}

void each_reference(const Json& json, std::set<std::string>& into) {
    if (json.is_object() && json.contains("$ref")) into.insert(json["$ref"].get<std::string>());
    if (json.is_structured()) {
        for (const auto& inner : json) each_reference(inner, into);
    }
}

}  // namespace

TEST_CASE_METHOD(AConsole, "every route is in the document, every reference resolves, and no two operations share a name", "[H3]") {
    const auto made = get("", "/openapi.json");
    REQUIRE(made.lasting != nullptr);
    CHECK(get("", "/openapi.json", {{"if-none-match", header(made, "ETag")}}).status == 304);
    const auto document = Json::parse(*made.lasting);
    CHECK(document["openapi"] == "3.1.0");
    std::set<std::string> ids;
    std::size_t operations = 0;
    for (const auto* route : http::routes()) {
        CAPTURE(route->id, route->path);
        CHECK(ids.insert(std::string(route->id)).second);
        const auto operation = document["paths"][std::string(route->path)][lower(http::name(route->method))];
        REQUIRE(operation.is_object());
        CHECK(operation["operationId"] == route->id);
        CHECK(operation.contains("requestBody") == (route->body != nullptr));
        CHECK(operation["responses"].contains(std::to_string(route->answer == nullptr && route->text.empty() ? 204 : route->status)));
        CHECK_FALSE(route->about.empty());
        ++operations;
        if (route->body != nullptr) CHECK_FALSE(route->body->answer);
        if (route->answer != nullptr) CHECK(route->answer->answer);
    }
    std::size_t written = 0;
    for (const auto& path : document["paths"]) written += path.size();
    CHECK(written == operations);
    std::set<std::string> references;
    each_reference(document, references);
    for (const auto& reference : references) {
        CAPTURE(reference);
        CHECK(document.contains(Json::json_pointer(reference.substr(1))));
    }
}

TEST_CASE("no two shapes share a name", "[H3]") {
    std::vector<const http::Schema*> all{&http::problem_schema};
    for (const auto* route : http::routes()) {
        if (route->body != nullptr) http::collect(*route->body, all);
        if (route->answer != nullptr) http::collect(*route->answer, all);
    }
    std::set<std::string_view> names;
    for (const auto* schema : all) {
        CAPTURE(schema->name);
        CHECK(names.insert(schema->name).second);
        std::set<std::string_view> fields;
        for (const auto& field : schema->fields) CHECK(fields.insert(field.name).second);
    }
}

TEST_CASE("an act that changes has something to read first, and only what is open asks for no right", "[H1][H2]") {
    for (const auto* route : http::routes()) {
        CAPTURE(route->id);
        if (route->method == Method::get) CHECK(route->run != http::Run::act);
        if (route->method != Method::get && route->run != http::Run::act) CHECK(route->right.kind == access::Kind::read);
        if (route->open) CHECK(route->path.find("/v1") != 0);
        if (route->run == http::Run::act) CHECK(route->right.kind == access::Kind::write);
        if (!route->changes) continue;
        CHECK(std::any_of(http::routes().begin(), http::routes().end(),
                          [&](const auto* other) { return other->method == Method::get && other->path == route->path; }));
    }
}

TEST_CASE("a path finds its own route and no other", "[H3]") {
    for (const auto* route : http::routes()) {
        CAPTURE(route->id, route->path);
        std::string path(route->path);
        for (auto open = path.find('{'); open != std::string::npos; open = path.find('{')) {
            path.replace(open, path.find('}') - open + 1, "x0");
        }
        const auto target = http::parse_target(path);
        REQUIRE(target);
        CHECK(http::match(route->method, target->segments).route == route);
        auto longer = target->segments;
        longer.emplace_back("more");
        const auto other = http::match(route->method, longer).route;
        CHECK(other != route);
        auto slashed = target->segments;
        slashed.emplace_back("");
        CHECK(http::match(route->method, slashed).route == nullptr);
    }
    CHECK(http::match(Method::get, {}).route == nullptr);
    CHECK(http::match(Method::get, {"v1", "teams", "a:b"}).route == nullptr);
    CHECK(http::match(Method::get, {"v1", "teams", ""}).route == nullptr);
    CHECK(http::match(Method::post, {"v1", "tokens", ":revoke"}).route == nullptr);
    CHECK(http::match(Method::put, {"v1", "teams"}).path_exists);
}

TEST_CASE("every act says whether it may use the spare of the disk, and nothing else does", "[http][D4]") {
    std::set<std::string> of_the_spare;
    for (const auto* route : http::routes()) {
        CAPTURE(route->id);
        CHECK(route->disk.has_value() == (route->run == http::Run::act));
        if (route->disk == storage::Disk::spare) of_the_spare.emplace(route->id);
    }
    CHECK(of_the_spare == std::set<std::string>{"confirmChanges", "discardHeld", "endTerm", "extendHold", "forgetFactor", "leaveList",
                                                "liftHold", "placeHold", "rejectHeld", "relabelArchived", "releaseHeld", "removeKey",
                                                "removeList", "removePerson", "removeSubscription", "removeTeam", "revokeToken",
                                                "tellOfHold"});
}

}  // namespace caveat::test
