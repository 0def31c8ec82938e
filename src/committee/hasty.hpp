#pragma once
// A ballot that was over before those who did not vote in it themselves could: one pair of hands may open it, say when it closes and record
// votes for others, and by that alone nothing is turned down and nothing used up (items 22, 52 and 54).
#include "caveat/committee/committee.hpp"

namespace caveat::committee {

// Of one that is over and did not pass. errc::denied: it was over before its two weeks were, and those who did not vote themselves could
// have let it pass; of a choice of host, or of one without a quorum, they could have made the quorum. What a meeting with its quorum
// decided it has decided.
[[nodiscard]] Result<void> had_its_time(storage::Store& store, const policy::Rulebook& rules, const Decision& d);

// One that is over and settled nothing: it had no quorum, or not its time. What it was to serve serves for another. What passed by its
// votes, the act shows; a host who was chosen without such a quorum is not chosen for good.
[[nodiscard]] bool settled_nothing(storage::Store& store, const policy::Rulebook& rules, const vault::Vault& vault, const std::string& id,
                                   Instant now);

}  // namespace caveat::committee
