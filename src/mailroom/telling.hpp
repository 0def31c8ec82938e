#pragma once
// Who may release a held post is told that it waits (ruling ss): the moderators and owners of its list, or those who moderate every list
// where it has none that can be written to. Content-free, once for each post, and a letter may wait for others of its hour, and
// none goes into a mailbox that is held.
#include <span>

#include "caveat/mailroom/room.hpp"

namespace caveat::mailroom {

// Whether anybody else than its author is, if it is held now.
[[nodiscard]] bool is_told_to_another(const Room& room, const storage::Post& post, Instant now);

// Whether anybody of another team than this one may release it.
[[nodiscard]] bool is_moderated_outside(const Room& room, const storage::Post& post, const TeamId& team, Instant now);

// `waiting`: of one list, just held; of what only its author can settle, that of which they were not told. In the caller's transaction.
void tell_moderators(const Room& room, const ListId& list, std::span<const storage::Post> waiting, Instant now);

}  // namespace caveat::mailroom
