#pragma once
// What came back of copies after the relay had taken them (RFC 3464). It changes no row of a copy, over whose outcomes the journal has a hash
// (J3), and is shown beside it wherever somebody asks what became of a post or of a person's mail. Thread of the store.
#include <map>
#include <string>

#include "caveat/ids.hpp"
#include "caveat/storage/store.hpp"

namespace caveat::mailroom {

// The readers whose copy of that post could not be delivered, with the codes of the latest report and words of ours for them:
// "550 5.1.1: refused, no such mailbox". Of a report without a code: "not delivered".
[[nodiscard]] std::map<PersonId, std::string> returned_copies(storage::Store& store, const PostId& post);
// The same of one reader; empty: nothing came back.
[[nodiscard]] std::string returned_copy(storage::Store& store, const PostId& post, const PersonId& reader);

}  // namespace caveat::mailroom
