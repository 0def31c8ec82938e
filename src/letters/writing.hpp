#pragma once
// What every letter is put together from, sealed to its reader or not.
#include "caveat/letters/letters.hpp"

namespace caveat::letters {

// The row, with the id and the Message-ID of a new letter.
[[nodiscard]] storage::Post blank_post(const Letterhead& letterhead, const Letter& letter, Instant now);
[[nodiscard]] mail::NoticeHead head_of(const Letterhead& letterhead, const Letter& letter, const community::Person& reader,
                                       const storage::Post& post);
[[nodiscard]] Fields fields_for(const Letterhead& letterhead, const Letter& letter, const community::Person& reader);

}  // namespace caveat::letters
