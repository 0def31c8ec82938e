#pragma once
// A decision is about what there was when its ballot was opened (ruling ii). Most name a person, a team or a case and no more, so that a
// vote that was not carried out would do so much later, on another hold, another notice, or a partner of another category. Reads only.
#include "proposals.hpp"

namespace caveat::committee {

// What has come since, of that which it would be carried out on, in words: "hold 7 was placed"; empty: nothing.
[[nodiscard]] std::string came_since(storage::Store& store, const policy::Rulebook& rules, const Decision& decision,
                                     const community::Deed& act, Instant now);

}  // namespace caveat::committee
