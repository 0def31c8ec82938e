#pragma once
// The door by mail: what was written to list+request@, list+sendkey@ and list+confirm.TOKEN@ is done through the offices, which keep the
// rules. Here is settled who asks (A5): whoever signed the whole mail with the key on record for the author of From (K4), or whoever
// replies to a letter that went to the address on record; From alone never. One mail is one transaction with its reply: all or nothing.
// A signature acts once and for a time, which is a number of the rule book (K7), a confirmation once and for a day. Who may not know the
// list gets what a post to no list gets (A7); robots get nothing (RFC 3834). Source: interface "Mail addresses of list", promises A5, A7,
// K7, item 48, rulings (d) and (ii).
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "caveat/access/access.hpp"
#include "caveat/commands/words.hpp"
#include "caveat/committee/cases.hpp"
#include "caveat/mailroom/requests.hpp"
#include "caveat/openpgp/beforehand.hpp"
#include "caveat/registry/registry.hpp"

namespace caveat::commands {

using mailroom::confirmed_within;
using mailroom::most_replies_a_day;
using mailroom::most_unproven_a_day;

// What OpenPGP says of a mail.
struct Proof {
    bool present = false;                 // it is signed or encrypted, or says so
    std::string ended = {};               // GnuPG was ended over it, in words; then there is nothing below
    std::optional<PersonId> signer = {};  // whose key it is whose valid signature is over all of it; else none
    std::string fingerprint = {};         // of that key; like the next one beside `signer`
    Instant made = {};
    std::vector<Digest> uses = {};  // as mailroom::Opened has them, like `data` also where there is no signer
    std::vector<Digest> data = {};
    std::optional<std::vector<std::string>> named = {};  // whom To and Cc name, where they are signed
    std::string text = {};                               // what is signed, or was inside
    std::string inside = {};                             // the same as a MIME entity
};
// By the key of the list and those on record. Runs GnuPG. errc::temporary: it cannot be asked now.
using Prove = std::function<Result<Proof>(const ListId& list, const std::optional<PersonId>& author, std::string_view bytes)>;

// With the room's opener, over its Store, which outlives it. None: the room has no opener.
[[nodiscard]] Prove prove_with(const mailroom::Room& room);

// A mail that was read, outside any transaction.
struct Mail {
    storage::Post post;
    std::string bytes = {};
    std::string unreadable = {};  // why it cannot be read; then nothing below is there
    std::string subject = {};     // in clear, so no signature is over it
    std::string text = {};
    std::string key = {};  // armoured, as it came attached
    Proof proof = {};
    openpgp::Beforehand look = {};  // at a key that it puts
};

struct Offices {
    mailroom::Room room;
    committee::Postage postage;
    access::Settings access;
};

class Door {
public:
    explicit Door(Offices offices) : offices_(std::move(offices)) {}

    // A request of the spool (mailroom::next_request), read and its signature verified. Without `prove` no signature counts.
    // errc::temporary: GnuPG cannot be asked now, and the mail waits. On any thread with a Store of its own, and never in a transaction.
    [[nodiscard]] static Result<Mail> read(const mailroom::Room& room, const Prove& prove, storage::Post request);

    // Does it, replies, and says in lines for the log what became of it, and of those beside it; none: it was done before. On the thread of
    // the offices' Store. Throws on a broken world. If mail.look wants to know about a key, nothing was done: answer it, and call again.
    [[nodiscard]] std::vector<std::string> act(Mail& mail);

private:
    Offices offices_;
};

}  // namespace caveat::commands
