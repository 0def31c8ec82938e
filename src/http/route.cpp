#include "route.hpp"

#include <algorithm>
#include <array>

#include "caveat/committee/applications.hpp"
#include "caveat/facts/viewer.hpp"
#include "exchange.hpp"
#include "tables.hpp"

namespace caveat::http {
namespace {

std::vector<const Route*> gather_routes() {
    std::vector<const Route*> all;
    for (const auto table : tables()) {
        for (const auto& route : table) all.push_back(&route);
    }
    return all;
}

// The segments of each path, split once, because every request is compared with the table.
using Pattern = std::vector<std::string_view>;

std::vector<Pattern> gather_patterns() {
    std::vector<Pattern> all;
    for (const Route* route : routes()) {
        auto& pattern = all.emplace_back();
        for (auto rest = route->path.substr(1);;) {
            const auto slash = std::min(rest.find('/'), rest.size());
            pattern.push_back(rest.substr(0, slash));
            if (slash == rest.size()) break;
            rest.remove_prefix(slash + 1);
        }
    }
    return all;
}

// One segment of a path against one of a template: "{post}:release" takes "0190…:release".
bool takes(std::string_view pattern, const std::string& segment, std::vector<std::string>& params) {
    const auto open = pattern.find('{');
    if (open == std::string_view::npos) return pattern == segment;
    const auto close = pattern.find('}');
    const auto before = pattern.substr(0, open);
    const auto after = pattern.substr(close + 1);
    if (segment.size() <= before.size() + after.size()) return false;
    if (!segment.starts_with(before) || !segment.ends_with(after)) return false;
    auto value = segment.substr(before.size(), segment.size() - before.size() - after.size());
    // "held/{post}" must not take "held/0190…:release".
    if (after.empty() && value.find(':') != std::string::npos) return false;
    params.push_back(std::move(value));
    return true;
}

bool takes(const Pattern& pattern, const std::vector<std::string>& segments, std::vector<std::string>& params) {
    params.clear();
    if (pattern.size() != segments.size()) return false;
    for (std::size_t i = 0; i < segments.size(); ++i) {
        if (!takes(pattern[i], segments[i], params)) return false;
    }
    return true;
}

// Key and a tag of ours: a cursor can only be returned to the list it came from, not made by a client.
constexpr std::size_t stamp_size = 16;

std::string stamp(const Context& context, std::string_view key) {
    return vault::hex(context.offices.room.vault.mac("cursor", std::string(context.route.id) + ' ' + std::string(key)))
        .substr(0, stamp_size);
}

std::optional<std::string> open_cursor(const Context& context, std::string_view cursor) {
    if (cursor.size() < stamp_size) return std::nullopt;
    const auto digits = cursor.substr(0, cursor.size() - stamp_size);
    auto key = vault::unhex(digits);
    if (key.empty() && !digits.empty()) return std::nullopt;
    return cursor.substr(digits.size()) == stamp(context, key) ? std::optional(key) : std::nullopt;
}

constexpr std::array paging_fields{limit_field, cursor_field};

}  // namespace

const std::span<const Field> paging{paging_fields};

std::span<const Route* const> routes() {
    static const std::vector<const Route*> all = gather_routes();
    return all;
}

const Route* find_route(std::string_view operation_id) {
    const auto all = routes();
    const auto found = std::find_if(all.begin(), all.end(), [&](const Route* r) { return r->id == operation_id; });
    return found == all.end() ? nullptr : *found;
}

Match match(Method method, const std::vector<std::string>& segments) {
    static const std::vector<Pattern> patterns = gather_patterns();
    const auto all = routes();
    Match matched;
    std::vector<std::string> params;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (!takes(patterns[i], segments, params)) continue;
        const Route* route = all[i];
        matched.path_exists = true;
        if (route->method != method) continue;
        matched.route = route;
        matched.params = std::move(params);
        return matched;
    }
    return matched;
}

committee::Committee Context::committee() const { return {store(), offices.room.vault, offices.room.rules, offices.room.clock}; }

committee::Cases Context::cases() const { return {store(), offices.room.vault, offices.room.rules, offices.room.clock, offices.postage}; }

committee::Viewer Context::viewer() const { return facts::viewer_of(caller, route.right); }

registry::Registry Context::registry() const {
    return {store(),
            offices.room.rules,
            offices.room.clock,
            [desk = committee(), by = actor()](const std::string& decision, const community::Deed& deed) mutable {
                return desk.carry(decision, deed, by);
            },
            keys,
            offices.room.settings.domain,
            [desk = committee()](const TeamId& team) mutable { return desk.in_a_case(team); },
            [&store = store()] { return committee::awaited(store); }};
}

access::Access Context::access() const {
    const auto& room = offices.room;
    return {room.store, room.vault, room.rules, room.clock, offices.access};
}

std::string Context::text(std::string_view field) const { return has(field) ? body[std::string(field)].get<std::string>() : std::string(); }

std::optional<Instant> Context::instant(std::string_view field) const {
    if (!has(field)) return std::nullopt;
    return *parse_instant(body[std::string(field)].get_ref<const std::string&>());
}

std::vector<std::string> Context::texts(std::string_view field) const {
    return has(field) ? body[std::string(field)].get<std::vector<std::string>>() : std::vector<std::string>();
}

std::string Context::asked(std::string_view field) const {
    const auto found = query.find(std::string(field));
    return found == query.end() || !found->is_string() ? std::string() : found->get<std::string>();
}

// The name for every program, and as it is for those that read UTF-8.
std::string as_attachment(const std::string& name) {
    std::string ascii;
    const auto plain = [](char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; };
    for (const char c : name) ascii += plain(c) ? c : '_';
    return fmt::format("attachment; filename=\"{}\"; filename*=UTF-8''{}", ascii, percent_encode(name));
}

Answer as_download(std::string type, std::string bytes, const std::string& name) {
    Answer answer{.type = std::move(type), .text = std::move(bytes)};
    answer.headers = {{"Content-Disposition", as_attachment(name)}, {"Content-Security-Policy", "default-src 'none'; sandbox"}};
    return answer;
}

tl::unexpected<Error> nothing_here() { return tl::unexpected(Error{errc::not_found, {}}); }

Result<Answer> page_of(const Context& context, const std::function<void(const std::string& after, const Emit&)>& visit_from,
                       const bool& cut_short) {
    const auto asked = context.query.find("limit");
    const auto limit = asked == context.query.end() ? std::int64_t{100} : asked->get<std::int64_t>();
    std::string after;
    if (const auto cursor = context.asked("cursor"); !cursor.empty()) {
        const auto opened = open_cursor(context, cursor);
        if (!opened) return fail(errc::invalid, "the cursor is not one of ours; leave it out to begin at the first item");
        after = *opened;
    }
    Json items = Json::array();
    std::string last;
    bool more = false;
    visit_from(after, [&](std::string key, Json fact) {
        if (static_cast<std::int64_t>(items.size()) == limit) {
            more = true;
            return false;
        }
        last = std::move(key);
        items.push_back(std::move(fact));
        return true;
    });
    Json next;
    if (more || (cut_short && !items.empty())) next = vault::hex(last) + stamp(context, last);
    Answer answer;
    answer.body = {{"items", std::move(items)}, {"next", std::move(next)}};
    return answer;
}

}  // namespace caveat::http
