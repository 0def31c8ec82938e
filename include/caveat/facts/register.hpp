#pragma once
// Things of the register in JSON, with their schemas; the same for the API, the pages and the command line.
// Facts are pure, any thread.

#include "caveat/community/list_fields.hpp"
#include "caveat/community/people_fields.hpp"
#include "caveat/community/reason.hpp"
#include "caveat/facts/fields.hpp"
#include "caveat/registry/registry.hpp"
#include "caveat/storage/store.hpp"

namespace caveat::facts {

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
[[nodiscard]] Json fact(const community::Subscription& subscription);
[[nodiscard]] Json fact(const ListId& list, const storage::Reader& reader);
extern const Schema subscription_schema;
[[nodiscard]] Json fact(const community::Term& term);
extern const Schema term_schema;
[[nodiscard]] Json fact(const registry::Loaded& loaded);
extern const Schema loaded_schema;

// The labels of TLP 2.0 in their canonical spelling, for word fields.
inline constexpr auto label_words = community::Spelling<community::Tlp>::words;

}  // namespace caveat::facts
