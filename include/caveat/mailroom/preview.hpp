#pragma once
// "What would change?": asks the one decision function twice about the same people, with the facts as they are and with one of them
// changed: a denial, a category, or that they had left. Reads only; writes nothing and sends nothing. What it says of open copies is the
// outbox's own question, what it says of held posts is the author's standing at a release. For the desk's thread or a command. Errors:
// errc::not_found (team, person, list), errc::invalid (nothing supposed, an interval that is over, a category the book lacks).
#include <optional>
#include <string>
#include <vector>

#include "caveat/mailroom/room.hpp"

namespace caveat::mailroom {

struct Supposition {
    TeamId team;                             // its people; or
    PersonId person;                         // this one alone
    std::vector<community::Denial> denials;  // as of a sanction: resource and verbs; whom and when are filled in
    bool left = false;                       // no longer in the register
    std::string category;                    // of the team; empty: as it is
    std::string subtype;
    std::optional<Instant> from;   // none, or past: now. Asked as of that instant
    std::optional<Instant> until;  // of the denials
};

struct ChangedRight {
    PersonId person;
    ListId list;
    community::Verb verb{};
    policy::Answer before{};
    policy::Answer after{};
    community::Reason because;  // of the refusal, or of the ceiling if only that changes
};

struct ChangedCopy {
    PostId post;
    ListId list;
    PersonId person;
    storage::DeliveryState state{};  // queued or deferred
    bool withheld = false;           // would be; false: it would go, and does not as things are
    community::Reason because;
};

struct ChangedPost {  // held; a release would end otherwise
    PostId post;
    ListId list;
    PersonId author;
    bool refused = false;  // would be; false: it would pass, and does not as things are
    community::Reason because;
};

struct Preview {
    Instant at{};  // as of when it was asked
    std::vector<PersonId> people;
    std::vector<ChangedRight> rights;  // by person, list and verb; what stays is left out
    std::vector<ChangedCopy> copies;
    std::vector<ChangedPost> held;
};

[[nodiscard]] Result<Preview> preview(const Room& room, const Supposition& supposed);

}  // namespace caveat::mailroom
