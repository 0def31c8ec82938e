#pragma once
// What is kept of a hand-over after which the reader may have the copy, though the relay did not say so (RFC 5321 §6.1): how such an
// account begins. Every other one is of what came before the message, or is the relay's own.
#include <string_view>

namespace caveat::mailroom {

constexpr std::string_view unheard_after_message = "no answer to the message";
constexpr std::string_view hand_over_broke_off = "hand-over failed";  // by a fault of ours, wherever it had got to
// How an account ends of an attempt, or of a refusal, that came after such a one.
constexpr std::string_view after_unheard = "an attempt before was not heard";

}  // namespace caveat::mailroom
