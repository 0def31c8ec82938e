// The OpenAPI 3.1 document, from the route table and its schemas: what is served is what is checked.
#include <fmt/format.h>

#include <algorithm>

#include "caveat/ascii.hpp"
#include "problem.hpp"
#include "route.hpp"

namespace caveat::http {
namespace {

Json problem_reply(std::string_view about) {
    return {{"description", about}, {"content", {{"application/problem+json", {{"schema", {{"$ref", "#/components/schemas/Problem"}}}}}}}};
}

Json header_parameter(std::string_view name, std::string_view about) {
    return {{"name", name},
            {"in", "header"},
            {"required", false},
            {"description", about},
            {"schema", {{"type", "string"}, {"maxLength", 128}}}};
}

Json parameters_of(const Route& route) {
    Json all = Json::array();
    for (auto open = route.path.find('{'); open != std::string_view::npos; open = route.path.find('{', open + 1)) {
        const auto close = route.path.find('}', open);
        all.push_back({{"name", route.path.substr(open + 1, close - open - 1)},
                       {"in", "path"},
                       {"required", true},
                       {"schema", {{"type", "string"}, {"minLength", 1}, {"maxLength", 64}, {"pattern", "^[A-Za-z0-9][A-Za-z0-9._-]*$"}}}});
    }
    for (const auto& field : route.query) {
        auto schema = to_openapi(field);
        schema.erase("description");
        all.push_back(
            {{"name", field.name}, {"in", "query"}, {"required", field.required}, {"description", field.about}, {"schema", schema}});
    }
    if (route.run == Run::act) {
        all.push_back({{"name", "dry_run"},
                       {"in", "query"},
                       {"required", false},
                       {"description", "true: the same answer, and nothing is changed"},
                       {"schema", {{"type", "boolean"}}}});
        all.push_back(header_parameter("Idempotency-Key", "The same key within 24 h: the first answer again, and nothing is done twice"));
    }
    if (route.changes) all.push_back(header_parameter("If-Match", "The ETag of a GET on this path, or *"));
    return all;
}

Json success_of(const Route& route) {
    if (!route.text.empty()) return {{"description", route.about}, {"content", {{std::string(route.text), Json::object()}}}};
    if (route.answer == nullptr) return {{"description", "Done"}};
    Json content{{"application/json", {{"schema", {{"$ref", fmt::format("#/components/schemas/{}", route.answer->name)}}}}}};
    if (route.lines) {
        const auto& items =
            *std::find_if(route.answer->fields.begin(), route.answer->fields.end(), [](const Field& f) { return f.name == "items"; });
        content["application/x-ndjson"] = {{"schema", {{"$ref", fmt::format("#/components/schemas/{}", items.of->name)}}}};
    }
    for (const auto type : route.also) content[std::string(type)] = Json::object();
    return {{"description", route.about}, {"content", content}};
}

Json operation_of(const Route& route) {
    Json responses = Json::object();
    responses[std::to_string(route.answer == nullptr && route.text.empty() ? 204 : route.status)] = success_of(route);
    if (route.later != nullptr) {
        responses["202"] = {
            {"description", "Promised: the work goes on under Location"},
            {"content", {{"application/json", {{"schema", {{"$ref", fmt::format("#/components/schemas/{}", route.later->name)}}}}}}}};
    }
    responses["404"] = problem_reply("No such thing, or no credential that may know of it");
    if (route.method == Method::get) responses["304"] = {{"description", "As you know it (If-None-Match)"}};
    responses["422"] = problem_reply("Something in it cannot be; each complaint has its pointer");
    responses["413"] = problem_reply("Too long");
    if (route.body != nullptr) responses["415"] = problem_reply("Not declared as JSON");
    if (route.run == Run::act || route.refuses) responses["403"] = problem_reply("A rule says no: which, and what would be needed");
    if (route.run == Run::act) {
        responses["409"] = problem_reply("Somebody was faster, or it exists already");
    }
    if (route.changes) {
        responses["412"] = problem_reply("It has changed since you read it");
        responses["428"] = problem_reply("Send If-Match");
    }
    responses["400"] = problem_reply(route.body != nullptr ? "No JSON, or a target that cannot be read" : "A target that cannot be read");
    responses["429"] = problem_reply("Too many requests; see Retry-After");
    responses["503"] = problem_reply("Not now; see Retry-After");
    Json operation{{"operationId", route.id}, {"summary", route.about}};
    if (!route.open) operation["description"] = "Right: " + access::name(route.right);
    operation["parameters"] = parameters_of(route);
    if (route.body != nullptr) {
        operation["requestBody"] = {
            {"required", true},
            {"content", {{"application/json", {{"schema", {{"$ref", fmt::format("#/components/schemas/{}", route.body->name)}}}}}}}};
    }
    operation["responses"] = responses;
    if (route.open) operation["security"] = Json::array();
    return operation;
}

Json document() {
    std::vector<const Schema*> schemas{};
    collect(problem_schema, schemas);
    Json paths = Json::object();
    for (const Route* route : routes()) {
        paths[std::string(route->path)][ascii::lower(name(route->method))] = operation_of(*route);
        if (route->body != nullptr) collect(*route->body, schemas);
        if (route->answer != nullptr) collect(*route->answer, schemas);
        if (route->later != nullptr) collect(*route->later, schemas);
    }
    Json components = Json::object();
    for (const Schema* schema : schemas) components[std::string(schema->name)] = to_openapi(*schema);
    return {{"openapi", "3.1.0"},
            {"info",
             {{"title", "caveat"},
              {"version", "1"},
              {"description",
               "The admin API of a mailing-list and confidential information-sharing server. What does not exist and what "
               "the credential may not know of are one answer."}}},
            {"servers", Json::array({{{"url", "/"}}})},
            {"security", Json::array({{{"bearer", Json::array()}}})},
            {"paths", paths},
            {"components",
             {{"securitySchemes", {{"bearer", {{"type", "http"}, {"scheme", "bearer"}, {"description", "caveat token create"}}}}},
              {"schemas", components}}}};
}

}  // namespace

const std::string& openapi() {
    static const std::string text = document().dump();
    return text;
}

}  // namespace caveat::http
