#pragma once
// What is kept of a post whose copies leave, where that is not what came: without what its relay may have written around the author's
// words, and without signatures that name an author who is not to be named.
#include <optional>
#include <string>

#include "caveat/mailroom/room.hpp"
#include "post_question.hpp"

namespace caveat::mailroom {

// What its copies are made of, sealed; none: what came.
[[nodiscard]] std::optional<Sealed> made_for_copies(const Room& room, const storage::Post& post, const Prepared& bytes,
                                                    const PostQuestion& question);

// What is kept of it opens with a key of its own, so that it can be forgotten whatever becomes of its submission's other posts (R4).
// `own`: as `made_for_copies` has it.
void rest_alone(const Room& room, const storage::Post& post, std::optional<Sealed> own);

// Nobody but its author can have written of the header what its copies have.
[[nodiscard]] bool is_header_whole(const Prepared& bytes, const PostQuestion& question);

// Its header as far as its author's server signed it; none: that signed all that counts.
[[nodiscard]] std::optional<std::string> head_without_unsigned(const Room& room, const Prepared& bytes, const PostQuestion& question);

}  // namespace caveat::mailroom
