#pragma once
// The MTA in front: whether a message came through it.
#include <optional>

#include "caveat/mailroom/mailroom.hpp"

namespace caveat::mailroom {

[[nodiscard]] bool is_front_secret(const Room& room, std::string_view value);

// The submission as mail::take_mark leaves it. None: no mark is asked for (Settings::front_mark).
[[nodiscard]] std::optional<Submission> without_front_mark(const Room& room, const Submission& submission,
                                                           const mail::HeaderBlock& headers);

}  // namespace caveat::mailroom
