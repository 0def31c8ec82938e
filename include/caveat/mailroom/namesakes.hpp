#pragma once
// Posts under one Message-ID: the same mail that came more than once, or others whose authors' programs gave them the same (D8). What a
// decision forgot is known by it, since nothing else of it is left (R4). On the thread that owns the room's Store.
#include <optional>
#include <string>
#include <vector>

#include "caveat/mailroom/room.hpp"

namespace caveat::mailroom {

// Of the Message-ID as it came, and as it is kept where the author is not to be named; the newest thousand, in the order of receipt.
[[nodiscard]] std::vector<storage::Post> under_id(const Room& room, const std::string& message_id);

// Those of them that were forgotten by decision, on whichever list: it is not what was swept when its time was over.
[[nodiscard]] std::vector<storage::ArchivedPost> forgotten_among(const Room& room, const std::vector<storage::Post>& posts);

// The strictest label that one of them was given after it was distributed (relabelling.hpp), by people, or as what it answers or another
// of them was given one; none: they all have those they came with.
[[nodiscard]] std::optional<community::Tlp> label_given(const Room& room, const std::vector<storage::Post>& posts);

}  // namespace caveat::mailroom
