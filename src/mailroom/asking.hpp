#pragma once
// The question of A2, asked about one copy: may it go to this person now? The outbox acts on the answer, the preview only tells it.
#include <optional>

#include "caveat/mailroom/room.hpp"

namespace caveat::mailroom {

// A post with open copies, and its list as it is now (none: it is gone, or the post is a notice).
struct OnItsWay {
    const storage::Post& post;
    const community::List* list = nullptr;
    bool to_owners = false;  // mail to list+owner
};

// None: the copy may go. Else what is to be recorded with it: withheld, cancelled, or deferred and asked again.
[[nodiscard]] std::optional<storage::Outcome> refusal(const Room& room, const OnItsWay& copy, const community::Standing& who,
                                                      const storage::Due& due, Instant now);

}  // namespace caveat::mailroom
