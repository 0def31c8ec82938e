#pragma once
// Mail to postmaster@ and abuse@ of our domain, whoever sends it: forwarded as it is to the address in Settings::operator_address (RFC 5321
// §4.5.1, RFC 2142 §4 and §5). It has no list, no label and no roster; its one row in the queue belongs to nobody in the register.
#include <string>
#include <string_view>

#include "caveat/community/standing.hpp"
#include "caveat/mail/message.hpp"
#include "caveat/mailroom/room.hpp"

namespace caveat::mailroom {

class Verdicts;

constexpr PersonKey operator_key = 0;  // no person has it

[[nodiscard]] bool is_operators(std::string_view local_part);  // in lower case

// Whose copy it is: "operator", at the address of now; without one the address is empty.
[[nodiscard]] community::Standing the_operator(const Settings& settings);

// The message with a field in front by which it is known if it comes back.
[[nodiscard]] std::string forwarded(const std::string& bytes, const Settings& settings);
// It has been forwarded from here before, or has passed more than 100 mail servers (RFC 5321 §6.3).
[[nodiscard]] bool has_come_back(const mail::HeaderBlock& headers, const Settings& settings);

// Anybody's, robots' reports as well, for whose answers there is the return path. It is not read.
void pass_to_operator(Verdicts& verdicts, storage::Post& post, const mail::HeaderBlock& headers);

}  // namespace caveat::mailroom
