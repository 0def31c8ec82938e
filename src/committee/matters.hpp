#pragma once
// What the letters about small records need of the office's reading.
#include "caveat/committee/matters.hpp"
#include "caveat/conduct/application.hpp"
#include "tellings.hpp"

namespace caveat::committee {

// Members and partners of now whom a document is for.
[[nodiscard]] bool is_asked(const policy::Rulebook& rules, const community::Team& team, const Matter& document);

// What the documents of an application accept counts as the team's acceptance. Of a team that has its status, in the admission's
// transaction.
void accept_with_application(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by,
                             const conduct::Application& a, Instant now);

// With what was written beside the row, and whose doing it was.
[[nodiscard]] Matter on_record(storage::Store& store, Matter matter);

// The decision that was proposed last on what a review recommends (item 24).
[[nodiscard]] std::optional<std::string> motion_on(storage::Store& store, const std::string& review);

// Acceptances of the current versions that are not there, with the others.
[[nodiscard]] std::vector<Acceptance> acceptances_of(storage::Store& store, const policy::Rulebook& rules);

// When each member and partner is to confirm its contact data (item 60), by id; none where the rule book asks nobody.
[[nodiscard]] std::vector<ContactCheck> contact_checks_of(storage::Store& store, const policy::Rulebook& rules, Instant now);

// Adds what the committee and the teams are to be told of these records (tellings.hpp).
void add_matters(storage::Store& store, const policy::Rulebook& rules, const std::string& pages, Instant now, std::vector<Telling>& all);

}  // namespace caveat::committee
