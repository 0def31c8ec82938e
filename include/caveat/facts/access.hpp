#pragma once
// Tokens in JSON, with their schema. Never a secret.
#include "caveat/access/access.hpp"
#include "caveat/facts/fields.hpp"

namespace caveat::facts {

inline constexpr std::array<std::string_view, 3> token_states{"live", "expired", "revoked"};
[[nodiscard]] std::string_view state_of(const access::Token& token, Instant now);

[[nodiscard]] Json fact(const access::Token& token, Instant now);
inline constexpr auto token_shape = std::to_array<Field>({
    {.name = "id", .required = true, .about = "names it in lists and in the journal; no secret"},
    {.name = "name", .required = true, .about = "what it is for"},
    {.name = "holder", .required = true, .about = "the person, or operator"},
    {.name = "state", .type = Type::word, .required = true, .about = "a revoked or expired one opens nothing", .words = token_states},
    {.name = "scopes", .type = Type::texts, .required = true, .about = "never more than its holder may at that moment"},
    {.name = "lists", .type = Type::texts, .required = true, .about = "bound to these, for nothing else; empty: to none in particular"},
    {.name = "created", .type = Type::instant, .required = true, .about = "when it was made"},
    {.name = "created_by", .required = true, .about = "who made it"},
    {.name = "expires", .type = Type::instant, .required = true, .about = "from then on it opens nothing"},
    {.name = "last_used", .type = Type::instant, .required = true, .about = "to the minute", .nullable = true},
});
inline constexpr Schema token_schema{"Token", token_shape, true};

}  // namespace caveat::facts
