#pragma once
// What it costs to look for labels in a mail, counted as it is done: a character that is looked at is one, and takes one or two
// nanoseconds.
#include <cstddef>

namespace caveat::mail {

struct Work {
    std::size_t done = 0, most = 0;

    [[nodiscard]] bool is_spent() const { return done > most; }
};

}  // namespace caveat::mail
