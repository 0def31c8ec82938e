#pragma once
// Invitations (RFC 5545, and vCalendar 1.0 before it), property by property. Pure, linear.
#include <functional>
#include <string>
#include <string_view>

namespace caveat::mail {

// Tells `take` each property, its lines as they stand there, and unfolded and decoded: "ATTENDEE;CN=x:mailto:x@y.example".
void each_property(std::string_view calendar, const std::function<void(std::string_view lines, const std::string& property)>& take);

// In small letters: "attendee".
[[nodiscard]] std::string name_of_property(std::string_view property);

}  // namespace caveat::mail
