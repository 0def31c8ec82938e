#pragma once
// The documents of an application: handing one in. In the caller's transaction.
#include "caveat/committee/applications.hpp"

namespace caveat::committee {

// What is handed in is kept; a hash without it names one that is kept already, and nothing else (item 20). Sets what the act says of
// its document. errc::invalid: the act hands in none, or another; errc::denied: none of that hash is kept; and as `keep_paper`.
[[nodiscard]] Result<void> keep_document(storage::Store& store, const vault::Vault& vault, const community::Actor& by,
                                         const std::string& id, conduct::ApplicationAct& act, const Paper& paper, Instant now);

}  // namespace caveat::committee
