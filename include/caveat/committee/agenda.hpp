#pragma once
// What waits for somebody, and until when, of all that the committee keeps: the one page of a member of the committee and of the
// secretariat (ruling ss), and what a representative has to do. Reads only; what each may see is what the offices show them. Lives with its
// Store.
#include <optional>
#include <string>
#include <vector>

#include "caveat/committee/applications.hpp"
#include "caveat/committee/cases.hpp"
#include "caveat/committee/committee.hpp"
#include "caveat/committee/matters.hpp"

namespace caveat::committee {

struct Waiting {
    std::string what;              // in words, with names: "your vote: Admit Nimbus-CERT?"
    std::string about;             // the id of the thing
    std::string page;              // of the pages: "/decisions/D-2026-004"
    std::optional<Instant> until;  // none: no day is set
    bool theirs = false;           // nobody else can do it for them: a vote, their team's own
};

// Who asks, once for each right: a token may show the one and not the other.
struct Asker {
    Viewer decisions;
    Viewer cases;
    Viewer applications;  // and reviews, duties, documents and contact data
    Viewer holds;
    Viewer people;
};

struct Desks {
    Committee committee;
    Cases cases;
    Applications applications;
    Matters matters;
};

// What ends first comes first, then what has no day. Consistent only within a Store::Reading.
[[nodiscard]] std::vector<Waiting> what_waits(storage::Store& store, const policy::Rulebook& rules, Desks desks, const Asker& asker,
                                              Instant now);

}  // namespace caveat::committee
