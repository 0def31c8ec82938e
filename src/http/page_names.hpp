#pragma once
// What a page calls people and teams, whose ids the API gives.
#include "caveat/access/caller.hpp"
#include "caveat/storage/store.hpp"
#include "facts.hpp"

namespace caveat::http {

// Beside each id of a team or person, and beside who acted, `key`_name: "Orchid-CERT", "Mei Tan (Orchid-CERT)", "the operator of the server
// (root)". Of a person whom the caller may not look up only the team is named; what has no name is left with its id. And `phase_name`:
// "first notice".
void add_names(storage::Store& store, const access::Caller& caller, Json& answer);

}  // namespace caveat::http
