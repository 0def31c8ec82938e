#pragma once
// Who wrote a post that is judged now, what proves it, and what they may know of the list that they wrote to.
#include <optional>
#include <string>

#include "caveat/policy/decide.hpp"
#include "preparation.hpp"
#include "sender.hpp"

namespace caveat::mailroom {

struct Author {
    Sender sender;
    policy::Signature signature{};
    community::Strength came{};  // what proves them without the signature
};
// A signature of the person in From, over all of it and for the first time, proves more than anything else.
[[nodiscard]] Author author_of(const Room& room, const storage::Post& post, const Prepared& bytes);
// One submission to several lists is one use (K7).
void use_up_signature(const Room& room, const storage::Post& post, const Prepared& bytes);

// None: there is no such list, or none that they may know of, and nothing that follows depends on which it is (A7). Whoever has left the
// register since then hears nothing.
[[nodiscard]] std::optional<community::List> list_known_to(const Room& room, const std::optional<PersonId>& person, const ListId& id,
                                                           Instant now);

// As of a command: whoever writes from the mailbox of a person under a security hold does nothing and hears nothing (item 42). None: their
// mailbox is their own. `standing`: of that person.
[[nodiscard]] std::optional<community::Reason> objection_of_mailbox(const community::Standing& standing, Instant now);

}  // namespace caveat::mailroom
