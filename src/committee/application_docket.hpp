#pragma once
// Connects an application in the database with conduct: reads and replays its acts, looks up its sponsors, describes its timeline.
#include <functional>
#include "caveat/committee/applications.hpp"

namespace caveat::committee {

struct ApplicationDocket {
    std::vector<conduct::ApplicationStep> steps;
    conduct::Application as_is;
};

// errc::corrupt, naming the application, if what is kept makes none: the file is damaged, or was written by a newer program.
[[nodiscard]] Result<ApplicationDocket> read_docket(storage::Store& store, const storage::ApplicationRow& row);
[[nodiscard]] Result<ApplicationDocket> find_application(storage::Store& store, const std::string& id);
// The open application of a team; and the latest one that gave it its present category. An error if one of the team's cannot be read.
[[nodiscard]] Result<std::optional<ApplicationDocket>> open_application_of(storage::Store& store, const TeamId& team);
[[nodiscard]] Result<std::optional<ApplicationDocket>> status_of(storage::Store& store, const TeamId& team);

// What an admission or category decides, and the act that carries it out does (ruling ii).
[[nodiscard]] community::Settings settings_of(const conduct::Application& a);

// A form that was handed in anew with other contacts: who they are decides who is let in (item 21).
struct ContactsChanged {
    std::size_t step = 0;                // of the docket
    std::string what;                    // "nova-rep: Ana Nova <rep@nova.example>, before Ana Nova <ana@nova.example>"
    std::vector<conduct::Contact> gone;  // whose address was another one before
};
[[nodiscard]] std::vector<ContactsChanged> contacts_changed(const std::vector<conduct::ApplicationStep>& steps);

// Whom it lets in, and what was changed of that and of the form after it was signed, for those who vote on it.
[[nodiscard]] std::string applicant_in_words(storage::Store& store, const ApplicationDocket& docket);

// A sponsor as the register has it now; `since`: when it sponsored (item 19).
[[nodiscard]] conduct::SponsorStanding standing_of(storage::Store& store, const policy::Rulebook& rules, const TeamId& team, Instant since,
                                                   Instant now);
[[nodiscard]] std::vector<conduct::SponsorStanding> standings(storage::Store& store, const policy::Rulebook& rules,
                                                              const conduct::Application& a, Instant now);

// Passes the act to conduct and, if that allows it, writes the act and its journal entry.
// `what_follows` is written before the journal entry, which vouches for it too.
[[nodiscard]] Result<void> take_step(storage::Store& store, ApplicationDocket& docket, const community::Actor& by,
                                     const conduct::ApplicationStep& step, const std::function<void()>& what_follows = {});
void keep(storage::Store& store, const std::string& id, const community::Actor& by, const conduct::ApplicationStep& step,
          const std::function<void()>& what_follows = {});

// Called for a decision about to be proposed. An admission or category becomes the ballot of the team's open application, which must be
// ready for it. Part of the proposal's transaction.
[[nodiscard]] Result<void> fits_application(storage::Store& store, const policy::Rulebook& rules, const vault::Vault& vault,
                                            const community::Actor& by, const storage::Motion& motion, Instant now);

[[nodiscard]] ApplicationFile as_file(storage::Store& store, const policy::Rulebook& rules, const ApplicationDocket& docket, Instant now);
[[nodiscard]] ApplicationFile read_file(storage::Store& store, const policy::Rulebook& rules, const storage::ApplicationRow& row,
                                        Instant now);  // readable or not

}  // namespace caveat::committee
