#pragma once
// The decision by which an application ends: one that took the applicant, or one that turned it down (items 22 and 52). Reads the rows and
// writes nothing.
#include "caveat/committee/committee.hpp"
#include "caveat/conduct/application.hpp"

namespace caveat::committee {

// The decision that took the applicant: an admission, or a category of a team that has one. Both decide the application as it is.
// errc::denied where it was not that; and as `cite`.
[[nodiscard]] Result<Decision> ballot_of(storage::Store& store, const policy::Rulebook& rules, const vault::Vault& vault,
                                         const community::Actor& by, const conduct::Application& a, const std::string& id, Instant now);

// The decision that turned the applicant down: it is over and did not pass, and whoever has a vote could vote in it.
// errc::denied, saying what it is instead.
[[nodiscard]] Result<Decision> failed_ballot(storage::Store& store, const policy::Rulebook& rules, const vault::Vault& vault,
                                             const community::Actor& by, const std::string& id, Instant now);

}  // namespace caveat::committee
