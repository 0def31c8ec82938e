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

// The envelope is an address of that person's, or of the domain that their From is in. What a gateway of the same domain wrapped (BATV) is
// theirs; what another domain says that it forwarded (SRS) anybody with a domain says.
[[nodiscard]] bool is_own_envelope(const Room& room, const Sender& sender, std::string_view mail_from);

// The author of From brought it here, so that what the door answers, or bounces, comes to them: it has an envelope of their own, and no SPF
// result says that somebody else wrote it. DKIM proves an author whoever sends their mail once more, and these hear nothing by it, and do
// nothing in the author's name that it does not say.
[[nodiscard]] bool is_brought_by_author(const Room& room, const Sender& sender, const mail::HeaderBlock& headers,
                                        std::string_view mail_from);

// And SPF says so of their envelope: a letter to them comes to who sent it, whatever DMARC says (M4).
[[nodiscard]] bool is_surely_brought_by_author(const Room& room, const Sender& sender, const mail::HeaderBlock& headers,
                                               std::string_view mail_from);

[[nodiscard]] Sender identify(const Room& room, const mail::HeaderBlock& headers, std::string_view mail_from);

}  // namespace caveat::mailroom
