#pragma once
// What people are to be told because somebody acted: computed from the record, so that no act can forget it and none is lost (ruling ss).
#include <string>
#include <utility>
#include <vector>

#include "caveat/committee/committee.hpp"
#include "caveat/committee/letters.hpp"

namespace caveat::committee {

// One letter to several people. What is kept so that it is told once: each key with its instant.
struct Telling {
    std::vector<std::pair<std::string, Instant>> keys;  // "decision D-2026-004 opened"
    std::string subject;                                // of the journal entry
    std::string form;                                   // of templates/: "ballot-opened"
    letters::Fields fields;
    std::vector<community::Person> readers;
    std::vector<community::Person> outside = {};  // contacts who are nobody in the register: name and address
    std::optional<Instant> until = {};            // when what it calls for is over
    std::optional<community::Tlp> label = {};     // with one it waits while its reader is on hold, and for a way that fits the label
    storage::Purpose purpose = storage::Purpose::reminder;
};

// Those that are not told yet. Reads only.
[[nodiscard]] std::vector<Telling> untold(storage::Store& store, const vault::Vault& vault, const policy::Rulebook& rules,
                                          const std::string& pages, const std::string& domain, Instant now);

}  // namespace caveat::committee
