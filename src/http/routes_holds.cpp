// /v1/holds: an address or a key that may be in other hands for the moment. Not a penalty, and it ends by itself (item 42).
#include <array>
#include <charconv>

#include "committee_objects.hpp"
#include "tables.hpp"

namespace caveat::http {
namespace routes_holds {

using access::Kind;
using access::Noun;
using committee::HoldFile;

access::Object object_of(const Context& context, const PersonId& id) {
    const auto person = context.store().directory().person(id);
    if (!person) return {.person = id};
    return {.person = id, .team = person->team};
}

Result<Answer> list_holds(const Context& context) {
    const auto wanted = context.query.find("in_force");
    return newest_first(
        context, context.committee().holds(), [](const HoldFile& file) { return std::to_string(file.id); },
        [&](const HoldFile& file) -> std::optional<Json> {
            if (wanted != context.query.end() && wanted->get<bool>() != file.in_force) return std::nullopt;
            if (!context.may(object_of(context, file.hold.person))) return std::nullopt;
            return fact(file);
        });
}

Result<Answer> place(const Context& context) {
    const PersonId person{context.text("person")};
    if (!context.may(object_of(context, person))) return nothing_here();
    const auto length = read_period(context.text("length"));
    if (!length) return tl::unexpected(length.error());
    return told(context.committee().place(context.actor(), person, context.text("reason"), context.text("decision"), *length));
}

Result<std::int64_t> hold_here(const Context& context) {
    const auto& text = context.param(0);
    std::int64_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc{} || end != text.data() + text.size()) return nothing_here();
    const auto row = context.store().minutes().hold(id);
    if (!row || !context.may(object_of(context, row->person))) return nothing_here();
    return id;
}

Result<Answer> extend(const Context& context) {
    const auto id = hold_here(context);
    if (!id) return tl::unexpected(id.error());
    const auto length = read_period(context.text("length"));
    if (!length) return tl::unexpected(length.error());
    return told(context.committee().extend(context.actor(), *id, context.text("decision"), *length));
}

Result<Answer> lift(const Context& context) {
    const auto id = hold_here(context);
    if (!id) return tl::unexpected(id.error());
    return told(context.committee().lift(context.actor(), *id));
}

Result<Answer> tell(const Context& context) {
    const auto id = hold_here(context);
    if (!id) return tl::unexpected(id.error());
    return told(context.committee().told(context.actor(), *id));
}

// ---- shapes

constexpr Field length_field{.name = "length", .type = Type::period, .about = "72h if left out, and at most", .most = 16};
constexpr std::array placing_fields{
    Field{.name = "person", .required = true, .about = "whose mail stops, by id or address", .least = 1, .most = 254},
    Field{.name = "reason", .required = true, .about = "why, in a sentence", .least = 1, .most = 1000},
    decision_field,
    length_field,
};
constexpr Schema placing_schema{"NewHold", placing_fields};
constexpr std::array extending_fields{decision_field, length_field};
constexpr Schema extending_schema{"HoldExtension", extending_fields};

const std::array list_query{paging[0], paging[1],
                            Field{.name = "in_force", .type = Type::boolean, .about = "only those that hold, or only the others"}};
constexpr std::array holds_fields{items_of(hold_schema), next_field()};
constexpr Schema holds_schema{"Holds", holds_fields, true};

constexpr Route act(std::string_view path, std::string_view id, std::string_view about, Result<Answer> (*handler)(const Context&),
                    const Schema* body) {
    return {.method = Method::post,
            .path = path,
            .id = id,
            .about = about,
            .right = {Noun::holds, Kind::write},
            .run = Run::act,
            .disk = storage::Disk::spare,
            .handler = handler,
            .body = body,
            .answer = &hold_schema};
}

const std::array<Route, 5> table{{
    {.path = "/v1/holds",
     .id = "listHolds",
     .about = "Security holds, the newest first",
     .right = {Noun::holds, Kind::read},
     .handler = list_holds,
     .query = list_query,
     .answer = &holds_schema},
    act("/v1/holds", "placeHold", "All mail to and from a person stops for at most 72 hours", place, &placing_schema),
    act("/v1/holds/{hold}:extend", "extendHold", "At most 72 hours more, by a decision of its own each time", extend, &extending_schema),
    act("/v1/holds/{hold}:lift", "liftHold", "It ends now; what waited is asked again", lift, nullptr),
    act("/v1/holds/{hold}:told", "tellOfHold", "The team was told of it by another way than mail; its letter goes out all the same", tell,
        nullptr),
}};

}  // namespace routes_holds

std::span<const Route> hold_routes() { return routes_holds::table; }

}  // namespace caveat::http
