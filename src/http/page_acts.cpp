// Forms that act: each becomes a request to the API.
#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "page_visit.hpp"

namespace caveat::http {
namespace {

// "teams=AMBER": the first two fields of a thing.
void read_thing(const Field& field, const std::string& line, Json& body, std::vector<Complaint>& complaints) {
    const auto sign = line.find('=');
    if (sign == std::string::npos || field.of == nullptr || field.of->fields.size() < 2)
        return complaints.push_back({"/" + std::string(field.name), fmt::format("'{}' is no NAME=VALUE", line.substr(0, 64))});
    const auto& parts = field.of->fields;
    body[std::string(field.name)].push_back(
        {{std::string(parts[0].name), line.substr(0, sign)}, {std::string(parts[1].name), line.substr(sign + 1)}});
}

// A text area for a field of many texts, settings or things has one on each line.
void read_field(const Field& field, const std::string& text, Json& body, std::vector<Complaint>& complaints) {
    const bool things = field.type == Type::objects;
    if (field.type != Type::texts && field.type != Type::settings && !things) return read_text(field, text, body, complaints);
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        const auto first = line.find_first_not_of(" \t\r");
        if (first == std::string::npos) continue;
        line = line.substr(first, line.find_last_not_of(" \t\r") - first + 1);
        things ? read_thing(field, line, body, complaints) : read_text(field, line, body, complaints);
    }
}

// A form has fields, and no places in a body: "/file_name" is "file name" there.
void name_fields(Json& problem) {
    const auto errors = problem.find("errors");
    if (errors == problem.end()) return;
    for (auto& error : *errors) {
        auto where = error.value("pointer", std::string{});
        if (where.starts_with('/')) where.erase(0, 1);
        std::replace(where.begin(), where.end(), '_', ' ');
        error["pointer"] = where;
    }
}

// What nobody brings back by another click is asked about first: a list, a person, a line of a roster.
bool takes_away(const Route& route) { return route.id == "removeList" || route.id == "removePerson" || route.id == "removeSubscription"; }

}  // namespace

// The same form again, with a button that says so.
Reply Pages::confirm(const Visit& visit, const Route& route, const FormFields& form) const {
    Json sent = Json::array();
    Json named = Json::array();
    for (const auto& [key, value] : form) {
        if (key == "csrf") continue;
        sent.push_back({{"name", key}, {"value", value}});
        if (key == "list" || key == "person") named.push_back({{"what", key}, {"which", value}});
    }
    return page(200, "confirm", "Sure?",
                {{"route", route.id},
                 {"about", route.about},
                 {"sent", std::move(sent)},
                 {"named", std::move(named)},
                 {"back", own_page(form_value(form, "next"))}},
                &visit.session);
}

// A form becomes a request to the API: fields named like the path's parameters go into the path, those of the body's schema into the body.
Reply Pages::act(const Visit& visit) {
    const Route* route = find_route(visit.target.segments[1]);
    if (route == nullptr || route->method == Method::get) return page(404, "problem", "There is nothing here for you", {}, &visit.session);
    const auto form = parse_form(visit.request.body);
    if (takes_away(*route) && form_value(*form, "sure").empty()) return confirm(visit, *route, *form);
    Request ask;
    ask.method = route->method;
    ask.key_look = visit.request.key_look;
    Json body = Json::object();
    std::vector<Complaint> complaints;
    std::string path(route->path);
    std::string query;
    for (const auto& [key, value] : *form) {
        if (const auto at = path.find("{" + key + "}"); at != std::string::npos) {
            path.replace(at, key.size() + 2, percent_encode(value));
            continue;
        }
        if (value.empty() || key == "csrf" || key == "next") continue;
        if (key == "if_match") ask.headers["if-match"] = value;
        if (key == "idempotency_key") ask.headers["idempotency-key"] = value;
        if (key == "dry_run") query += query.empty() ? "?dry_run=true" : "&dry_run=true";
        for (const auto& known : route->query) {
            if (known.name == key) query += (query.empty() ? "?" : "&") + key + "=" + percent_encode(value);
        }
        if (route->body == nullptr) continue;
        for (const auto& known : route->body->fields) {
            if (known.name == key) read_field(known, value, body, complaints);
        }
    }
    const auto next = own_page(form_value(*form, "next"));
    ask.target = path + query;
    ask.headers["content-type"] = "application/json";
    if (route->body != nullptr) ask.body = dumped(body);
    auto answer = complaints.empty() ? service_.answer_as(visit.session.caller, ask) : reply(wrong(std::move(complaints)));
    Json result = Json::parse(answer.body, nullptr, false);
    if (result.is_discarded()) result = Json::object();
    if (answer.status >= 400) {
        result["back"] = next;
        name_fields(result);
        const std::string title = result.value("title", "This did not work");
        return page(answer.status, "problem", title, std::move(result), &visit.session);
    }
    const bool has_warnings = result.contains("warnings") && !result["warnings"].empty();
    // A receipt is given only once, so it is shown whatever the act; and nobody finds a warning later.
    const auto shown = result.contains("receipt")                                        ? std::string("after-receipt")
                       : has_warnings && !files_.has(fmt::format("after-{}", route->id)) ? std::string("after-warnings")
                                                                                         : fmt::format("after-{}", route->id);
    if (query.find("dry_run") != std::string::npos || files_.has(shown)) {
        auto named = result;
        service_.name_parties(visit.session.caller, named);
        auto made =
            page(200, files_.has(shown) ? shown : "problem", route->about,
                 {{"result", std::move(named)}, {"sent", body}, {"back", next}, {"dry_run", !answer.acted}, {"text", result.dump(2)}},
                 &visit.session);
        made.acted = answer.acted;
        made.once_durable = std::move(answer.once_durable);
        return made;
    }
    auto made = redirect(next + (next.find('?') == std::string::npos ? "?" : "&") + "done=" + std::string(route->id));
    made.acted = true;
    made.once_durable = std::move(answer.once_durable);
    return made;
}

}  // namespace caveat::http
