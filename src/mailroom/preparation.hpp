#pragma once
// What judging a post asks of its bytes. To read them is costly and touches nothing shared, so it is done before the transaction: on the
// desk's thread for a small post, on another one for a big one.
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "caveat/mail/bounce.hpp"
#include "caveat/mail/label.hpp"
#include "caveat/mail/message.hpp"
#include "caveat/mail/without_signatures.hpp"
#include "caveat/mailroom/opening.hpp"
#include "caveat/mailroom/room.hpp"

namespace caveat::mailroom {

// What is on record of whom it is, if of anybody. On the thread of the store.
[[nodiscard]] mail::KnownAs known_as(const Room& room, const std::optional<PersonId>& author);

// How much of the bytes is asked for.
enum class Extent : std::uint8_t {
    header,  // mail for the operator, which is not read
    whole,   // a message, and its label
    report,  // what came to a return path
};
[[nodiscard]] Extent extent_of(storage::Target target);

// What the rows say that a label depends on besides the message.
struct LabelFacts {
    std::optional<community::Tlp> list_default;
    bool by_mail = false;                               // what brought it authenticates the author
    bool by_signature = false;                          // a signature of theirs does
    bool own_envelope = false;                          // beside `by_mail`: as `is_own_envelope`
    std::optional<community::Tlp> default_beside = {};  // as LabelRequest has it
    bool opens_whole = false;                           // likewise
    bool operator==(const LabelFacts&) const = default;
};
// By what an author is known, for a label.
struct Known {
    community::Strength came{};  // without a signature
    bool own_envelope = false;   // as `is_own_envelope`
    bool is_signed = false;      // by one that counts
};
// `default_beside`: as StrictestDefault has it.
[[nodiscard]] LabelFacts label_facts(const policy::Rulebook& rules, const community::List& list, const Known& author,
                                     std::optional<community::Tlp> default_beside = {});

// What is to be read, by whoever has time: nothing of it belongs to the database.
struct ToRead {
    PostId sealed_as;
    Extent extent{};
    Sealed body;
    Instant now{};                            // when it is looked at: a policy may be in force then or not
    std::vector<LabelFacts> labels;           // those that the post's lists need
    bool for_list = false;                    // it is a post, not mail to who runs a list or the like
    std::vector<std::string> addressed = {};  // that the submission came to, as addresses are compared
    PostId post = {};                         // to a list, which GnuPG is asked about if it speaks of OpenPGP; empty: it is not
    std::optional<KnownKeys> keys = {};       // what GnuPG is asked with; none on the desk, where it is not asked
    bool with_list_keys = false;              // among them those of the list, which its author may know
    mail::KnownAs author = {};                // what is on record of its author
};

// What OpenPGP says of a post.
struct Behind {
    bool encrypted = false;  // as a whole, to the key of the list
    bool unopened = false;   // it cannot be read
    Signed is_signed = Signed::none;
    std::optional<PersonId> signer;                      // beside Signed::valid
    Instant made{};                                      // the signature
    std::vector<Digest> uses;                            // as Opened has it
    std::optional<std::vector<std::string>> named = {};  // as Opened has it
    bool protects_header = false;                        // likewise
    std::optional<mail::UnderSignature> covered = {};    // beside Signed::valid; none: it cannot be read
    std::vector<mail::PartHeader> outside = {};          // beside `encrypted`: as LabelRequest has it
    mail::PartHeader inside = {};                        // likewise: what of the header inside is not the message's own
    std::vector<Digest> data = {};                       // as Opened has it
    std::string ended = {};                              // GnuPG was ended over it, in words; then nothing of the above is known
};

// Where and when a mail came.
struct Came {
    storage::Target target{};
    ListId list;
    Instant at{};
};
// What the signature is for policy, if that person is the author; `kind`: for what it would count (K7). What is signed may say for whom it
// is, and then it counts there only: else whoever has a copy of a mail could post it. On the thread of the store.
[[nodiscard]] policy::Signature signature_of(const Room& room, const Behind& behind, const std::optional<PersonId>& author,
                                             const Came& came, std::string_view kind);
// From now on it counted for that, also where nobody knew its key or it was dated ahead: the same mail is not to count once the key is on
// record, or the day has come. Not where it is somebody else's than the author's, or of a mail to others. In a transaction.
void use_signature(const Room& room, const Behind& behind, const std::optional<PersonId>& author, const Came& came, std::string_view kind);

// Not to be copied: `headers` are views of `head`.
struct Prepared {
    Prepared() = default;
    Prepared(const Prepared&) = delete;
    Prepared& operator=(const Prepared&) = delete;

    PostId sealed_as;
    Extent extent{};
    bool for_list = false;
    std::string trouble;              // a bug
    std::optional<Error> unopened;    // the seal is broken
    std::optional<Error> unreadable;  // it is no message
    std::string head;                 // the header block
    mail::HeaderBlock headers;
    mail::Message message;                                           // without its parts, which only the label needs
    std::vector<std::pair<LabelFacts, mail::Labelling>> labellings;  // whole
    std::optional<mail::Bounce> report;                              // none: not readable

    bool wants_gnupg = false;      // it speaks of OpenPGP, and GnuPG was not asked: there is nothing more of it here
    bool later = false;            // GnuPG could not be asked
    PostId post;                   // it was, with the keys for this one: of no other of the submission
    bool with_list_keys = false;   // as ToRead has it
    Behind behind;                 // what it said
    std::optional<Sealed> inside;  // what its copies are made of where that is not what came: it was encrypted, or has a signed header
    mail::KnownAs author;          // as ToRead has it
    bool shows_author = false;     // where its author is not to be named: by signatures or keys, which can be left out
    std::string still_shows;       // or cannot, and why (mail::WithoutSignatures)

    [[nodiscard]] bool is(const storage::Post& one) const {
        const bool as_this = extent == extent_of(one.target) && for_list == (one.target == storage::Target::list);
        return sealed_as == one.sealed_as && as_this && (post.empty() || post == one.id);
    }
    // Null: not asked for. What bears a label of its own is the same whatever other lists have for a default.
    [[nodiscard]] const mail::Labelling* labelling(const LabelFacts& facts) const;
};

// It is for a list that its author, as they were looked up when it came, may know. To whom it is hidden, what is sealed to its key is
// opened as little as at an address that does not exist (A7). On the thread of the store.
[[nodiscard]] bool is_list_of(const Room& room, const storage::Post& post, Instant now);

// Never throws. Any thread, with `keys` none that must not wait for GnuPG: of the room it takes what never changes, the vault, the rules,
// the settings and the opener.
[[nodiscard]] std::shared_ptr<const Prepared> prepare(const Room& room, const ToRead& what) noexcept;
// The same of bytes that lie open.
[[nodiscard]] std::shared_ptr<const Prepared> prepare_bytes(const Room& room, const std::string& bytes, const ToRead& what);

}  // namespace caveat::mailroom
