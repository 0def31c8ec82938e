#include "pages.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "page_forms.hpp"
#include "page_table.hpp"
#include "page_visit.hpp"

namespace caveat::http {
namespace {

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

// Browsers send Origin with every POST, "null" where they hide whence a form comes: ours never do (see `page`). A client that is no browser
// sends none of these fields, and nobody can be lured into using it.
bool from_elsewhere(const Request& request) {
    const auto site = request.header("sec-fetch-site");
    if (site == "cross-site" || site == "same-site") return true;
    const auto origin = request.header("origin");
    const auto scheme = origin.find("://");
    return !origin.empty() && (scheme == std::string_view::npos || origin.substr(scheme + 3) != request.header("host"));
}

}  // namespace

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

Reply Pages::signed_in(const Request& request, const Target& target, access::Session& session) {
    const Visit visit{request, target, session, request.cookie(cookie_name).value_or("")};
    const std::string first = target.segments.empty() ? "" : target.segments[0];
    if (request.method == Method::post) {
        const auto form = parse_form(request.body);
        if (!form || !service_.access().csrf_holds(session, form_value(*form, "csrf"))) {
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
        if (const auto* done = find_route(form_value(visit.target.query, "done"))) data["done"] = done->about;
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

}  // namespace caveat::http
