#pragma once
// The office of the steering committee: its register of decisions, terms, security holds. Cases have a header of their own (cases.hpp). The
// rules are in conduct; here they are given the facts of the register, and what they allow is written: one transaction per act, with its
// journal entry and the denials that follow from it. Every door reads those denials, so that nothing has to be applied later. Nobody acts
// alone: an act of the committee cites a decision of this register whose tally meets its rule, for this very act and subject, and used for
// no other (C5; items 51, 52, 54). The secretariat, or the operator for it, records and never decides. Lives on the desk, or in the command
// line's process; not for two threads. A refused act changes nothing. Errors: errc::denied with the rule and what would be needed, invalid,
// not_found, conflict. Source: rules.md items 26-54, rulings (a)-(r).
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/clock.hpp"
#include "caveat/committee/viewer.hpp"
#include "caveat/community/deed.hpp"
#include "caveat/community/matter.hpp"
#include "caveat/community/people.hpp"
#include "caveat/conduct/ballot.hpp"
#include "caveat/conduct/case.hpp"
#include "caveat/conduct/hold.hpp"
#include "caveat/policy/rulebook.hpp"
#include "caveat/storage/store.hpp"
#include "caveat/vault/vault.hpp"

namespace caveat::committee {

// What a decision can be about. The act that cites it names the same kind and the same subject.
struct Kind {
    std::string_view name;              // "case.notice"
    std::optional<conduct::Rule> rule;  // the only one that decides it; none: it follows from the subject, or the proposal says
    std::string_view subject;           // what Proposal::subject is: "team", "case", "person", "anything"
};
// case.open (subject: the team), case.notice, case.finding, case.sanction, case.renew, case.panel, case.lift, case.close (subject: the
// case), hold.place, hold.extend, person (the person, who enters another team), admission, category, revocation, clearance (the team), list
// (the list), archive.forget and archive.relabel (the post), archive.let_go (the post or list), review (the review, whose outcome it names:
// item 24), framework, other (anything), election ("ROLE TEAM": seats by the members, chair and deputy by the committee, the secretariat by
// either), host (anything: the conference; the one choice among several, item 57). What takes the standing of an Operational Member,
// category or revocation, is the General Meeting's by two thirds (item 25); of a partner both are the committee's. An admission and a
// category are of the team's open application (its id will do as the subject), which the decision then names with category, subtype and
// economy; into the membership leads an admission only (item 17). A category and a revocation may rest on a review that recommends them
// (`set`: review): it is closed, of the same team, and serves for one decision (item 24). An archive.let_go names the one preservation of
// its subject that ends, which is in force when it is proposed: where there is only one, without being asked.
[[nodiscard]] std::span<const Kind> kinds();

struct Proposal {
    std::string id;  // empty: the next of the year, "D-2026-004"; of what a team may not know of, drawn
    std::string kind;
    std::optional<conduct::Rule> rule;  // none: the kind's
    std::string question;
    std::string subject;
    std::optional<Instant> opens;         // none: now
    std::optional<Instant> closes;        // none: 14 d after it opens, or after the meeting
    std::optional<Instant> meeting;       // none: held electronically; a General Meeting needs one
    std::vector<TeamId> candidates = {};  // host only, and then at least one
    std::string second_of = {};           // host only: the ballot whose two leading are the candidates of this one
    bool secret = false;                  // of the members' ballots and of elections (item 48)
    bool face_to_face = false;            // the meeting, which then has its time (item 50)
    community::Settings set = {};         // what it decides beside its subject: list and label, each setting, a draft (deed.hpp)
};

// The choice of a host: `Decision::votes` then says who took part, and this for whom.
struct HostChoice {
    conduct::HostBallot ballot;
    std::vector<conduct::HostVote> votes;
    conduct::HostTally tally;
};

// Who may vote, as written down at the opening; every later count reads that record (ruling tt).
struct Elector {
    TeamId team;
    std::string right;  // "Mei Tan (orchid-rep), seat 2026-01-01T00:00:00Z - 2028-01-01T00:00:00Z", "member since 2020-01-01"
};

// A decision as recorded, and what follows from it as of the instant it was asked for.
struct Decision {
    std::string id;
    std::string kind;
    std::string question;
    std::string subject;
    std::string proposed_by;
    community::Settings set;  // what it binds (ruling ii)
    std::string book;         // whose numbers decide it: "apcert 1 4fe1…"; empty of what was proposed before that was kept
    conduct::Ballot ballot;   // before the opening its electorate is who would vote as things stand
    std::vector<Elector> electors;
    std::vector<Elector> others;  // of a members' ballot: the Operational Members without a vote, who may sign a petition (item 47)
    bool enrolled = false;        // the two above are on record
    bool secret = false;
    std::vector<conduct::Vote> votes;    // all, in the order recorded; of a secret ballot who voted and never what
    std::vector<std::string> recorders;  // who recorded each of them: "person orchid-rep", or the operator or the secretariat for the team
    std::vector<conduct::Departure> departures;
    std::vector<conduct::Signature> signatures;
    std::vector<std::string> signers;     // who recorded each of them
    std::vector<TeamId> signed_for_them;   // whose signature somebody else recorded, who may take it back
    std::vector<TeamId> recused_for_them;  // of whom somebody else said that they take no part; their own vote undoes it
    std::optional<Instant> closed;  // by the person who presides; without it the ballot closes at its stated time
    std::string outcome;            // the tally's sentence as recorded then
    std::string used_by;            // "case.notice C-2026-407182": the act that cites it; empty: none yet

    conduct::Tally tally;
    std::optional<conduct::Petition> petition;  // only if passed with reduced quorum
    std::optional<HostChoice> host;             // only of kind host; passed: a host was chosen
    std::optional<community::Matter> review;    // whose recommendation is voted on (item 24), as it was closed
    std::string applicant;                      // of an application that it decides: its contacts, and who changed them
    std::string receipt;                        // of the vote just cast in a secret ballot: for the voter, kept nowhere
    bool unreadable = false;  // its record cannot be read as a ballot: `tally.why` says what is wrong, and nothing is counted
};

// What became of the vote that a receipt was given for.
struct Receipt {
    std::string decision;
    TeamId team;
    Instant at{};  // cast
    bool counts = false;
    std::optional<conduct::Choice> choice;  // as it is counted
    std::optional<Instant> replaced;        // by a later vote
    std::string why;                        // one sentence
};

struct Event {  // something that happened, for the timeline
    Instant at{};
    std::string act;  // "issue"
    std::string actor;
    std::string decision;
    std::string what;  // "notice 1 (compliance), reply within 14d"
    int ruled_on = 0;  // of a panelist's vote: the notice whose appeal it is about
};

// What is behind a denial of the register.
struct Cause {
    std::string case_id;  // of a sanction; empty: none
    int notice = 0;       // that set it: with a renewal issued ahead it need not be the latest
    std::string tally;    // of its decision, in one sentence
};

struct HoldFile {
    std::int64_t id = 0;
    conduct::Hold hold;
    bool in_force = false;
    Instant ends{};
    std::string by;  // whose doing it is: "person kim in the name of person mei" with a token that kim made
};

// conduct's numbers from [numbers] of the book; errc::invalid naming the key whose words are not understood.
[[nodiscard]] Result<conduct::Numbers> numbers_of(const policy::Rulebook& rules);

class Committee {
public:
    Committee(storage::Store& store, const vault::Vault& vault, const policy::Rulebook& rules, const Clock& clock);

    // ---- decisions. Anyone of the committee or the secretariat records; a person votes only for their own team. What a team said by its
    // own hand (its representative or seat, signed in, with a token of their own or by signed mail) nobody else replaces; what was recorded
    // for it, it does (item 54).
    [[nodiscard]] Result<Decision> propose(const community::Actor& by, const Proposal& proposal);
    // Replaces the attendance recorded before; if `face_to_face` is left out, that stays as it was. Who has voted is present.
    [[nodiscard]] Result<Decision> attend(const community::Actor& by, const std::string& id, const std::vector<TeamId>& present,
                                          std::optional<bool> face_to_face = std::nullopt);
    [[nodiscard]] Result<Decision> recuse(const community::Actor& by, const std::string& id, const TeamId& team);
    [[nodiscard]] Result<Decision> vote(const community::Actor& by, const std::string& id, const TeamId& team, conduct::Choice choice);
    // For the person who speaks for the team and shows the receipt of its vote; for anybody else the receipt does not exist.
    [[nodiscard]] Result<Receipt> receipt(const community::Actor& by, const std::string& id, std::string_view code);
    // For a host: a seat's vote for a candidate, or for none; and the chair's order of preference, for a tie that the chair's own vote does
    // not break. That order may still be given when the ballot is over and waits for it; and for a week by the chair's own hand, where
    // somebody else said it for the chair.
    [[nodiscard]] Result<Decision> back(const community::Actor& by, const std::string& id, const TeamId& team, const TeamId& candidate);
    [[nodiscard]] Result<Decision> break_tie(const community::Actor& by, const std::string& id, const std::vector<TeamId>& preferred);
    [[nodiscard]] Result<Decision> proxy(const community::Actor& by, const std::string& id, const conduct::Proxy& proxy);
    [[nodiscard]] Result<Decision> petition(const community::Actor& by, const std::string& id, const TeamId& team);  // signs it
    // A signature that somebody else recorded for the team.
    [[nodiscard]] Result<Decision> take_back(const community::Actor& by, const std::string& id, const TeamId& team);
    [[nodiscard]] Result<Decision> close(const community::Actor& by,
                                         const std::string& id);  // early only if every vote is in, or at a meeting that was called
    // A decision exists for the committee and for those who may vote in it; a decision of the committee about a team never for anybody of
    // that team (item 27). errc::corrupt where its record makes no ballot.
    [[nodiscard]] Result<Decision> decision(const Viewer& viewer, const std::string& id);
    [[nodiscard]] std::vector<Decision> decisions(const Viewer& viewer);  // in the order proposed
    // C5, also for other offices: succeeds if the decision passed, is in effect, was not used, and decided what this act does and no less.
    // Where `by` may not know of it, it is not there (item 27); the operator, who is no person, knows of all.
    [[nodiscard]] Result<void> covers(const std::string& id, const community::Deed& act, const community::Actor& by = {});
    // The same, and marks it as used. For an act of another office, inside that act's transaction.
    [[nodiscard]] Result<void> carry(const std::string& id, const community::Deed& act, const community::Actor& by = {});

    // ---- terms: powers for a time (items 7, 49, 53, 54; ruling q; A10). A term of an office needs an election, which it uses up; an owner
    // or moderator of a list needs none, but could read it (ruling ll). A term begins not before the day its election is in effect. Who
    // speaks for the team that was elected, or has its seat, begins it as who keeps the record does.
    [[nodiscard]] Result<community::Term> begin(const community::Actor& by, const community::Term& term, const std::string& decision = {});
    // The Deputy takes the Chair's place for days inside the Deputy's own term.
    [[nodiscard]] Result<community::Term> deputise(const community::Actor& by, const PersonId& person, const Interval& days);
    // Ends a term early, for the holder's own reasons; one that has not begun is removed. Nobody is voted out by this: an office is laid
    // down by its holder or who speaks for their team, or by the operator for them.
    [[nodiscard]] Result<community::Term> end(const community::Actor& by, const community::Term& term, const std::string& reason);
    [[nodiscard]] std::vector<community::Term> terms();  // past and to come

    [[nodiscard]] bool in_a_case(const TeamId& team);  // one about it is not over

    // For a caller who may know of the denial.
    [[nodiscard]] Cause cause_of(const community::Denial& denial);

    // ---- security holds
    [[nodiscard]] Result<HoldFile> place(const community::Actor& by, const PersonId& person, const std::string& reason,
                                         const std::string& decision = {}, std::optional<conduct::Period> length = std::nullopt);
    [[nodiscard]] Result<HoldFile> extend(const community::Actor& by, std::int64_t id, const std::string& decision,
                                          std::optional<conduct::Period> by_length = std::nullopt);
    [[nodiscard]] Result<HoldFile> lift(const community::Actor& by, std::int64_t id);
    // The team was told: due at once (C6). `along` queues the letters that tell it, in the same transaction; who says so without is taken
    // at their word, and the letters go out all the same.
    using AlongHold = std::function<Result<void>(const HoldFile&)>;
    [[nodiscard]] Result<HoldFile> told(const community::Actor& by, std::int64_t id, const AlongHold& along = {});
    [[nodiscard]] std::vector<HoldFile> holds();

private:
    storage::Store& store_;
    const vault::Vault& vault_;  // opens the votes of a secret ballot to count them
    const policy::Rulebook& rules_;
    const Clock& clock_;
};

}  // namespace caveat::committee
