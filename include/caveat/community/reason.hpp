#pragma once
// Why something happened to a message or a wish, as a code and words: the codes of the whole product in one table. Code asks for codes and
// their traits; words are for people. What is shown and kept in the journal is "code: words". Values, any thread.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caveat::community {

enum class Code : std::uint8_t {
    none,  // there is no reason; or a code of another version of the program, which then stands in the words

    // The decision about a person and a list, in the order in which questions are asked.
    granted,              // a cell of the matrix grants the verb
    removed,              // no longer in the register
    not_on_roster,        // not subscribed, or not in the interval
    wants_none,           // delivery = none: the person's own wish
    list_closed,          // an alias past its end takes no posts
    unknown_class,        // the rule book does not know the class of the list: deny
    no_cell,              // no column that holds grants the verb on this class of list
    no_mou,               // partner without a signed MoU
    needs_decision,       // the cell asks for a decision of the SC (poc and Strategic Partners)
    denied,               // a live denial (sanction or hold)
    above_list,           // label above the list's maximum
    above_ceiling,        // label above the person's ceiling
    list_not_encrypting,  // the label asks for a list with encryption = required
    not_archived,         // the label is not kept, so there is nothing to read
    not_named,            // RED goes to those whom To or Cc names
    no_key,               // no valid key, and the label or the list needs one
    no_sealing,           // the label or the list encrypts and this copy cannot be sealed
    transport,            // the relay's identity is not verified and the label needs that
    key_waits,            // there is a key, and nobody has looked yet what it is good for
    address_waits,        // somebody else put the reader's address there, and nobody has confirmed it yet
    list_key_waits,       // the list has no key of its own yet
    sealed,               // granted, and it leaves sealed to the reader's key
    in_clear,             // granted on a list that prefers sealing, to a reader without a good key
    unknown_category,     // the rule book does not know the party: deny
    moderated,            // the cell grants the verb through a moderator
    ceiling,              // the highest label that is received becomes another

    // A post as a whole.
    loop,                 // it has been through this list before
    automatic,            // automatic mail is neither distributed nor answered
    unknown_sender,       // From names nobody, or not one person, of the register
    unknown_list,         // no such list for this sender
    authentication,       // weaker than the list asks for
    label_held,           // the label is unclear: it waits for its sender
    author_shown,         // its author is not to be named, and would be: by a signature that cannot be left out
    parent,               // the label was raised by the post it answers
    unreadable,           // its bytes cannot be opened, or are no message
    not_opened,           // it is encrypted or signed, and what is inside cannot be read
    signer_other,         // all of it is signed, and by somebody else of the register than its author
    other_author,         // a protected header inside it names another author than From
    anothers_data,        // what is encrypted in it came before, with a mail of somebody else
    replayed,             // its signature came before, with another mail or in another transaction
    signature_old,        // its signature was made too long ago
    unsure,               // it was made before the database was put back from a copy
    author_signed,        // all of it is signed by its author
    came_sealed,          // encrypted as a whole, to the list's key
    came_in_clear,        // to a list that encrypts; it leaves encrypted
    trouble,              // a bug or a damaged body: set aside, so that those behind it get their turn
    owners,               // mail for the people who run the list
    sanction,             // which case stands in the way: for the representative alone
    unsubscribed,         // left by mail, as asked
    command_done,         // what was asked for by mail, all of it
    command_unconfirmed,  // it waits for its sender's word
    command_refused,      // nothing of it was done
    bounce,               // what came to a return path

    // What a person did with a held post, or nobody did in time.
    released,
    rejected,
    discarded,
    returned,

    // What was posted, and why nobody reads it any more.
    retention_over,  // its label was to be kept so long and no longer
    forgotten,       // by decision: its key is destroyed

    // A copy on its way to the relay.
    refused_by_relay,
    deferred_by_relay,
    relay_unreachable,
    relay_refuses,      // for a reason that lies with it or with us: for the operator to put right
    address_not_taken,  // it does not offer what the address needs
    message_not_taken,  // it does not take this message, whoever the reader is
    given_up,           // not delivered after the last attempt
    asked_again,        // it waited so long that policy is asked anew
    stopping,           // the daemon stopped before its turn
    domain_waits,       // the relay has had no reply for others to the same domain for long

    // What a key is good for, and a letter that only its reader may read.
    key_usable,
    key_unreadable,
    key_secret,
    key_unsuitable,
    key_revoked,
    key_expired,
    key_foreign,
    key_no_encryption,
    openpgp_unset,   // no engine is set up
    openpgp_failed,  // it could not say, or not seal

    last = openpgp_failed,
};

// As the author of a post is told in the end: how many, never who (L5). What is none of these is not told.
enum class Shortfall : std::uint8_t {
    none,
    ceiling,    // below clearance
    unsafe,     // no key, or no way that is safe enough
    unreached,  // the relay or the mailbox behind it did not take it
};

[[nodiscard]] std::string_view name(Code code);  // "above_ceiling": stable, for JSON, the database and logs; empty of none
[[nodiscard]] std::optional<Code> code_from(std::string_view name);
[[nodiscard]] Shortfall shortfall(Code code);

struct Reason {
    Code code = Code::none;
    std::string words;
    bool operator==(const Reason&) const = default;

    [[nodiscard]] bool empty() const { return code == Code::none && words.empty(); }
};

[[nodiscard]] std::string line(const Reason& reason);  // "code: words"; of none the words alone
[[nodiscard]] std::vector<std::string> lines(const std::vector<Reason>& reasons);
// In JSON it is that line; found by the library through its argument.
template <class Json>
void to_json(Json& json, const Reason& reason) {
    json = line(reason);
}

// From the two columns it is kept in. A code that this program does not know goes in front of the words, so that nothing is lost.
[[nodiscard]] Reason reason_from(std::string_view code, std::string_view words);

}  // namespace caveat::community
