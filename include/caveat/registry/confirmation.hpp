#pragma once
// A change of a person's address, or of a key that counts, by another's hand waits to be confirmed: by the person, with a session or a
// token of their own, by the key that was there before (which simply signs the new one: Registry::replace_key), or by a second pair of
// hands. Until then the key of before counts, for sealing and for signatures; no link to sign in is sent to an address that nobody
// confirmed, nor in place of a sealed one; and what would be sealed waits. What leaves in clear follows the new address at once: the old
// one may be dead, and whoever may change an address may enter somebody new on the same list, so that nothing is gained by holding it
// back. Who is entered again under an id of before, with an address or a key that did not count as theirs when they left, waits in the same
// way; and so does the first key of somebody who had one when they left and is entered without it, and a key in the place of one that
// counted until somebody brought a copy in which its owner had ended it. So does what came in the name of a person before a security hold
// on them (src/committee/doubted.hpp). What that keeps back: community/confirming.hpp. Pure but for the words; any thread, each with a
// store of its own. Source: item 60, promise K8.
#include <string>
#include <vector>

#include "caveat/community/people.hpp"
#include "caveat/result.hpp"
#include "caveat/storage/store.hpp"

namespace caveat::registry {

// Who does it. With a token that somebody else made it may be the maker.
struct Hand {
    std::vector<std::string> actors;
    bool own = false;  // the person's own, or nobody can be harmed yet: nothing waits
};
[[nodiscard]] Hand hand_of(const community::Actor& by, const PersonId& person);

struct PersonChange {
    const community::Person& before;
    const community::Person& wanted;
    std::string fingerprint;         // of the key before, if that counts: something is or may be sealed to it
    std::string wanted_fingerprint;  // of the key that is wanted; empty: it cannot be read, or there is none
    bool wanted_lapsed = false;      // it is known that nothing can be sealed to it: its owner revoked it, or had it end
    bool wanted_was_theirs = false;  // of somebody who was entered again: by what is remembered, it is the key they left with
};
struct Weighed {
    community::Person put;                              // what the register has from now on
    std::vector<community::Unconfirmed> waits;          // rows that are new, or other than before
    std::vector<community::Unconfirmed::What> settled;  // of which nothing waits any more
};
// The same key with other signatures (a later end, a revocation) is no other key, and never less than was known of it (key_copies.hpp).
// What goes back to what was there before waits no more.
[[nodiscard]] Weighed weigh(const PersonChange& change, const std::vector<community::Unconfirmed>& waiting, const Hand& hand, Instant now);

// errc::denied, saying who else can: whoever changed any of it, the operator being one party whatever the name; with a token that somebody
// else made; and who neither is the person nor administers the community.
[[nodiscard]] Result<void> may_confirm(const community::Actor& by, bool administers, const PersonId& person,
                                       const std::vector<community::Unconfirmed>& waiting);

// A line for each thing that waits (letters::in_words).
[[nodiscard]] std::vector<std::string> unconfirmed_in_words(storage::Store& store, const PersonId& person);

}  // namespace caveat::registry
