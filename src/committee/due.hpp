#pragma once
// What has fallen due by an instant and still matters, whether mailed or not.
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "caveat/committee/committee.hpp"

namespace caveat::committee {

struct Due {
    std::string key;                        // what it is about: "case C-2026-001 3 sanction-ends"
    std::string subject;                    // of the journal entry: "C-2026-001"
    std::string about;                      // for the subject line: "case C-2026-001"
    std::string text;                       // a sentence without its full stop
    std::vector<Instant> instants;          // one, or several that nobody was there to mail
    std::optional<TeamId> not_to;           // the team that it is about
    std::optional<std::set<TeamId>> seats;  // only these; none: everybody whose role has the trait `records`
    bool to_operator = false;               // what only the operator can mend: no letter, a line of the log
    std::string page = {};                  // where it is seen and done: "/cases/C-2026-001"
    std::set<PersonId> also = {};           // and these people, such as a panel that has not decided
    bool of_list = false;                   // of the owners of a list, in `also`, and of nobody else
};

[[nodiscard]] std::vector<Due> all_due(storage::Store& store, const vault::Vault& vault, const policy::Rulebook& rules, Instant now);

inline constexpr std::chrono::hours before_vacant{24 * 60};
// Terms of offices that end within so long, and in which the same team does not go on.
[[nodiscard]] std::vector<community::Term> soon_vacant(storage::Store& store, const policy::Rulebook& rules, Instant now);

[[nodiscard]] std::string role_in_words(const std::string& role);  // "Deputy Chair"; of other roles the word itself

inline const community::Actor by_itself{"system", std::nullopt};

// Holds of which the program itself has told nobody yet, or not since they were extended, whatever a person says of it (C6): whoever places
// one could else keep it quiet. Of one that a person says was told, for a week.
[[nodiscard]] std::vector<storage::HoldRow> holds_without_letter(storage::Store& store, Instant now);

// The people to be told of a hold on this person; empty if there is nobody.
[[nodiscard]] std::vector<community::Person> colleagues(storage::Store& store, const PersonId& held, Instant now);

}  // namespace caveat::committee
