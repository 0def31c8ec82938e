#pragma once
// Who changed whose data: read from the journal, so that no door can forget to tell (items 15 and 60, ruling ss).
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "caveat/committee/reminders.hpp"
#include "caveat/detail.hpp"
#include "tellings.hpp"

namespace caveat::committee {

// What such an entry says of a change: whose doing it was, whether that was the team's own word, the fields, and of a person the
// addresses, their team, and whether they spoke for it. Read from its fields, never from its words: in those stands what people write.
[[nodiscard]] Changed what_changed(const storage::Entry& entry);

// After a day; where an address of before is to hear of it and its person was under a security hold, a day after the end of that.
[[nodiscard]] bool is_told_no_more(storage::Store& store, const Changed& entry, Instant now);

// Who did it, for a letter: "Kim (orchid)", "Kim (orchid) (with a token in the name of Mei (takin))".
[[nodiscard]] std::string by_whom(storage::Store& store, const Changed& entry);

// Who did what to one subject: with a token that somebody else made, which the journal alone says, it was that one. Its entries are read
// once, however much is asked.
class Doers {
public:
    Doers(storage::Store& store, const std::string& subject);
    // As the journal names them: whoever used the actor's name then, or the actor.
    [[nodiscard]] std::string doer(const std::string& actor, Instant at) const;
    // As lists and files show it: "person kim in the name of person mei", or the actor.
    [[nodiscard]] std::string on_record(const std::string& actor, Instant at) const;
    // For a letter, as `by_whom`.
    [[nodiscard]] std::string in_words(const std::string& actor, Instant at) const;

private:
    storage::Store& store_;
    std::map<std::pair<std::string, Instant>, Changed> lent_;  // what was done in the name of the actor
};
// Of one thing alone.
[[nodiscard]] std::string who_did(storage::Store& store, const std::string& subject, const std::string& actor, Instant at);
[[nodiscard]] std::string doer_of(storage::Store& store, const std::string& subject, const std::string& actor, Instant at);

[[nodiscard]] bool has_field(const Changed& entry, std::string_view field);
// "name, addresses", for a letter.
[[nodiscard]] std::string list_of(const std::vector<std::string>& words);

// What nobody has confirmed yet of this person, a line each.
[[nodiscard]] std::string what_waits(storage::Store& store, const PersonId& person);

// What these entries give to tell, leaving out what was told. A reader who had such a letter within the hour gets the next with it over;
// `last` knows when each had one.
[[nodiscard]] std::vector<Telling> of_changes(storage::Store& store, const policy::Rulebook& rules, const std::string& pages,
                                              const std::vector<Changed>& entries, const std::map<PersonId, Instant>& last, Instant now);

// To the addresses that were taken off a person, or that another one was put before, by whom and when, also where that came in their own
// name: whoever is to be replaced by stealth hears of it where they still read (item 60). Not where they are somebody's again, nor while
// the person is under a security hold, because the mailbox may be in other hands.
[[nodiscard]] std::vector<Telling> of_addresses(storage::Store& store, const std::vector<Changed>& entries, Instant now);

// It changed who speaks for a team; whoever does hears who else does.
[[nodiscard]] bool is_of_its_voice(const Changed& entry);

// Who would speak for the team now but for a security hold.
[[nodiscard]] std::vector<community::Person> held_voices(std::span<const community::Person> people,
                                                         std::span<const community::Denial> denials, const TeamId& team, Instant now);

// To who speaks for a team, where somebody who did not speak for it then entered a person of it, took one out, changed who speaks for it,
// or what the team is known by, or where its status or a clearance was given or taken by a decision: whoever is of a team reads what the
// team may read, so nobody becomes that by one pair of hands unseen, nor its voice (ruling ss). Where nobody else speaks for it, to all its
// people; who would speak for it but for a security hold hears of it when that ends, and who spoke for it and was taken out where they read
// until then.
[[nodiscard]] std::vector<Telling> of_people_of_teams(storage::Store& store, const policy::Rulebook& rules, const std::string& pages,
                                                      const std::vector<Changed>& entries, Instant now);

// To the committee and the secretariat, without who did it: that somebody else than the team took away who spoke for it, or gave it a
// voice while who has it is under a security hold, that the second factor of somebody in office was ended, an office that ended early (with
// its holder and who speaks for their team), a deputy that deputises, a hold by decision that was lifted early, another rule book that is
// in force, a backup that was put back.
[[nodiscard]] std::vector<Telling> of_offices_and_books(storage::Store& store, const policy::Rulebook& rules, const std::string& pages,
                                                        const std::vector<Changed>& entries, Instant now);

// Tokens that somebody else than their holder made, or another person ended. No letter waits for another.
[[nodiscard]] std::vector<Telling> of_tokens(storage::Store& store, const std::string& pages, const std::vector<Changed>& entries);

// The factor that was enrolled takes the place of one that its person did not end: somebody else did, or a security hold.
[[nodiscard]] bool follows_a_lost_factor(storage::Store& store, const storage::Entry& enrolled);
// Second factors that somebody else ended, and what was set up in their place: to the person, at once.
[[nodiscard]] std::vector<Telling> of_factors(storage::Store& store, const std::string& pages, const std::vector<Changed>& entries);

// Whom a person put on a list that only its roster reads: to its owners, or where it has none and takes RED to those on it. Not what one of
// its owners did, unless they made themself that.
[[nodiscard]] std::vector<Telling> of_rosters(storage::Store& store, const policy::Rulebook& rules, const std::string& pages,
                                              const std::vector<Changed>& entries, Instant now);

}  // namespace caveat::committee
