#pragma once
// What a decision of the committee binds beside kind and subject (ruling ii), spelled once: by who proposes and by who acts, so that the
// two can be compared.
#include "caveat/committee/committee.hpp"
#include "caveat/community/deed.hpp"
#include "caveat/conduct/case.hpp"

namespace caveat::committee {

// People by their ids, what is lifted row by row, lengths and instants as they are kept. errc::not_found: nobody has that id or address.
[[nodiscard]] Result<community::Settings> spelled(storage::Store& store, const Proposal& p, const community::Settings& set);

[[nodiscard]] community::Deed deed_of(const conduct::Act& act, const std::string& subject);
[[nodiscard]] community::Deed deed_of_hold(std::string_view kind, const PersonId& person, const conduct::Period& length);
[[nodiscard]] community::Deed deed_of(const community::Term& term, const TeamId& team);

[[nodiscard]] bool binds(storage::Store& store, const std::string& decision, std::string_view setting);
// Whether the decision leaves open what such an act sets; then the committee is told what was made of its decision.
[[nodiscard]] bool leaves_open(storage::Store& store, const std::string& decision, const conduct::Act& act);

}  // namespace caveat::committee
