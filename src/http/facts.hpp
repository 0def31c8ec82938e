#pragma once
// What a thing looks like in JSON, with the schema that says so. The same words as the command line's --json.
#include <array>

#include "caveat/committee/committee.hpp"
#include "caveat/community/people.hpp"
#include "caveat/community/standing.hpp"
#include "caveat/registry/registry.hpp"
#include "caveat/storage/store.hpp"
#include "json.hpp"
#include "schema.hpp"

namespace caveat::http {

struct Job;

[[nodiscard]] inline Json maybe(const std::optional<Instant>& at) { return at ? Json(to_string(*at)) : Json(); }
[[nodiscard]] inline Json maybe(const std::optional<Date>& date) { return date ? Json(to_string(*date)) : Json(); }
[[nodiscard]] inline Json maybe(const std::string& text) { return text.empty() ? Json() : Json(text); }
[[nodiscard]] inline Json maybe(const community::Reason& reason) { return reason.empty() ? Json() : Json(reason); }

[[nodiscard]] Json fact(const community::Team& team);
extern const Schema team_schema;
[[nodiscard]] Json fact(const community::Person& person, bool has_key);
[[nodiscard]] inline Json fact(const community::Person& person) { return fact(person, !person.key.empty()); }
extern const Schema person_schema;
[[nodiscard]] Json fact(const community::List& list);
extern const Schema list_schema;
[[nodiscard]] Json fact(const ListId& list, const storage::Reader& reader);
extern const Schema subscription_schema;
[[nodiscard]] Json fact(const community::Term& term);
extern const Schema term_schema;
[[nodiscard]] Json fact(const registry::Loaded& loaded);
extern const Schema loaded_schema;
[[nodiscard]] Json fact(const Job& job);
extern const Schema job_schema;

// Words of the register, for word fields.
inline constexpr std::array<std::string_view, 3> delivery_words{"each", "digest", "none"};
inline constexpr std::array<std::string_view, 3> encryption_words{"none", "preferred", "required"};
inline constexpr std::array<std::string_view, 3> authentication_words{"envelope", "dmarc", "signature"};
inline constexpr std::array<std::string_view, 3> posting_words{"matrix", "moderated", "owners"};

// The labels of TLP 2.0 in their canonical spelling, for word fields.
inline constexpr std::array<std::string_view, 5> label_words{"CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"};

// ---- fields that many bodies have
inline constexpr Field decision_field{.name = "decision", .about = "the decision this carries out: D-2026-004", .most = 64};
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
