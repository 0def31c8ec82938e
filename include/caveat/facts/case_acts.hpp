#pragma once
// The acts of a case, written once for both doors: the word of the command line, the fields, and how they become an act. The API
// has a path for each (src/http/routes_case_acts.cpp), the command line a subcommand whose options are the fields
// (server/command_case.cpp). A new act is a step of conduct, a line here and a path there. Pure, any thread.
#include <optional>
#include <span>
#include <string_view>

#include "caveat/conduct/case.hpp"
#include "caveat/facts/json.hpp"
#include "caveat/facts/schema.hpp"

namespace caveat::facts {

// Facts about the caller that fill in what was left out.
struct Asking {
    Instant now{};
    std::optional<PersonId> person;
};

struct CaseAct {
    std::string_view verb;   // "sanction-notice"
    std::string_view about;  // in a sentence
    const Schema& body;
    // Of a body that its schema has checked. errc::invalid with what to write instead.
    Result<conduct::Act> (*read)(const Json& body, const Asking& asking);
};
[[nodiscard]] std::span<const CaseAct> case_acts();
[[nodiscard]] const CaseAct& case_act(std::string_view verb);

// The notices: what they say may be drafted before, and be taken from there. The draft that a body names, empty if none; errc::invalid
// where something else stands beside it.
[[nodiscard]] bool is_drafted(const CaseAct& act);
[[nodiscard]] Result<std::string> draft_named(const Json& body);

}  // namespace caveat::facts
