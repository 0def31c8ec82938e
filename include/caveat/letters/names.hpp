#pragma once
// What letters call people, teams and themselves by. Of the register as it stands; any thread, each with a store of its own.
#include <string>
#include <string_view>

#include "caveat/storage/store.hpp"

namespace caveat::letters {

// "Orchid-CERT"; the id of a team that has no name, or has left.
[[nodiscard]] std::string called(storage::Store& store, const TeamId& team);
// "Mei Tan (Orchid-CERT)"; the id of a person who has left.
[[nodiscard]] std::string called(storage::Store& store, const PersonId& person);

// Who acted, as the journal writes it down: "person orchid-rep" is "Mei Tan (Orchid-CERT)", "operator root" is "the operator of the server
// (root)", "token 7f3a9c01" is "whoever holds the operator's token "of the console" (7f3a9c01)", "system" is "the server by itself";
// anything else as it is.
[[nodiscard]] std::string who(storage::Store& store, std::string_view actor);

// "key 8F3A..., brought by Ana Nova (Nova-CERT) on 2026-03-02 09:15 UTC, waits to be confirmed; it counts from then on, in the place of
// 77B1...".
[[nodiscard]] std::string in_words(storage::Store& store, const community::Unconfirmed& row);

// Where replies to the committee's letters go: the list of class sec, to which every party may write; without one, and for those who are
// in no team (`outside`), the postmaster of the domain, which names no list (item 65).
[[nodiscard]] std::string reply_address(storage::Store& store, std::string_view domain, bool outside = false);

}  // namespace caveat::letters
