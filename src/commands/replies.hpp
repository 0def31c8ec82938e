#pragma once
// Replies to commands: letters to the address on record, never to the one that was written in From, and few a day. In the caller's
// transaction.
#include <string>
#include <string_view>
#include <vector>

#include "caveat/commands/door.hpp"

namespace caveat::commands {

// Whether one more may go to them; it is counted by `send_reply`. What is not proven has a smaller count of its own.
[[nodiscard]] bool may_reply(const Offices& offices, const PersonId& person, bool proven, Instant now);

struct Reply {
    std::string_view form;  // of templates/
    letters::Fields fields = {};
    std::vector<mail::Attachment> attached = {};
    std::string from = {};  // where a reply to it goes; empty: the owners of the list
    std::optional<Instant> until = {};
};
// About that mail. What cannot be written is in the journal, and stops nothing.
void send_reply(Offices& offices, const storage::Post& about, const PersonId& person, bool proven, Reply reply, Instant now);

}  // namespace caveat::commands
