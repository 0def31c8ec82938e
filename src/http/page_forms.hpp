#pragma once
// What a page shows of a thing, and what its forms ask for, from the shapes of the API: a field that has a title stands in both without a
// template naming it.
#include "facts.hpp"
#include "route.hpp"

namespace caveat::http {

// {title, value, tlp, nothing} of each titled field of an answer; `tlp`: the value is a label.
[[nodiscard]] Json lines_of(const Schema& schema, const Json& fact);

// {id, name, title, about, decided, required, most, word, choices} of each titled field of an operation's body.
[[nodiscard]] Json inputs_of(const Route& route);

}  // namespace caveat::http
