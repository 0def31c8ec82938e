#pragma once
// The verdict on a post as it is written: row, journal, and what nobody needs any more is forgotten (D2). In the caller's transaction.
#include <string>
#include <vector>

#include "caveat/mailroom/room.hpp"

namespace caveat::mailroom {

// State, reasons, rule book; a body that nobody needs any more is forgotten.
void settle(const Room& room, storage::Post& post, policy::Verdict verdict, const std::vector<community::Reason>& because, Instant now);
// The journal's entry for it. `beside`: posts that were settled for the same reasons.
void record_verdict(const Room& room, const storage::Post& post, policy::Verdict verdict, const std::vector<std::string>& beside,
                    Instant now);

}  // namespace caveat::mailroom
