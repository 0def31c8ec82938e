#pragma once
// The one decision function (A1). Pure: no I/O, no clock, no allocation until the answer; a million a second on one core.
// Default is deny (A4): what no cell grants is refused, and a missing fact never grants.
// Every door asks this function: judging, hand-off, API, pages, and whatever is added later (archive, search, digest, export).
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/community/reason.hpp"
#include "caveat/community/standing.hpp"
#include "caveat/policy/rulebook.hpp"

namespace caveat::policy {

using Why = community::Code;  // of which a decision about a person and a list gives those before `loop`

enum class Answer : std::uint8_t { no, yes, moderated, not_now };  // not_now: keep it queued and ask again

// What decided, as facts; `explain` makes reasons of it.
struct Ground {
    Why why{};
    std::int16_t column = -1;  // of the matrix, where one matters
    std::int16_t denial = -1;  // index into Standing::denials
    community::Tlp has{};      // the label of the item
    community::Tlp limit{};    // the ceiling it met
};

struct Permission {
    Answer answer = Answer::no;
    community::Tlp ceiling{};  // the highest label this person may receive on this list now
    std::uint8_t count = 0;
    std::array<Ground, 4> reasons{};                  // first the one that decided
    community::Verb verb = community::Verb::receive;  // what was asked
    bool sealed = false;                              // with `yes` to receive: sealed to the reader, and in no other way

    [[nodiscard]] bool yes() const { return answer == Answer::yes; }
};

// What the question is about, besides person and list.
struct Item {
    community::Tlp label = community::Tlp::red;
    Instant posted{};          // for the archive: when it was distributed; was the reader on the roster then
    bool named = false;        // To or Cc of the post names this person
    bool anyone_named = true;  // To or Cc names anybody of the roster but its author
    bool sealed_only = false;  // it asks for the row of encryption of RED (qq)
    bool own = false;          // for the archive: this person wrote it (vv)
};

struct World {
    Instant now{};
    bool verified_transport = false;  // relay on loopback or a Unix socket, or TLS with a verified certificate
    bool can_seal = false;            // the copy at hand can be sealed to a reader with a valid key
    bool sealing_waits = false;       // it will be, when the list has its key
};

// May this person do this with this item on this list, now?
[[nodiscard]] Permission may(const Rulebook& rules, community::Verb verb, const community::Standing& who, const community::List& list,
                             const Item& item, const World& world);

// Does the list exist as far as this person may know (A7)? True if any verb is granted to the person in principle.
[[nodiscard]] bool may_know(const Rulebook& rules, const community::Standing& who, const community::List& list, Instant now);

// The highest label they may have of what is about the list, whatever its maximum and whether they are on its roster: a clearance, else
// what their party may and, where a cell lets them receive, what that says. Of an unknown party or class CLEAR (A4).
[[nodiscard]] community::Tlp own_ceiling(const Rulebook& rules, const community::Standing& who, const community::List& list, Instant now);

// A denial in force takes this from them, whether anything else would grant it or not: for rights that rest on more than a cell of the
// matrix. `who` has the denials of that instant.
[[nodiscard]] bool is_denied(const Rulebook& rules, community::Verb verb, const community::Standing& who, const community::List& list,
                             Instant now);

// A reason for each ground, its words naming rule, fact and book: "AMBER is above GREEN, the highest that a team that is corporate receives
// on teams (rule book apcert, version 1)". `for_self`: the person concerned (or the representative) reads it, so a sanction and its
// decision may be named; otherwise they are not.
[[nodiscard]] std::vector<community::Reason> explain(const Rulebook& rules, const Permission& decision, const community::Standing& who,
                                                     const community::List& list, bool for_self = false);

// ---- a post as a whole ----

enum class Verdict : std::uint8_t { distribute, hold, refuse, drop };
[[nodiscard]] std::string_view name(Verdict v);  // distributed | held | refused | dropped

// What stands under a post as a whole (K4), and whose it is.
enum class Signature : std::uint8_t {
    none,
    author,     // good, of the person in From
    other,      // good, of somebody else of the register
    unknown,    // not good, or by a key that is nobody's here
    partial,    // of a part of it, or by two: it counts as none
    replayed,   // of the author, and it came before, with another mail or in another transaction (K7)
    old,        // of the author, and too long ago
    unsure,     // of the author, and from before the database was put back from a copy: nobody knows whether it came before (K7)
    elsewhere,  // of the author, over To or Cc as well, and they do not name the address it came to: it counts as none
};
[[nodiscard]] std::optional<Signature> signature_from(std::string_view name);

// What tells a mail that somebody else sent once more: its author is proven by DMARC alone, which is over what they wrote and not over the
// way it took, and the same came here before.
enum class Again : std::uint8_t {
    no,       // or as its author's program sends to several addresses
    here,     // to this address
    aside,    // to another one, and neither To nor Cc names this one
    waits,    // to this address, where it waits for a moderator as such a mail
    twice,    // to this address, handed over twice by the MTA in front, as one that did not hear that we have it
    carried,  // it did not come before: neither To nor Cc names this address, and the envelope is not its author's
    unsure,   // it is dated before the database was put back from a copy, and one of the two is so: it may have come before
};

// What the mailroom found out about a post before it asks.
struct PostFacts {
    bool loop = false;       // carries our own List-Id
    bool automatic = false;  // a robot's: null sender, Auto-Submitted, signs of vacation programs (RFC 3834, M2)
    bool unanswered =
        false;  // a person's that is not to be answered automatically: Precedence, X-Auto-Response-Suppress, List-Id of others
    bool known_sender = false;  // From names exactly one person of the register
    bool may_know_list = false;
    community::Strength strength = community::Strength::none;
    bool surely_brought = false;                 // SPF passes for their envelope: a letter to them comes to who sent it
    community::Tlp label = community::Tlp::red;  // what the label lexer made of it
    bool label_held = false;                     // unknown label, or a conflict that must be held
    std::string label_why;                       // in the lexer's words
    std::optional<community::Tlp> parent;        // label of the post it replies to, where that is on the same list
    bool from_parent_team = false;               // the sender's team originated the parent (L4)
    std::optional<community::Tlp> before;        // label of the same mail where it came before, as far as it counts for this one
    bool anyone_named = false;                   // To or Cc names persons of the roster, others than its author
    bool names_unproven = false;                 // To and Cc stand outside of what proves the author, so that they name nobody
    bool released = false;                       // a moderator released it; authentication and moderation are settled, standing is not (A3)
    Signature signature = Signature::none;
    bool encrypted = false;  // as a whole (K3), and the list has a key to which it may be
    bool unopened = false;   // it is encrypted or signed, and what is inside cannot be read
    Again again = Again::no;
    bool other_author = false;   // a protected header inside says that somebody else wrote it than the person in From
    bool anothers_data = false;  // what is encrypted in it came here before, with a mail of somebody else (K6)
};

struct Judgement {
    Verdict verdict = Verdict::hold;
    community::Tlp label = community::Tlp::red;  // after the parent's floor
    std::vector<community::Reason> because;      // first the one that decided
    bool tell_sender = false;                    // the sender may and should be told (authenticated, neither automatic nor unanswered)
};

// How strongly proven somebody hears what becomes of their post (M4): as the list asks, or by DMARC where it asks for a signature.
[[nodiscard]] community::Strength enough_to_answer(const community::List& list);

// What OpenPGP tells against a post or mail to who runs the list, whoever released it; none: nothing. Not for whoever is not proven to be
// the person in From, because it tells what could be opened (K6).
[[nodiscard]] std::optional<community::Reason> objection_of_openpgp(const PostFacts& facts, const community::List& list,
                                                                    const Rulebook& rules);

// Two authors in one mail prove neither to whoever reads it; none: there are not.
[[nodiscard]] std::optional<community::Reason> objection_of_author(const PostFacts& facts);
// Whoever catches what somebody sealed to the list could have it opened as their own; none: it is not known to be anybody else's. Before
// anything of what is inside is told, and whoever lets it go: nobody can see whose it is.
[[nodiscard]] std::optional<community::Reason> objection_of_data(const PostFacts& facts);
// What a moderator settles of a mail that somebody else than its author sent, or sent once more, to `address`; none: it is none.
[[nodiscard]] std::optional<community::Reason> objection_of_sending(const PostFacts& facts, std::string_view address);

// Sealed to a list, which encrypted once, it would leave as something that nobody can read, or in clear, which its author did not ask for;
// none: it was not, or leaves as it came.
[[nodiscard]] std::optional<community::Reason> objection_of_sealing(const PostFacts& facts, const community::List& list);

// The label of what answers a post: never below that one's, unless the originator's team replies (L4); nor below its own of before. Mail
// to who runs a list as well.
[[nodiscard]] community::Tlp with_floor(const PostFacts& facts);
[[nodiscard]] std::optional<community::Reason> why_raised(const PostFacts& facts, const Rulebook& rules);  // none: it was not

[[nodiscard]] Judgement judge(const Rulebook& rules, const PostFacts& facts, const community::Standing& sender, const community::List& list,
                              const World& world);

}  // namespace caveat::policy
