#pragma once
// What the subject that everybody on the way sees shows, also where the list says nothing of it (§3.5, K10). Values, any thread.
#include "caveat/community/list.hpp"

namespace caveat::community {

enum class Wrapping : std::uint8_t { clear, sealed };

// The whole, or of a sealed copy, the real subject of which is inside, a number.
[[nodiscard]] inline OuterSubject outer_subject_of(const List& list, Wrapping copy) {
    return list.outer_subject.value_or(copy == Wrapping::sealed ? OuterSubject::neutral : OuterSubject::full);
}

// Whether any copy of the list leaves like that.
[[nodiscard]] inline bool makes(const List& list, Wrapping copy) {
    return list.encryption != (copy == Wrapping::sealed ? Encryption::none : Encryption::required);
}

}  // namespace caveat::community
