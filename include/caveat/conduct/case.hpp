#pragma once
// The case of a suspected breach (items 26-41): a value, and one pure function that takes it a step further or returns the rule that
// forbids the step.
//   investigating -> first_notice -> second_notice -> sanction_noticed -> effective -> expired | renewed | lifted;  closed, suspended
// Everything follows from stored instants when asked; nothing has to be applied when a clock runs out. An office stores the steps and gets
// the case back by `replay`, which judges nothing again: what was recorded stands whatever today's rules would say to it. A case carries
// the numbers of the rule book under which it began. Any thread.
// Refused: errc::denied "item 33: ... ; earliest 2026-04-01T09:15:00Z" (the rule, and what would be needed), errc::invalid for senseless
// input, errc::not_found for a notice or appeal that is not there. A refused step changes nothing. The office checks that a decision's
// tally meets its rule; here an id must be present where one is needed.
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "caveat/clock.hpp"
#include "caveat/community/standing.hpp"
#include "caveat/conduct/appeal.hpp"
#include "caveat/conduct/notice.hpp"
#include "caveat/conduct/numbers.hpp"
#include "caveat/ids.hpp"
#include "caveat/result.hpp"

namespace caveat::conduct {

// What is done. `notice` and `appeal` are numbers as in Notice::number (an appeal is named by the notice it is against).
struct OpenCase {
    std::string id;
    TeamId team;
    std::string clause;  // of the Code of Conduct
};
struct IssueNotice {  // the first or second compliance notice; there is no third
    Contents contents;
    std::optional<Period> reply_time;
};
struct RecordService {
    int notice = 0;
    Channel channel{};
    Instant stamp{};
};
struct RecordReply {
    int notice = 0;
    std::string reference;
    bool hearsay = false;  // somebody else says so without a paper of it: heard, and no proof that the notice was received (ruling d)
};
struct FindComplied {  // closes the case
    std::string evidence;
    Instant dated{};
};
struct FindContinues {
    std::string evidence;
    Instant dated{};
};
struct IssueSanction {
    Sanction sanction;
};
struct Renew {
    Sanction sanction;
};
struct FileAppeal {
    int notice = 0;
    std::string reference;
};
struct WithdrawAppeal {
    int notice = 0;
};
struct SeatPanel {
    int notice = 0;
    Panel panel;
    // Of the panel that sits, who can sit no longer, looked up by the office; only their places are filled anew (ruling uu). Not on record.
    std::vector<PersonId> left = {};
};
struct CastPanelVote {  // a panelist may change it until enough agree; then the result bites by itself
    int notice = 0;
    PersonId person;
    Ruling ruling;
};
struct Lift {          // before or after effect, from now on; never lengthens
    DeniedSet denied;  // empty: wholly
};
struct CloseCase {
    std::string reason;
};

using Act = std::variant<OpenCase, IssueNotice, RecordService, RecordReply, FindComplied, FindContinues, IssueSanction, Renew, FileAppeal,
                         WithdrawAppeal, SeatPanel, CastPanelVote, Lift, CloseCase>;

// What is always true of an act: a row for each alternative of Act.
enum class Whose { committee, party, panel };  // to do: the desk records for all of them
struct ActTraits {
    std::string_view name;  // on record: "issue"
    Whose whose;
    std::string_view decision;  // the kind of decision it rests on; empty: none
    std::string_view entry;     // in the journal: "case.notice_issued"
};
[[nodiscard]] const ActTraits& traits(const Act& act);
[[nodiscard]] inline std::string_view name(const Act& act) { return traits(act).name; }
[[nodiscard]] inline bool needs_decision(const Act& act) { return !traits(act).decision.empty(); }

struct Step {
    Instant at{};
    std::string actor;
    std::string decision;  // of the committee's register
    Act act;
};

enum class Phase { investigating, first_notice, second_notice, sanction_noticed, effective, renewed, expired, lifted, closed, suspended };
[[nodiscard]] std::string_view name(Phase phase);

struct Lifted {
    Instant at{};
    DeniedSet denied;  // empty: wholly
    std::string decision;
    bool operator==(const Lifted&) const = default;
};

struct Case {
    std::string id;
    TeamId team;
    std::string clause;
    Instant opened{};
    Numbers numbers;
    std::vector<Notice> notices;
    std::vector<Appeal> appeals;
    std::vector<Lifted> lifts;
    std::optional<Instant> closed;
    std::string closing;                 // why: "complied", or the reason given
    std::vector<std::string> decisions;  // every decision cited, in order
    Instant last{};                      // the latest step: time does not run backwards
    // When nobody could speak for the party, because each who does was under a security hold: in order and apart, told by the office. Its
    // window to appeal and its reply time do not run then, since a hold is no penalty (items 37 and 42).
    std::vector<Interval> silences = {};
    bool operator==(const Case&) const = default;
};

[[nodiscard]] Result<Case> open_case(const Step& opening, const Numbers& numbers);
[[nodiscard]] Result<Case> next(const Case& before, const Step& step);
// From the steps on record, the first of which opens it. errc::invalid, naming the step, only where they make no case: the file is damaged.
[[nodiscard]] Result<Case> replay(const std::vector<Step>& steps, const Numbers& numbers, const std::vector<Interval>& silences = {});

// Questions as of an instant not before the case's last step (to look further back, replay fewer steps).
struct State {
    Phase phase{};
    int notice = 0;                 // the latest notice that counts; 0: none
    std::vector<int> open_appeals;  // by notice
    bool in_force = false;          // something is denied at this instant
    bool must_lift = false;         // a ruling after effect binds the committee
    std::optional<Instant> ends;    // of what is in force, as far as known
};
[[nodiscard]] State state_at(const Case& c, Instant now);

// What may happen next, by whom, from when until when. An act that needs something first says so in `needs`.
struct Possible {
    std::string act;
    std::string by;  // "committee", "party", "panel", "secretariat"
    int notice = 0;  // the notice it concerns; 0: the case
    std::optional<Instant> from;
    std::optional<Instant> until;
    std::string needs;
    bool operator==(const Possible&) const = default;
};
[[nodiscard]] std::vector<Possible> what_next(const Case& c, Instant now);

// The intervals of denial that follow from the notices, appeals and lifts: what the register stores for the decision function.
struct CaseDenial {
    int notice = 0;
    Denied denied;
    Interval during;
    std::string decision;
    bool operator==(const CaseDenial&) const = default;
};
[[nodiscard]] std::vector<CaseDenial> denials(const Case& c);
[[nodiscard]] std::vector<CaseDenial> denials_at(const Case& c, Instant now);   // those that hold at this instant
[[nodiscard]] community::Denial as_denial(const Case& c, const CaseDenial& d);  // source "sanction", whole team

// The clocks of one notice. None while not served, or while an appeal stops it.
[[nodiscard]] std::optional<Instant> appeal_ends(const Case& c, const Notice& notice);  // at the end of a day
[[nodiscard]] std::optional<Instant> reply_ends(const Case& c, const Notice& notice);
struct Span {
    Instant from{};
    Instant until{};
    bool operator==(const Span&) const = default;
};
// From the actual effect to the end, before stays and lifts; from may be after until: then it never took effect.
[[nodiscard]] std::optional<Span> effect_of(const Case& c, const Notice& notice);
// A panel suspended it, or the notice it is built on.
[[nodiscard]] bool fallen(const Case& c, const Notice& notice);

// Reminders whose instant falls into [from, to): to the committee before the end of a sanction, when reply time is over, when a panel
// has sat for 30 days, when a ruling binds to lift.
struct Reminder {
    Instant at{};
    std::string kind;  // "sanction-ends", "reply-over", "panel-slow", "must-lift"
    int notice = 0;
    std::string text;
    bool operator==(const Reminder&) const = default;
};
[[nodiscard]] std::vector<Reminder> due(const Case& c, Instant from, Instant to);

}  // namespace caveat::conduct
