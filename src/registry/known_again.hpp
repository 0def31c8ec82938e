#pragma once
// Ruling (kk): who left a team is known again, by address and by key, also under another id. What they had there is remembered as keyed
// hashes (storage::Register) for the rule book's `person.remembered`. Only what is new with a person is asked about.
#include <string>
#include <vector>

#include "caveat/community/people.hpp"
#include "caveat/policy/rulebook.hpp"
#include "caveat/result.hpp"
#include "caveat/storage/store.hpp"

namespace caveat::registry {

// What the one has and the other (null: nobody) has not, each as a short text.
[[nodiscard]] std::vector<std::string> marks_beyond(const community::Person& person, const community::Person* other);
// `after` has something that `before` (null: nobody) had not, and somebody else had in another team. Reads the rows.
[[nodiscard]] bool is_known_elsewhere(const policy::Rulebook& rules, storage::Register& rows, const community::Person* before,
                                      const community::Person& after, Instant now);
// The same of those who are there: `after` brings a key that somebody of another team has on record, and nobody of its own.
[[nodiscard]] bool has_key_of_another_team(storage::Store& store, const community::Person* before, const community::Person& after);
// Item 42: a security hold is on addresses and keys as much as on their person, and does not end by giving them to somebody else.
// errc::denied, saying until when.
[[nodiscard]] Result<void> is_under_no_hold(storage::Register& rows, const community::Person* before, const community::Person& after,
                                            Instant now);
// Entered under an id that somebody had before, with an address or a key that did not count as theirs when they left, or is not remembered
// to have: one that was taken off before, as its mailbox was lost, is as good as a stranger's. So is an address that somebody else had
// since.
[[nodiscard]] bool comes_back_otherwise(storage::Register& rows, const community::Person& person);
// They left with a key, whichever it was, or with one that had been taken from them and waited to be confirmed; of a key that they bring:
// it is the one they left with; it was theirs at some time.
[[nodiscard]] bool left_with_a_key(storage::Register& rows, const PersonId& person);
[[nodiscard]] bool was_their_key(storage::Register& rows, const PersonId& person, const std::string& fingerprint);
[[nodiscard]] bool was_ever_their_key(storage::Register& rows, const PersonId& person, const std::string& fingerprint);
// They left with it, and nobody else had it since.
[[nodiscard]] bool was_their_address(storage::Register& rows, const PersonId& person, const std::string& address);
// By the mark that a revoked key leaves behind when it goes, whoever had it.
[[nodiscard]] bool went_revoked(storage::Register& rows, const std::string& fingerprint);
// Of the key on record: it holds a revocation, and whoever looked at it said that this is one.
[[nodiscard]] bool is_revoked(storage::Store& store, const community::Person& person);
[[nodiscard]] bool loses_an_address(const community::Person& before, const community::Person& after);
// What `before` had and `after` (null: gone) has not; nothing of what nobody has confirmed. Forgets what is old. A link that was sent to an
// address that went opens nothing.
void remember_what_went(const policy::Rulebook& rules, storage::Store& store, const community::Person& before,
                        const community::Person* after, Instant now);

}  // namespace caveat::registry
