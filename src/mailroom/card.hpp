#pragma once
// The archive's card of a post that is distributed now: `card_of` its message (reading.hpp), with what is known only while its bytes and
// its author are here.
#include "caveat/mailroom/reading.hpp"
#include "post_question.hpp"

namespace caveat::mailroom {

// When it was written and what it answers it says as the copies do: of carried mail, what its author's server or signature covers.
[[nodiscard]] Card card_for(const Room& room, const storage::Post& post, const Prepared& bytes, const PostQuestion& question);

}  // namespace caveat::mailroom
