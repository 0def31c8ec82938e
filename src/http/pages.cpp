#include "pages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

#include "caveat/mailroom/leaving.hpp"
#include "page_forms.hpp"
#include "page_table.hpp"

namespace caveat::http {
namespace {

constexpr std::string_view cookie_name = "caveat";
constexpr std::string_view policy =
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'";

bool takes(std::string_view pattern, const std::vector<std::string>& segments, std::vector<std::string>& params) {
    params.clear();
    if (pattern == "/") return segments.empty() || (segments.size() == 1 && segments[0].empty());
    std::size_t at = 0;
    for (const auto& segment : segments) {
        if (at >= pattern.size()) return false;
        const auto end = std::min(pattern.find('/', at + 1), pattern.size());
        const auto part = pattern.substr(at + 1, end - at - 1);
        if (part.starts_with('{')) {
            params.push_back(segment);
        } else if (part != segment) {
            return false;
        }
        at = end;
    }
    return at == pattern.size();
}

std::string filled(std::string_view path, const std::vector<std::string>& params) {
    std::string out;
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (path[i] == '{' && i + 2 < path.size() && path[i + 2] == '}') {
            out += percent_encode(params.at(static_cast<std::size_t>(path[i + 1] - '0')));
            i += 2;
        } else {
            out += path[i];
        }
    }
    return out;
}

std::string field(const FormFields& fields, std::string_view name) {
    const auto found = std::find_if(fields.begin(), fields.end(), [&](const auto& f) { return f.first == name; });
    return found == fields.end() ? std::string() : found->second;
}

// Only to a page of ours: "//elsewhere" and "https://elsewhere" are none. Browsers leave out tabs and line ends, and read '\' as '/'.
std::string local(const std::string& next) {
    const auto odd = [](char c) { return c == '\\' || static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; };
    const bool ours = next.starts_with('/') && !next.starts_with("//") && std::none_of(next.begin(), next.end(), odd);
    return ours ? next : "/";
}

// A page's query as its source takes it; `done` is the page's own: which act led back to it.
std::string asked_on(const FormFields& query) {
    std::string text;
    for (const auto& [key, value] : query) {
        if (key == "done" || value.empty()) continue;
        text += (text.empty() ? "?" : "&") + percent_encode(key) + "=" + percent_encode(value);
    }
    return text;
}

// What a source is asked with: the page's own query behind what the source says itself.
std::string target_of(const Source& source, const std::vector<std::string>& params, const FormFields& query) {
    auto target = filled(source.path, params);
    if (!target.ends_with('*')) return target;
    target.pop_back();
    auto asked = asked_on(query);
    if (!asked.empty() && target.find('?') != std::string::npos) asked.front() = '&';
    return target + asked;
}

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

// Browsers send Origin with every POST, "null" where they hide whence a form comes: ours never do (see `page`). A client that is no browser
// sends none of these fields, and nobody can be lured into using it.
bool from_elsewhere(const Request& request) {
    const auto site = request.header("sec-fetch-site");
    if (site == "cross-site" || site == "same-site") return true;
    const auto origin = request.header("origin");
    const auto scheme = origin.find("://");
    return !origin.empty() && (scheme == std::string_view::npos || origin.substr(scheme + 3) != request.header("host"));
}

Reply redirect(const std::string& where) {
    Reply made;
    made.status = 303;
    made.type = "text/plain";
    made.add("Location", where);
    return made;
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

struct Pages::Visit {
    const Request& request;
    const Target& target;
    const access::Session& session;
    std::string cookie;
};

bool is_page(const Target& target) {
    if (target.segments.empty()) return true;
    const auto& first = target.segments.front();
    return first != "v1" && first != "healthz" && first != "readyz" && first != "metrics" && first != "openapi.json";
}

Run where_page(const Target& target) {
    std::vector<std::string> params;
    for (const auto& row : page_rows()) {
        if (!takes(row.path, target.segments, params)) continue;
        for (const auto& source : row.sources) {
            auto path = filled(source.path, params);
            if (path.ends_with("*")) path.pop_back();
            const auto asked = parse_target(path);
            const auto found = asked ? match(Method::get, asked->segments) : Match{};
            if (found.route != nullptr && is_slow(found.route->run)) return found.route->run;
        }
    }
    return Run::read;
}

std::string Pages::cookie(std::string_view secret, bool away) const {
    return fmt::format("{}={}; Path=/; HttpOnly; SameSite=Lax{}{}", cookie_name, secret, secure_ ? "; Secure" : "",
                       away ? "; Max-Age=0" : "");
}

Reply Pages::page(int status, std::string_view name, std::string_view title, Json data, const access::Session* session) const {
    data["title"] = title;
    if (session != nullptr) {
        const auto& caller = session->caller;
        data["me"] = {{"person", caller.actor.person ? Json(caller.actor.person->value) : Json()},
                      {"name", caller.actor.name},
                      {"team", caller.team.value},
                      {"representative", caller.representative},
                      {"committee", caller.committee}};
        data["csrf"] = session->csrf;
        Json menu = Json::array();
        for (const auto& row : page_rows()) {
            if (row.menu && caller.reach(*row.menu) != access::Reach::none)
                menu.push_back({{"path", row.path}, {"title", row.title}, {"here", row.title == title}});
        }
        data["menu"] = menu;
        // What a template asks before it shows a form: {{#can.held_write}}, and {{#all.cases_write}} for more than one's own things.
        for (std::size_t noun = 0; noun < access::noun_count; ++noun) {
            for (const auto kind : {access::Kind::read, access::Kind::write}) {
                const access::Right right{static_cast<access::Noun>(noun), kind};
                auto key = access::name(right);
                std::replace(key.begin(), key.end(), ':', '_');
                data["can"][key] = caller.reach(right) != access::Reach::none;
                data["all"][key] = caller.reach(right) == access::Reach::all;
            }
        }
    }
    Reply made;
    made.status = status;
    made.type = "text/html; charset=utf-8";
    made.body = files_.render(name, data);
    made.add("Content-Security-Policy", std::string(policy));
    // Other sites learn nothing, and our own forms say where they come from; with "no-referrer" browsers hide even that (Fetch, "Origin").
    made.add("Referrer-Policy", "same-origin");
    made.add("X-Frame-Options", "DENY");
    return made;
}

Reply Pages::answer(const Request& request) {
    const auto target = parse_target(request.target);
    if (!target) return page(400, "problem", "Not a request", {{"detail", target.error().detail}});
    if (request.method == Method::get && target->segments.size() == 1) {
        if (const auto* file = files_.file(target->segments[0])) {
            Reply made;
            made.type = target->segments[0].ends_with(".css")  ? "text/css; charset=utf-8"
                        : target->segments[0].ends_with(".js") ? "text/javascript"
                                                               : "image/svg+xml";
            made.body = *file;
            made.add("Cache-Control", "public, max-age=300");
            return made;
        }
    }
    if (request.method != Method::get && request.method != Method::post) return page(405, "problem", "Only reading and forms", {});
    if (request.method == Method::post && from_elsewhere(request)) {
        return page(403, "problem", "Not from here", {{"detail", "the form came from another site"}});
    }
    if (!target->segments.empty() && target->segments[0] == "sign-in") return signing_in(request, *target);
    if (!target->segments.empty() && target->segments[0] == "unsubscribe") return leaving(request, *target);
    auto office = service_.access();
    const auto secret = request.cookie(cookie_name).value_or("");
    auto session = office.session(secret);
    if (!session) {
        auto away = redirect(request.method == Method::get && request.target != "/" ? "/sign-in?next=" + percent_encode(request.target)
                                                                                    : "/sign-in");
        away.stranger = true;
        return away;
    }
    auto made = signed_in(request, *target, *session);
    made.credential = session->caller.credential;
    made.party = party_of(session->caller);
    return made;
}

Reply Pages::signing_in(const Request& request, const Target& target) {
    auto office = service_.access();
    const auto next = local(field(target.query, "next"));
    if (target.segments.size() > 2) return page(404, "problem", "There is nothing here", {});
    if (request.method == Method::get) {
        // Following a link does nothing by itself: scanners of mail follow links too.
        if (target.segments.size() == 2)
            return page(200, "follow-link", "Sign in", {{"secret", percent_encode(target.segments[1])}, {"next", next}});
        return page(200, "sign-in", "Sign in", {{"next", next}});
    }
    const auto form = parse_form(request.body);
    if (!form) return page(400, "problem", "Not a form", {{"detail", form.error().detail}});
    if (target.segments.size() == 1) {
        // Mailing takes longer than not mailing, so the page waits for neither (A7). If it fails, people ask again.
        auto told = page(200, "link-sent", "Look into your mail", {});
        told.link_for = field(*form, "address");
        return told;
    }
    auto in = office.follow_link(target.segments[1]);
    if (!in)
        return page(403, "problem", "This link opens nothing",
                    {{"detail", "a link is good once and for minutes only; ask for another"}, {"again", true}});
    auto made = redirect(in->needs_code ? "/code?next=" + percent_encode(local(field(*form, "next"))) : local(field(*form, "next")));
    made.add("Set-Cookie", cookie(in->cookie, false));
    made.acted = true;
    return made;
}

// The link of a copy's List-Unsubscribe. A mail program's provider posts to it without asking anybody (RFC 8058), so that nothing is asked
// here; who looks at it, as scanners do, ends nothing, and sees the same whatever the link is (A7).
Reply Pages::leaving(const Request& request, const Target& target) {
    if (target.segments.size() != 3) return page(404, "problem", "There is nothing here", {});
    if (request.method == Method::get)
        return page(200, "leave", "Leave this list",
                    {{"list", percent_encode(target.segments[1])}, {"token", percent_encode(target.segments[2])}});
    if (auto left = mailroom::leave_by_link(service_.room(), ListId{target.segments[1]}, target.segments[2]); !left) {
        auto away = page(404, "problem", "This link ends nothing",
                         {{"detail",
                           "it was used, or belongs to a subscription that is over; a subscription of now ends by the link in the "
                           "last mail of its list"}});
        away.stranger = true;
        return away;
    }
    auto made = page(200, "left", "You have left the list", {});
    made.acted = true;
    return made;
}

Reply Pages::signed_in(const Request& request, const Target& target, access::Session& session) {
    const Visit visit{request, target, session, request.cookie(cookie_name).value_or("")};
    const std::string first = target.segments.empty() ? "" : target.segments[0];
    if (request.method == Method::post) {
        const auto form = parse_form(request.body);
        if (!form || !service_.access().csrf_holds(session, field(*form, "csrf"))) {
            return page(403, "problem", "Not from here", {{"detail", "the form has expired; open the page again"}}, &session);
        }
    }
    if (first == "sign-out" && request.method == Method::post) {
        service_.access().sign_out(visit.cookie);
        auto made = redirect("/sign-in");
        made.add("Set-Cookie", cookie("", true));
        made.acted = true;
        return made;
    }
    if (first == "code" || first == "second-factor") return second_factor(visit);
    if (session.needs_code) return redirect("/code?next=" + percent_encode(request.target));
    if (session.must_enrol) return redirect("/second-factor");
    if (request.method == Method::get) return show(visit);
    if (first == "act" && target.segments.size() == 2) return act(visit);
    return page(404, "problem", "There is nothing here for you", {}, &session);
}

Reply Pages::show(const Visit& visit) {
    std::vector<std::string> params;
    for (const auto& row : page_rows()) {
        if (!takes(row.path, visit.target.segments, params)) continue;
        Json data = Json::object();
        std::vector<Note> notes;
        data["param"] = params;
        data["here"] = visit.request.target;
        for (const auto& [key, value] : visit.target.query) {
            data["query"][key] = value;
            data["in_link"][key] = percent_encode(value);
        }
        if (row.file.empty()) return handed_on(visit, row, params);
        for (const auto& source : row.sources) {
            Request ask;
            ask.target = target_of(source, params, visit.target.query);
            const auto answer = service_.answer_as(visit.session.caller, ask);
            notes.insert(notes.end(), answer.notes.begin(), answer.notes.end());
            if (answer.status != 200) {
                if (!source.needed) continue;
                if (answer.status == 404) return page(404, "problem", "There is nothing here for you", {}, &visit.session);
                return page(answer.status, "problem", "This cannot be shown", Json::parse(answer.body, nullptr, false), &visit.session);
            }
            auto& shown = data[std::string(source.name)] = Json::parse(answer.body, nullptr, false);
            service_.name_parties(visit.session.caller, shown);
            if (shown.is_object() && shown.contains("items")) shown["count"] = shown["items"].size();
            const auto asked = parse_target(ask.target);
            const auto* route = asked ? match(Method::get, asked->segments).route : nullptr;
            if (route != nullptr && route->answer != nullptr)
                data[std::string(source.name) + "_lines"] = lines_of(*route->answer, data[std::string(source.name)]);
            for (const auto& [header, value] : answer.headers) {
                if (header == "ETag") data[std::string(source.name) + "_tag"] = value;
            }
        }
        for (const auto form : row.forms) data["forms"][std::string(form)] = inputs_of(*find_route(form));
        if (const auto* done = find_route(field(visit.target.query, "done"))) data["done"] = done->about;
        auto made = page(200, row.file, row.title, std::move(data), &visit.session);
        made.notes = std::move(notes);
        return made;
    }
    return page(404, "problem", "There is nothing here for you", {}, &visit.session);
}

// A row without a template: what the API sends is the answer, as a file.
Reply Pages::handed_on(const Visit& visit, const PageRow& row, const std::vector<std::string>& params) {
    Request ask;
    ask.target = target_of(row.sources.front(), params, visit.target.query);
    ask.headers["accept"] = "message/rfc822, application/octet-stream";
    auto answer = service_.answer_as(visit.session.caller, ask);
    if (answer.status == 200) return answer;
    return page(answer.status, "problem", "There is nothing here for you", {}, &visit.session);
}

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
                 {"back", local(field(form, "next"))}},
                &visit.session);
}

// A form becomes a request to the API: fields named like the path's parameters go into the path, those of the body's schema into the body.
Reply Pages::act(const Visit& visit) {
    const Route* route = find_route(visit.target.segments[1]);
    if (route == nullptr || route->method == Method::get) return page(404, "problem", "There is nothing here for you", {}, &visit.session);
    const auto form = parse_form(visit.request.body);
    if (takes_away(*route) && field(*form, "sure").empty()) return confirm(visit, *route, *form);
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
    const auto next = local(field(*form, "next"));
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

Reply Pages::second_factor(const Visit& visit) {
    auto office = service_.access();
    const bool code = visit.target.segments[0] == "code";
    const auto next = local(field(visit.target.query, "next"));
    if (visit.request.method == Method::get) {
        if (code) return page(200, "code", "Your code", {{"next", next}, {"csrf", visit.session.csrf}});
        return page(200, "second-factor", "Second factor", {{"must", visit.session.must_enrol}}, &visit.session);
    }
    const auto form = *parse_form(visit.request.body);
    if (code) {
        if (auto shown = office.show_code(visit.cookie, field(form, "code")); !shown) {
            return page(403, "problem", "Not this code", {{"detail", shown.error().detail}, {"back", "/code"}});
        }
        auto made = redirect(local(field(form, "next")));
        made.acted = true;
        return made;
    }
    if (field(form, "code").empty()) {
        const auto secret = office.enrol(visit.cookie);
        if (!secret)
            return page(403, "problem", "Not now", {{"detail", secret.error().detail}, {"back", "/second-factor"}}, &visit.session);
        auto made = page(200, "second-factor", "Second factor", {{"must", visit.session.must_enrol}, {"secret", *secret}}, &visit.session);
        made.acted = true;
        return made;
    }
    if (auto confirmed = office.confirm(visit.cookie, field(form, "code")); !confirmed) {
        return page(403, "problem", "Not this code", {{"detail", confirmed.error().detail}, {"back", "/second-factor"}}, &visit.session);
    }
    auto made = redirect("/?done=second-factor");
    made.acted = true;
    return made;
}

}  // namespace caveat::http
