#pragma once
// Files of worked examples: from what an example says to the facts that deciding needs. What an example leaves out is the ordinary:
// a person with a valid key, on the roster since 2020, a list as its class allows, a verified relay.
#include <map>

#include "caveat/policy/decide.hpp"
#include "caveat/policy/examples.hpp"
#include "compiled.hpp"
#include "page.hpp"

namespace caveat::policy {

struct Example {
    community::Standing who;
    community::List list;
    Item item;
    World world;
};

// The names that a file defines for all its examples.
struct Cast {
    const Rulebook& rules;
    Findings& findings;
    Instant now{};
    std::map<std::string, const toml::table*, std::less<>> people;  // [who.NAME]
    std::map<std::string, const toml::table*, std::less<>> lists;   // [list.NAME]
};

[[nodiscard]] Cast read_cast(Page& root, const Rulebook& rules, Findings& findings);

// A person of the cast towards a list, or a finding at `page`.
[[nodiscard]] community::Standing standing_of(Page& page, std::string_view key, std::string_view name, const Cast& cast,
                                              const community::List& list);
[[nodiscard]] community::List list_of(Page& page, std::string_view key, std::string_view name, const Cast& cast);

// Everything a [[case]] and a [[post]] have in common: who, with, list, on, label, now and the like.
[[nodiscard]] Example read_example(Page& page, const Cast& cast);

// examples_matrix.cpp: [matrix.CLASS], replayed into `results`.
void replay_matrix(Page& root, const Cast& cast, std::vector<ExampleResult>& results);

[[nodiscard]] std::string_view name(Answer a);  // no | yes | moderated | not_now

}  // namespace caveat::policy
