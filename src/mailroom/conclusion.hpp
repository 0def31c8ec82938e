#pragma once
// The verdict on a post as it is written: row, journal, and what nobody needs any more is forgotten (D2). In the caller's transaction.
#include <span>
#include <string>
#include <vector>

#include "caveat/mailroom/room.hpp"

namespace caveat::mailroom {

// State, reasons, rule book; a body that nobody needs any more is forgotten.
void settle(const Room& room, storage::Post& post, policy::Verdict verdict, const std::vector<community::Reason>& because, Instant now);
// The journal's entry for it. `beside`: posts that were settled for the same reasons.
void record_verdict(const Room& room, const storage::Post& post, policy::Verdict verdict, const std::vector<std::string>& beside,
                    Instant now);

// A post named no list that its sender may know of: what its submission wrote to other such addresses is settled like it, which are names
// that cost nothing to make up, so that together they are one entry and one letter. Of a request only its requests: whether a post was
// signed is not known yet.
[[nodiscard]] std::vector<storage::Post> refuse_beside(const Room& room, const storage::Post& post,
                                                       const std::vector<community::Reason>& because, Instant now);
[[nodiscard]] std::vector<std::string> ids_of(std::span<const storage::Post> posts);
// A line of a letter that names their addresses, the first few, or says how many they are; none, if there are none.
[[nodiscard]] std::string as_beside(std::span<const storage::Post> posts, bool naming);

}  // namespace caveat::mailroom
