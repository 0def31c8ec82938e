#pragma once
// Who posts, and how sure that is (A5). Asked when a post is received and again when it is judged, because the register may have changed
// between the two.
#include "caveat/mail/message.hpp"
#include "caveat/mailroom/room.hpp"

namespace caveat::mailroom {

struct Sender {
    std::string from;                // the one address of From:, or empty
    std::optional<PersonId> person;  // whose address it is
    community::Strength strength = community::Strength::none;
    bool address_waits = false;  // somebody else put it there, and nobody has confirmed it: then it proves nothing (item 60)
};

[[nodiscard]] Sender identify(const Room& room, const mail::HeaderBlock& headers, std::string_view mail_from);

}  // namespace caveat::mailroom
