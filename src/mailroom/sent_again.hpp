#pragma once
// A mail that came before. What proves an author by DMARC covers From, Subject, Date, Message-ID and the text, and neither the envelope nor
// what List-* and Received say: whoever has the mail of somebody can send it once more, to whichever list they think of.
#include <optional>
#include <vector>

#include "caveat/mailroom/room.hpp"
#include "caveat/policy/decide.hpp"
#include "sender.hpp"

namespace caveat::mailroom {

// Compared are Message-ID and Date, the lowest where there are several, and without one the Subject, and the text, behind which there may
// be more (DKIM's "l="), blanks left out; fields that were put there since count for nothing, also in whom To and Cc name. A mail that the
// MTA in front hands over a second time, or by itself to each of its addresses, came to us once, whatever proves its author: every byte of
// it is the same, with the Received that the MTA wrote. What waits here and was carried says nothing of a mail that is not (`carried`, as
// below). Opens bodies, where there is one with that Message-ID, of each state as many bytes as one mail may have: of what went to lists
// and is not looked at nobody knows that it is another, and a moderator sees.
struct Before {
    policy::Again again = policy::Again::no;   // of one that was released that is not asked
    std::optional<community::Tlp> label = {};  // the strictest of those that were distributed
    std::optional<community::Tlp> given = {};  // of those to which people gave another label here
    bool unknown_to_moderator = false;         // it went to this address, and whoever released this one could not read that here
};
// `team`: the author's; what that gave one of its own counts however little proves that one.
[[nodiscard]] Before came_before(const Room& room, const storage::Post& post, const PersonId& author, const TeamId& team, bool carried);

// Why one that was released so is held once more, and, behind it, what it waited for.
[[nodiscard]] std::vector<community::Reason> held_once_more(const Room& room, const storage::Post& post);

// The other posts that are the same mail of that author and went to a list, in any order, before or after it: of one submission, or as
// above among the twenty newest under that Message-ID, however long each is, if their list asks for no more than what proves this one, and
// that its author sent it. Of what `team` posted, which gives its own a label, all.
[[nodiscard]] std::vector<storage::Post> same_mail(const Room& room, const storage::Post& post, const TeamId& team);

// A decision forgot what this author posted under that Message-ID, as it came, here or on another list: it does not go out again (R4).
[[nodiscard]] bool is_forgotten(const Room& room, const std::string& message_id, const Sender& author);
// The same in words by which who runs another list does not learn what was forgotten (A7); none: nothing was.
[[nodiscard]] std::optional<community::Reason> objection_of_forgotten(const Room& room, const std::string& message_id,
                                                                      const Sender& author);
// It is held for that, so that nobody releases it.
[[nodiscard]] bool is_held_as_forgotten(const Room& room, const storage::Post& post);

// Of one that did not come before, whether somebody else than its author brought it here, for all that anybody knows: To and Cc, as far as
// the author's server can have signed them, do not name the address it came to, as they need not of a blind copy; but that comes in the
// author's own envelope. What is dated before a copy of the database was put back may have come before, so that both are asked of it.
[[nodiscard]] policy::Again how_it_came(const Room& room, const storage::Post& post, const mail::HeaderBlock& headers,
                                        const Sender& sender);

// It is dated before the database was put back from a copy: nobody knows whether it came before. A Date is of whole seconds.
[[nodiscard]] bool is_of_before_a_copy(const Room& room, const mail::HeaderBlock& headers);

// The Date that its author's server can have signed; none: there is none, or it is none.
[[nodiscard]] std::optional<Instant> date_of(const mail::HeaderBlock& headers);

// Few letters in a day tell its author what became of it (`tells_author`), because somebody else can bring as many as they like: it was
// carried, or it came to this address before, or nobody knows whether it did, and not in its author's own envelope.
[[nodiscard]] bool is_seldom_told(const Room& room, const storage::Post& post, const mail::HeaderBlock& headers, const Sender& sender);

}  // namespace caveat::mailroom
