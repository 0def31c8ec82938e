#pragma once
// How a thing is related to the caller: handlers fill in an access::Object here and nowhere else, so that every route treats the same
// person alike. Lists are asked of the decision function each time (A1, A10).
#include "caveat/community/list.hpp"
#include "route.hpp"

namespace caveat::http {

// `managed` and `known` by policy, for the person who asks; for the operator, who is no person, neither is needed.
[[nodiscard]] access::Object object_of(const Context& context, const community::List& list);
// The same by name: without a list of that name nothing is granted.
[[nodiscard]] access::Object object_of(const Context& context, const ListId& list);
// It is about the team of the caller, or of who made the token that is used for them: neither has an office there (item 27).
[[nodiscard]] bool is_of_party(const Context& context, const access::Object& object);
// Whether the caller may be told this list's name beside something else (item 65): to whoever may not know it, it is not there.
[[nodiscard]] bool may_be_told_of(const Context& context, const ListId& list);
// Whether the list is that of a panel on a case against the caller's team, or against the one whose person's token they carry: it is not
// there for them, whatever they may read of others (item 27).
[[nodiscard]] bool is_of_their_own_case(const Context& context, const ListId& list);
// The team with the clearances that the caller may be told of.
[[nodiscard]] community::Team as_shown(const Context& context, community::Team team);
[[nodiscard]] inline access::Object object_of(const TeamId& team) { return {.team = team}; }
[[nodiscard]] inline access::Object object_of(const community::Person& person) { return {.person = person.id, .team = person.team}; }

}  // namespace caveat::http
