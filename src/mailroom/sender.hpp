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

// Whether what the door answers, or bounces, comes to the author of From: the envelope is an address of that person's, or of the domain
// that their From is in. DKIM proves an author whoever sends their mail once more, and these hear nothing by it.
[[nodiscard]] bool answers_author(const Room& room, const Sender& sender, std::string_view mail_from);

// Likewise of the envelope as it stands: what a forwarder made of the author's (SRS) says that it was forwarded.
[[nodiscard]] bool is_own_envelope(const Room& room, const Sender& sender, std::string_view mail_from);

// A letter to the author about a mail that named no list: always where its own envelope brought it, once where somebody else's did.
[[nodiscard]] bool is_told_of_no_list(const Room& room, const Sender& sender, const storage::Post& post);

[[nodiscard]] Sender identify(const Room& room, const mail::HeaderBlock& headers, std::string_view mail_from);

}  // namespace caveat::mailroom
