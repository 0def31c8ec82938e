#pragma once
// What every letter is put together from, sealed to its reader or not.
#include "caveat/letters/letters.hpp"

namespace caveat::letters {

// The row, with the id and the Message-ID of a new letter.
[[nodiscard]] storage::Post blank_post(const Letterhead& letterhead, const Letter& letter, Instant now);
[[nodiscard]] mail::NoticeHead head_of(const Letterhead& letterhead, const Letter& letter, const community::Person& reader,
                                       const storage::Post& post);
[[nodiscard]] Fields fields_for(const Letterhead& letterhead, const Letter& letter, const community::Person& reader);

// Whether this letter has to wait, because its reader had one within the hour and it is not urgent. If not, an hour begins with it. In the
// caller's transaction.
[[nodiscard]] bool waits(storage::Store& store, const Letter& letter, const PersonId& reader, Instant now);

}  // namespace caveat::letters
