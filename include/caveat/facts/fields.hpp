#pragma once
// A table of community's fields as JSON: the shapes of answers and bodies, a row's fact, and a body put into a row.
#include <algorithm>
#include <array>

#include "caveat/community/field.hpp"
#include "caveat/facts/json.hpp"
#include "caveat/facts/schema.hpp"

namespace caveat::facts {

[[nodiscard]] constexpr Type type_of(community::FieldType type) {
    switch (type) {
        case community::FieldType::word:
            return Type::word;
        case community::FieldType::flag:
            return Type::boolean;
        case community::FieldType::instant:
            return Type::instant;
        case community::FieldType::date:
            return Type::date;
        case community::FieldType::texts:
            return Type::texts;
        case community::FieldType::text:
            break;
    }
    return Type::text;
}

// As a body may have it.
[[nodiscard]] constexpr Field shape(const community::FieldTraits& field) {
    return {.name = field.name,
            .type = type_of(field.type),
            .about = field.about,
            .least = static_cast<std::int64_t>(field.least),
            .most = static_cast<std::int64_t>(field.most),
            .nullable = field.nullable,
            .words = field.words,
            .title = field.title,
            .nothing = field.nothing,
            .decided = !field.need.kind.empty()};
}

// Every field, null where there is nothing.
template <class Row, std::size_t n>
[[nodiscard]] constexpr std::array<Field, n> answer_shape(const std::array<community::Field<Row>, n>& fields) {
    std::array<Field, n> all;
    std::transform(fields.begin(), fields.end(), all.begin(), [](const auto& field) {
        Field made = shape(field);
        made.required = true;
        return made;
    });
    return all;
}

// Of a new row: the fields it cannot be without are required.
template <class Row, std::size_t n>
[[nodiscard]] constexpr std::array<Field, n> new_shape(const std::array<community::Field<Row>, n>& fields) {
    std::array<Field, n> all;
    std::transform(fields.begin(), fields.end(), all.begin(), [](const auto& field) {
        Field made = shape(field);
        made.required = field.required;
        return made;
    });
    return all;
}

// Of a change: anything but the id, which is the first.
template <class Row, std::size_t n>
[[nodiscard]] constexpr std::array<Field, n - 1> change_shape(const std::array<community::Field<Row>, n>& fields) {
    std::array<Field, n - 1> all;
    std::transform(fields.begin() + 1, fields.end(), all.begin(), [](const auto& field) { return shape(field); });
    return all;
}

template <std::size_t... n>
[[nodiscard]] constexpr auto joined(const std::array<Field, n>&... parts) {
    std::array<Field, (n + ...)> all;
    auto* to = all.begin();
    ((to = std::copy(parts.begin(), parts.end(), to)), ...);
    return all;
}

[[nodiscard]] Json json_of(const community::Value& value);
// `json` has been checked against the field's shape.
[[nodiscard]] community::Value value_of(const community::FieldTraits& field, const Json& json);

template <class Row, std::size_t n>
[[nodiscard]] Json fact_of(const std::array<community::Field<Row>, n>& fields, const Row& row) {
    Json json = Json::object();
    for (const auto& field : fields) json[std::string(field.name)] = json_of(field.get(row));
    return json;
}

// Takes what the body says and keeps the rest. A null removes the value. The id, the first field, never changes.
template <class Row, std::size_t n>
void apply(const std::array<community::Field<Row>, n>& fields, const Json& body, Row& row) {
    for (const auto& field : std::span(fields).subspan(1)) {
        const auto said = body.find(std::string(field.name));
        if (said != body.end()) field.set(row, value_of(field, *said));
    }
}

}  // namespace caveat::facts
