#pragma once
// Reviews, declarations, duties and acceptances in JSON, with their schemas. Pure, any thread.
#include "caveat/committee/matters.hpp"
#include "caveat/facts/register.hpp"

namespace caveat::facts {

[[nodiscard]] Json fact(const community::Matter& matter);  // of a review, a declaration, a duty or a document that is asked for
[[nodiscard]] Json fact(const committee::Acceptance& acceptance);
[[nodiscard]] Json fact(const committee::ContactCheck& check);
[[nodiscard]] const Schema& matter_schema(community::MatterKind kind);
extern const Schema acceptance_schema;
extern const Schema contact_check_schema;

}  // namespace caveat::facts
