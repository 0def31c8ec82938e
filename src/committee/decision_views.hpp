#pragma once
// Decisions as they are shown: to whom, and by whose doing.
#include "caveat/committee/committee.hpp"

namespace caveat::committee {

// To be shown, and no more to be counted: with a token that somebody else made, each is their doing.
[[nodiscard]] Decision on_record(storage::Store& store, Decision d);

// What an act on a decision ends with: commits, and returns the decision as it is then. errc::corrupt as `read_decision`, and nothing is
// committed.
[[nodiscard]] Result<Decision> finished(storage::Store& store, const policy::Rulebook& rules, const vault::Vault& vault,
                                        storage::Store::Transaction& transaction, const std::string& id, Instant now);

}  // namespace caveat::committee
