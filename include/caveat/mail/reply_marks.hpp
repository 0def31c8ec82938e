#pragma once
// What mail programs put in front of the subject of an answer or of a forwarded mail, in their languages. Pure.
#include <cstddef>
#include <string_view>

namespace caveat::mail {

// The bytes of "Re:", "AW [2]:", "回复：" or the like at the start of `text`, up to its colon, or 0.
[[nodiscard]] std::size_t reply_mark_size(std::string_view text);

}  // namespace caveat::mail
