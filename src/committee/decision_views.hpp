#pragma once
// Decisions as they are shown: to whom, and by whose doing.
#include "caveat/committee/committee.hpp"

namespace caveat::committee {

// Whether this reader may know of it, asked of whoever looks at a page and of whoever a letter about it would go to. Whoever is of the team
// it is about is its party, and reaches no further than a representative does (item 27).
[[nodiscard]] bool may_see(storage::Store& store, const policy::Rulebook& rules, const Viewer& viewer, const Decision& d);

// Or what the motion alone says of one that cannot be read.
[[nodiscard]] Decision as_far_as_read(storage::Store& store, const policy::Rulebook& rules, const vault::Vault& vault,
                                      const storage::Motion& motion, Instant now);

// To be shown, and no more to be counted: with a token that somebody else made, each is their doing.
[[nodiscard]] Decision on_record(storage::Store& store, Decision d);

// What an act on a decision ends with: commits, and returns the decision as it is then. errc::corrupt as `read_decision`, and nothing is
// committed.
[[nodiscard]] Result<Decision> finished(storage::Store& store, const policy::Rulebook& rules, const vault::Vault& vault,
                                        storage::Store::Transaction& transaction, const std::string& id, Instant now);

}  // namespace caveat::committee
