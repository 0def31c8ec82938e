#pragma once
// What is over, its sealed bytes and their keys, leaves the disk (R4, rules.md §3.5): nobody reads it any more, whether it was swept or
// not. The row stays and says until when it was kept; the journal names each post that was destroyed, with its label and the rule book. A
// clock that was set ahead must not cost an archive: only what was over by a time that the journal knew a day ago is destroyed, so whoever
// set it has that day to see it. On the thread that writes with the room's Store.
#include <cstddef>

#include "caveat/mailroom/room.hpp"

namespace caveat::archive {

inline constexpr std::size_t most_swept = 50;  // posts in one transaction, which the desk waits for: a few milliseconds unless they are big
inline constexpr std::chrono::hours doubt{24};  // of the clock

struct Swept {
    std::size_t posts = 0;
    bool more = false;  // is over as well, and for the next call
};
[[nodiscard]] Swept sweep(const mailroom::Room& room, std::size_t most = most_swept);

}  // namespace caveat::archive
