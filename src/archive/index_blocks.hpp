#pragma once
// How blocks of the index lie sealed.
#include "caveat/mailroom/room.hpp"
#include "segment.hpp"

namespace caveat::archive {

// The last word names the key.
[[nodiscard]] std::string block_context(const storage::SearchIndex::Segment& segment, std::int64_t place);
// Within the life of the room. Throws Unreadable, then and later.
[[nodiscard]] Segment open_segment(const mailroom::Room& room, const storage::SearchIndex::Segment& segment);

}  // namespace caveat::archive
