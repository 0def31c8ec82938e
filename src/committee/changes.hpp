#pragma once
// Who changed whose data: read from the journal, so that no door can forget to tell (items 15 and 60, ruling ss).
#include <map>
#include <string>
#include <vector>

#include "caveat/committee/reminders.hpp"
#include "tellings.hpp"

namespace caveat::committee {

// The field names in the words of such an entry: {"what":"addresses: a -> b; key: none -> set"}.
[[nodiscard]] std::vector<std::string> changed_fields(std::string_view detail);

// What these entries give to tell, leaving out what was told. A reader who had such a letter within the hour gets the next with it over;
// `last` knows when each had one.
[[nodiscard]] std::vector<Telling> of_changes(storage::Store& store, const policy::Rulebook& rules, const std::string& pages,
                                              const std::vector<Changed>& entries, const std::map<PersonId, Instant>& last, Instant now);

// The addresses that such an entry took off: before, and not after.
[[nodiscard]] std::vector<std::string> addresses_left(std::string_view detail);

// The address that mail went to before, if it is still there, behind one that is new.
[[nodiscard]] std::string address_behind(std::string_view detail);

// To those addresses, by whom and when: whoever is to be replaced by stealth hears of it where they still read (item 60). Not where they
// are somebody's again, nor while the person is under a security hold, because the mailbox may be in other hands.
[[nodiscard]] std::vector<Telling> of_addresses(storage::Store& store, const std::vector<Changed>& entries, Instant now);

// The team in the words of an entry "person.add" or "person.remove": {"what":"ana@orchid.example of orchid, with key"}. Empty: none.
[[nodiscard]] TeamId team_in(std::string_view detail);

// To who speaks for a team, where somebody else entered a person of it or took one out: whoever is of a team reads what the team may read,
// so nobody becomes that by one pair of hands unseen (ruling ss).
[[nodiscard]] std::vector<Telling> of_people_of_teams(storage::Store& store, const std::string& pages, const std::vector<Changed>& entries,
                                                      Instant now);

// To the committee and the secretariat, without who did it: an office that ended early (with its holder and who speaks for their team), a
// deputy that deputises, a hold by decision that was lifted early, another rule book that is in force, a backup that was put back.
[[nodiscard]] std::vector<Telling> of_offices_and_books(storage::Store& store, const policy::Rulebook& rules, const std::string& pages,
                                                        const std::vector<Changed>& entries, Instant now);

// The text of this name in the words of an entry; empty: it has none.
[[nodiscard]] std::string text_in(std::string_view detail, std::string_view name);

// Tokens that somebody else than their holder made. No letter waits for another.
[[nodiscard]] std::vector<Telling> of_tokens(storage::Store& store, const std::string& pages, const std::vector<Changed>& entries);

}  // namespace caveat::committee
