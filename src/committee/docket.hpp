#pragma once
// Connects a case in the database with conduct: reads and replays its acts, keeps its denials up to date, describes its timeline.
#include "case_office.hpp"

namespace caveat::committee {

struct Docket {
    std::vector<conduct::Step> steps;
    conduct::Case as_is;
};

// errc::corrupt, naming the case, if the record cannot be read as a case: the file is damaged, or was written by a newer program.
[[nodiscard]] Result<Docket> read_docket(storage::Store& store, const storage::CaseRow& row);
[[nodiscard]] Result<Docket> find_docket(storage::Store& store, const std::string& id);
void append(storage::Store& store, const std::string& id, const conduct::Step& step);

// Writes the denials that follow from the case to the register: rows are changed in place, new ones added, those that no longer follow
// removed.
void update_denials(storage::Store& store, const conduct::Case& c);

// In a transaction: the denials of its cases as they are when nobody can speak for it at these times (silences.hpp).
void keep_clocks_of(storage::Store& store, const TeamId& team, const std::vector<Interval>& silences);

[[nodiscard]] CaseFile as_file(storage::Store& store, const Docket& docket, Instant now);
[[nodiscard]] CaseFile read_file(storage::Store& store, const storage::CaseRow& row, Instant now);  // readable or not
[[nodiscard]] std::string told(const conduct::Step& step);  // what the step was, in words, for the timeline and the journal

[[nodiscard]] std::string words(const conduct::Period& period);      // "3 months", "14d"
[[nodiscard]] std::string words(const conduct::Sanction& sanction);  // "denies teams: receive post, for 3 months"

}  // namespace caveat::committee
