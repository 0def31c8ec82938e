#pragma once
// Whom to write to about an address or an economy, in JSON, with its schema. Pure, any thread.
#include "caveat/facts/register.hpp"
#include "caveat/registry/contacts.hpp"

namespace caveat::facts {

[[nodiscard]] Json fact(const registry::Contacts& found);
extern const Schema contacts_schema;

}  // namespace caveat::facts
