#pragma once
// JSON and the shapes of facts, as every file of this door speaks of them, and the fields that many of its bodies have.
#include "caveat/facts/json.hpp"
#include "caveat/facts/schema.hpp"

namespace caveat::http {

using namespace facts;  // NOLINT: the door is made of them

// ---- fields that many bodies have
[[nodiscard]] constexpr Field needed(Field field) {
    field.required = true;
    return field;
}
[[nodiscard]] constexpr Field next_field() {
    return {.name = "next", .required = true, .about = "cursor of the next page; null on the last", .nullable = true};
}
[[nodiscard]] constexpr Field items_of(const Schema& schema) {
    return {.name = "items", .type = Type::objects, .required = true, .about = "in a stable order", .of = &schema};
}

}  // namespace caveat::http
