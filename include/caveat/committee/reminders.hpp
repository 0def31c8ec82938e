#pragma once
// Mail that falls due with time. Rights, sanctions and deadlines follow from stored instants whenever they are asked about; a pass over the
// record only tells people what has fallen due (items 35, 43, 49, 50, 52; rulings c and g), and a team of a hold on one of its people (item
// 42, ruling k). Each reminder is recorded by its subject and instant in the transaction that queues its mail. So it goes out once, late if
// nothing ran in time, across restarts and SIGKILL, and once more in its time where a clock had told it that stood ahead. None for a case
// that is over. Lives on the desk. A letter that cannot be written is a line of `troubles` and is tried again at the next pass.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "caveat/clock.hpp"
#include "caveat/committee/letters.hpp"
#include "caveat/known_time.hpp"
#include "caveat/policy/rulebook.hpp"
#include "caveat/storage/store.hpp"

namespace caveat::committee {

// An entry "person.add", "person.remove", "person.change", "person.waits", "person.confirm", "team.change", "team.revoked", "token.created",
// "token.revoked", "term.begun", "term.ended", "term.deputised", "term.change", "term.remove", "hold.extended", "hold.lifted",
// "policy.taken", "policy.adopted", "factor.forgotten", "factor.enrolled", "subscription.add", "subscription.change",
// "subscription.remove", "database.put_back" or "community.load.undecided" of the journal.
struct Changed {
    std::int64_t number = 0;
    Instant at{};
    std::string actor;  // whose doing it is: of what came with a token that somebody else made, who made it
    PersonId person;
    std::vector<std::string> fields;     // "addresses", "key"
    TeamId team = {};                    // of "team.change" and "team.revoked", which name no person
    std::string put_out = {};            // of "team.revoked": the decision by which its status ended
    std::string named = {};              // of who left, who is in the register no more: the name
    std::string in_name = {};            // in whose name that token was
    bool spoke = false;                  // the person spoke for the team until then, as its representative or an alternate
    std::vector<std::string> over = {};  // alternates who spoke for it until the person became its representative
    bool own = false;                    // the word of the team itself: of who spoke for it when it was done
    std::string token = {};              // of "token.created"
    std::string ended_token = {};        // of "token.revoked"
    std::vector<std::string> left = {};  // addresses that the person had before, and not after; of who left, all
    bool key_went = false;               // another key took the place of one, or that was taken away
    std::string behind = {};             // the address that mail went to before, and that stands behind a new one now
    bool entered = false;                // of "person.add", which then names person and team
    bool gone = false;                   // of "person.remove", the same
    std::string role = {};               // of a term of an office, or of `list`: whose is in `person`
    std::string during = {};             // of such a term
    bool moved = false;                  // a load gave it another end, or left it out
    std::string reason = {};             // why it ended; empty: the person deputises
    std::string book = {};               // of a rule book: its SHA-256
    std::string loaded = {};             // what a load did that the committee decides
    bool onto = false;                   // `person` was put on `list`, or given that role of it
    ListId list = {};                    // of a place on it that ended, or whose `fields` changed: whose it is, is in `person`
    std::string less = {};               // of a term that begins: in which it is less than was elected
    std::string hold = {};               // of a hold on `person` that was lifted early or extended: the act
    std::string against = {};            // of such a hold: the decision by which it stood, or is extended
    std::string longer = {};             // of one that was extended: until when
    std::string factor = {};             // of a second factor that somebody else ended, or the next one of that person: the act
    std::string state_of = {};           // of a database that was put back: when its backup was made
    Instant heard = {};                  // when the daemon could first tell it, where none ran when it was done
};

class Reminders {
public:
    Reminders(storage::Store& store, const policy::Rulebook& rules, const Clock& clock, const Postage& postage);

    struct Pass {
        std::size_t letters = 0;  // queued
        std::vector<std::string> troubles;
        std::vector<std::string> to_operator;  // lines of the log: what only the operator can mend, each told once
    };
    // To the people with a term as sc, chair, deputy_chair or secretariat, never of the team a case is about, nor into a mailbox on hold:
    //   cases       60, 45 and 35 days before a sanction ends, reply time over, a panel that has sat for long, a ruling that binds to lift
    //   terms       60 days before one of these offices is vacant
    //   decisions   3 days before a ballot of the seats closes, to those that have not voted
    //   meetings    62 days after the last of the committee, if none is called within as long; once in a year without one face to face;
    //               10 months after the last General Meeting, if none is called within as long
    //   duties      of a yearly duty whose day has come, those of whom nothing is on record
    //   holds       of somebody whose team has nobody else who could be told
    //   lists       14 and 3 days before one ends, to whoever runs it; where nobody does, to all of these
    // To the operator: a case or a ballot whose record cannot be read. It stops nothing else.
    [[nodiscard]] Pass send_due();
    // Who must act is told, each of one thing once (ruling ss):
    //   meetings    to the electorate, when one is convened: what is to be decided, and when it sits
    //   ballots     to the voters when it opens and, unless it was put down with the votes of all, when it is over; to members three
    //               days before it closes if they have not voted
    //   cases       replies, appeals and their withdrawal to the committee, and that clocks stand still because of security holds; the
    //               result of an appeal to both sides; what the committee did without a notice to the team; a place on a panel to the
    //               panelist
    //   people      whose data somebody else changed; when it is a team's contact, the representatives of the other Operational Members.
    //               Who had such a letter within the hour gets the rest in one when it is over. An address that somebody else took off a
    //               person hears of that itself, at once
    //   votes       that somebody else recorded, to who speaks for the team or holds its seat, of a tie to the chair, of a panel to the
    //               panelist; at once. So it is of a service, a reply, an appeal, a declaration, an acceptance or a confirmation
    //   teams       to who speaks for one: somebody else, of it or not, entered a person of it, took one out, changed who speaks for it, its
    //               name, economy, constituency, ranges or clearances, or whether it is the primary contact, or ended its status; where
    //               nobody else speaks for it, to all its people, and to who was taken out; that somebody does not speak for it any more,
    //               or does while who speaks for it is under a hold, if that was no doing of the team, to the committee; at once
    //   offices     that ended early, and a deputy that deputises: to the committee, and whose it is; at once
    //   holds       that were lifted early: to the committee, whose hold it was, and who of their team is told of holds; at once
    //   rule book   another one is in force: to the committee; at once
    //   loads       that did what the committee decides: to the committee; at once, one letter a load
    //   tokens      that somebody else made in a person's name, to that person; at once. So it is of a second factor that somebody else
    //               ended, or a hold did, and of the next one; of whoever holds an office to the committee as well
    //   rosters     whom others than its owners put on a list that only its roster reads, or made its owner, to those, and for 30 days to
    //               whose ownership others ended; where it has none, and had one in these days or takes RED, to those on it. Whose role of a
    //               list others ended hears of that
    //   applications  every step to the applicant and the sponsors
    //   reviews     to the committee when one opens and closes, and what a team declares or takes back; to the team when it closes
    //   duties      to who speaks for the team 14 days before one is due, and when it was due and nothing is on record
    //   contacts    to who speaks for the team 14 days before it is to confirm its contact data, and when that is overdue
    //   documents   to who speaks for each team that is asked to accept a version and has not
    // The accused never hears of a ballot about it, and a mailbox that is held hears nothing of a case or a ballot before the hold ends.
    // Something that happened more than a week before is told no more. The pass also writes down who may vote in what has just opened, who
    // has left (ruling tt), from when and until when nobody speaks for a team whose people are held (silences.hpp), and ends the reading of
    // panels that decided 30 days ago (ruling l), that one while the clock is not doubted. What a clock that stood ahead wrote of ballots to
    // come, and told, the first pass after it was set right takes back: not one by a clock that is doubted because it stands behind, which
    // writes down no roll either. Cheap: called whenever something was written. The voters hear `soon` after the opening: what was put down
    // together with its votes is over by then.
    [[nodiscard]] Pass tell_who_must_act();
    static constexpr std::chrono::seconds soon{10};
    // To the other representatives of a held person's team, or to its other people where it has none; recorded with the hold. Once more when
    // it is extended: the end that they were told is none any more. Cheap.
    [[nodiscard]] Pass tell_of_holds();

private:
    void listen(Instant now);
    struct Look {
        Instant now{};
        std::optional<Instant> rather;  // where the clock is doubted
        [[nodiscard]] bool is_behind() const { return rather && now + KnownTime::slack < *rather; }
    };
    [[nodiscard]] Look look_at_clock();
    // Of ballots, and of teams for which nobody can speak. Whether anything was, or would be, written.
    bool keep_record(const Look& look, bool only_look);

    storage::Store& store_;
    const policy::Rulebook& rules_;
    const Clock& clock_;
    Postage postage_;
    KnownTime known_;  // doubts a clock that jumped ahead, before a panel's reading is ended, and one that fell back
    std::optional<Instant> last_pass_ = {};
    // Where the clock stood when it was seen behind a pass before, or at the first one; none: what it wrote that stood ahead is taken back.
    std::optional<Instant> set_back_to_ = {};
    std::int64_t heard_ = -1;                // the last entry of the journal that was looked at
    std::vector<Changed> changed_;           // what it said of people, of the last hours
    std::map<PersonId, Instant> last_news_;  // of changes, to whom; after a restart nobody had one
};

}  // namespace caveat::committee
