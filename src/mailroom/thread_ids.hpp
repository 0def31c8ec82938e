#pragma once
// Which ids a post shows of those that it answers (In-Reply-To, References). The Message-ID that an author's server made names that server,
// so that of a post whose author is not to be named readers only ever see the one that its copies have.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "caveat/mailroom/reading.hpp"
#include "caveat/mailroom/room.hpp"

namespace caveat::mailroom {

// For mail::CopyRequest: of the ids in the header of these bytes those that are not shown as they are. Of a post whose author is not named
// also what no post to its list has, since it may be a mail of the author's own, and of any what is beyond the first 1000. On the thread of
// the store.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> other_ids_of(const Room& room, const storage::Post& post,
                                                                            std::string_view bytes);
// The card as it rests: what ties it to posts to other lists stays, because their labels bind it, and each reader is shown only what they
// may read.
[[nodiscard]] Card with_shown_ids(const Room& room, const storage::Post& post, Card card);

}  // namespace caveat::mailroom
