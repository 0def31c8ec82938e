#pragma once
// What one command does, by the office whose it is. In the caller's transaction.
#include <string>
#include <vector>

#include "caveat/commands/door.hpp"

namespace caveat::commands {

// Who asks, and how that is known.
struct Asking {
    access::Caller caller;
    PersonId person;
    ListId list;         // whose address it was sent to
    std::string signer;  // fingerprint of the key that signed; empty: it was confirmed, or needs no proof
    Instant made = {};   // the signature
};

// What is told of it.
struct Told {
    std::string lines = {};
    bool help = false;
    std::vector<mail::Attachment> attached = {};
};

// errc::not_found for what is not there and for what the caller may not know of, in the same words; else the office's refusal.
[[nodiscard]] Result<void> do_command(Offices& offices, const Asking& asking, const Command& command, openpgp::Engine& look, Told& told);

}  // namespace caveat::commands
