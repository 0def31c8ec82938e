#include "tellings.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "application_docket.hpp"
#include "bindings.hpp"
#include "caveat/committee/reminders.hpp"
#include "caveat/community/representation.hpp"
#include "caveat/letters/names.hpp"
#include "caveat/mail/message.hpp"
#include "caveat/moment.hpp"
#include "docket.hpp"
#include "electors.hpp"
#include "matters.hpp"
#include "proposals.hpp"
#include "register.hpp"
#include "rooms.hpp"

namespace caveat::committee {
namespace {

using conduct::Rule;
using namespace std::chrono_literals;

constexpr auto news_for = 24h * 7;                 // what happened longer ago is told no more
constexpr auto petition_is_over_after = 24h * 60;  // behind the end of a ballot; gm.reduced_delay of the rule book is 28 days
constexpr auto settled_in = Reminders::soon;       // a ballot put down with its votes is over before anybody could act
constexpr auto before_members_close = 24h * 3;     // as the seats are reminded

bool of_the_committee(Rule rule) { return rule == Rule::approval || rule == Rule::unanimity; }

// What a pass over the record needs of the register.
struct Desk {
    storage::Store& store;
    const policy::Rulebook& rules;
    const std::string& pages;
    const std::string& domain;
    Instant now;
    std::vector<community::Person> people = {};
    std::vector<community::Term> terms = {};  // those that count now
    std::vector<community::Denial> denials = {};

    [[nodiscard]] bool untold(const std::string& key, Instant at) const { return !store.minutes().reminded(key, at); }
    [[nodiscard]] std::string team_name(const TeamId& id) const { return letters::called(store, id); }
    [[nodiscard]] std::string person_name(const PersonId& id) const { return letters::called(store, id); }
    [[nodiscard]] std::string link(std::string_view path) const { return pages.empty() ? std::string() : fmt::format("{}{}", pages, path); }

    template <class Wanted>
    [[nodiscard]] std::vector<community::Person> those(Wanted wanted) const {
        std::vector<community::Person> some;
        for (const auto& person : people) {
            if (!person.addresses.empty() && wanted(person)) some.push_back(person);
        }
        return some;
    }
    template <class Of>
    [[nodiscard]] bool has_term(const PersonId& person, Of of) const {
        return std::any_of(terms.begin(), terms.end(), [&](const auto& term) { return term.person == person && of(term.role); });
    }
    [[nodiscard]] bool seated(const PersonId& person) const {
        return has_term(person, [&](const auto& role) { return rules.office_of(role) == community::Office::seat; });
    }
    [[nodiscard]] bool keeps_record(const PersonId& person) const {
        return has_term(person, [&](const auto& role) { return rules.role_has(role, policy::Trait::records); });
    }
    // Its representative, whose letter waits for the end of a hold, and meanwhile the alternates, who act (item 15).
    [[nodiscard]] bool speaks(const community::Person& person) const {
        return person.representative || community::speaks_for_team(person, people, denials, now);
    }
    // Of a ballot of the seats the holders, of one of the members who speaks for them.
    [[nodiscard]] std::vector<community::Person> voters(const Decision& d, const std::set<TeamId>& teams) const {
        const bool seats = of_the_committee(d.ballot.rule);
        return those([&](const auto& p) { return teams.contains(p.team) && (seats ? seated(p.id) : speaks(p)); });
    }
    [[nodiscard]] std::vector<community::Person> committee_without(const TeamId& party) const {
        return those([&](const auto& p) { return p.team != party && keeps_record(p.id); });
    }
    // Who speaks for the other Operational Members, and hears nothing of it as a member of the committee.
    [[nodiscard]] std::vector<community::Person> other_members(const TeamId& party) const {
        return those([&](const auto& p) {
            if (p.team == party || !speaks(p) || keeps_record(p.id)) return false;
            const auto team = store.directory().team(p.team);
            return team && rules.is_member(team->category);
        });
    }
    [[nodiscard]] std::vector<community::Person> speakers_of(const TeamId& team) const {
        auto some = those([&](const auto& p) { return p.team == team && speaks(p); });
        if (some.empty()) some = those([&](const auto& p) { return p.team == team; });
        return some;
    }
};

std::string in_words(Rule rule) {
    switch (rule) {
        case Rule::approval:
            return "the yes of four sevenths of the seats of the Steering Committee";
        case Rule::unanimity:
            return "the yes of every seat of the Steering Committee";
        case Rule::two_thirds:
            return "the yes of two thirds at the General Meeting";
        case Rule::majority:
            return "the yes of more than half of the members with a vote";
    }
    return {};
}

std::set<TeamId> may_vote(const Decision& d) {
    std::set<TeamId> teams(d.ballot.electorate.begin(), d.ballot.electorate.end());
    for (const auto& team : d.ballot.recused) teams.erase(team);
    for (const auto& gone : d.departures) teams.erase(gone.team);
    return teams;
}

// At a meeting that was called those who are there; only for unanimity the absent vote, too (item 52).
std::set<TeamId> have_not_voted(const Decision& d, bool called) {
    auto teams = may_vote(d);
    if (called && d.ballot.attendance && d.ballot.rule != Rule::unanimity) {
        std::set<TeamId> there(d.ballot.attendance->present.begin(), d.ballot.attendance->present.end());
        for (const auto& giver : conduct::valid_givers(*d.ballot.attendance, d.ballot.electorate)) there.insert(giver);
        std::erase_if(teams, [&](const TeamId& team) { return !there.contains(team); });
    }
    for (const auto& vote : d.votes) teams.erase(vote.team);
    return teams;
}

letters::Fields about(const Desk& desk, const Decision& d) {
    return {{"decision", d.id},
            {"question", d.question},
            {"rule", in_words(d.ballot.rule)},
            {"opens", moment(d.ballot.open.from)},
            {"closes", moment(*d.ballot.open.until)},
            {"meeting", d.ballot.attendance ? moment(d.ballot.attendance->at) : ""},
            {"secret", d.secret ? "yes" : ""},
            {"applicant", d.applicant},
            {"link", desk.link("/decisions/" + d.id)}};
}

void add_ballot(const Desk& desk, const Decision& d, bool called, std::vector<Telling>& all) {
    const auto tell = [&](const char* what, const char* form, Instant at, const std::set<TeamId>& teams, Instant until) {
        const auto key = fmt::format("decision {} {}", d.id, what);
        auto readers = desk.voters(d, teams);
        if (readers.empty() || !desk.untold(key, at)) return;
        all.push_back({{{key, at}}, d.id, form, about(desk, d), std::move(readers), {}, until, community::Tlp::amber_strict});
    };
    const Instant opens = d.ballot.open.from;
    const Instant closes = *d.ballot.open.until;
    if (closes <= desk.now || d.closed) return;
    // Whoever is called to a meeting that has not begun hears of the ballot with it.
    const bool convened = d.ballot.attendance && desk.now < d.ballot.attendance->at;
    if (convened) return tell("convened", "meeting-convened", d.ballot.attendance->at, may_vote(d), d.ballot.attendance->at);
    // Whom nobody called to a meeting may vote, whoever is on record as having been at one.
    const bool over = d.tally.verdict != conduct::BallotResult::open && (called || d.tally.verdict != conduct::BallotResult::no_quorum);
    if (desk.now < opens + settled_in || over) return;
    tell("opened", "ballot-opened", opens, have_not_voted(d, called), closes);
    const Instant soon = closes - before_members_close;
    if (!of_the_committee(d.ballot.rule) && opens < soon && soon <= desk.now)
        tell("closes soon", "ballot-ends", soon, have_not_voted(d, called), closes);
}

bool is_disallowed(const Decision& d) { return d.petition && d.petition->fate == conduct::Fate::disallowed; }

// How it ended, in words; empty: it has not, or waits for the chair.
std::string outcome_of(const Decision& d) {
    if (d.host) {
        using conduct::HostResult;
        const auto verdict = d.host->tally.verdict;
        if (verdict == HostResult::open || verdict == HostResult::chair_to_decide) return {};
        return verdict == HostResult::chosen          ? "a host is chosen"
               : verdict == HostResult::second_ballot ? "nobody has a majority, and a second ballot decides"
               : verdict == HostResult::no_quorum     ? "there was no quorum, so that nothing is decided"
                                                      : "no host is chosen";
    }
    switch (d.tally.verdict) {
        case conduct::BallotResult::passed:
            return is_disallowed(d) ? "it passed, and a petition of the members disallowed it" : "it passed";
        case conduct::BallotResult::failed:
            return "it did not pass";
        case conduct::BallotResult::no_quorum:
            return "there was no quorum, so that nothing is decided";
        case conduct::BallotResult::open:
            return {};
    }
    return {};
}

std::string what_follows(const Decision& d, Instant ended) {
    if (d.host) return d.host->tally.host.empty() ? "A ballot of its own has to follow." : "";
    if (d.tally.verdict != conduct::BallotResult::passed || is_disallowed(d))
        return "What was asked is not done. To ask it again takes a new ballot.";
    if (d.petition && d.tally.effective && ended < *d.tally.effective) {
        return fmt::format(
            "It passed with a reduced quorum, so that it takes effect on {}, unless {} members sign a petition against it by then.",
            moment(*d.tally.effective), d.petition->needed);
    }
    return "It is in effect, and what it decides may be done now.";
}

// Whoever could vote hears how it ended. Of a secret ballot the counts are all there is; of an open one, who chose what is on its page.
void add_outcome(const Desk& desk, const Decision& d, Instant ended, std::vector<Telling>& all) {
    const auto outcome = outcome_of(d);
    const auto key = fmt::format("decision {} over", d.id);
    auto readers = desk.voters(d, may_vote(d));
    if (outcome.empty() || d.unreadable || readers.empty() || !desk.untold(key, ended)) return;
    auto fields = about(desk, d);
    fields["ended"] = moment(ended);
    fields["outcome"] = outcome;
    fields["counts"] = d.host ? d.host->tally.why : d.outcome.empty() ? d.tally.why : d.outcome;
    fields["follows"] = what_follows(d, ended);
    all.push_back({{{key, ended}}, d.id, "ballot-over", std::move(fields), std::move(readers), {}, {}, community::Tlp::amber_strict});
}

// When it was over, if that was lately.
std::optional<Instant> ended_lately(const storage::Motion& motion, Instant now) {
    const Instant ended = motion.closed.value_or(motion.closes);
    return ended <= now && now < ended + news_for ? std::optional(ended) : std::nullopt;
}

// Put down with all its votes, so that nobody was called to it: how it ended is no news. Where somebody did not vote, it is all they hear;
// and where a petition can be signed, all that those hear who were not there.
bool was_put_down_whole(const storage::Motion& motion, const Decision& d, Instant ended) {
    if (motion.opens + settled_in < ended || d.petition) return false;
    auto silent = have_not_voted(d, motion.meeting.has_value());
    if (d.host) {
        for (const auto& vote : d.host->votes) silent.erase(vote.team);
    }
    return silent.empty();
}

// What a team is recorded to have done in a ballot, in words; empty: nothing of its own. Who is recorded as present is called to vote.
std::string_view recorded_as(const storage::Remark& said) {
    if (said.what == "vote" || said.what == "backs") return "voted";
    if (said.what == "proxy") return said.word.empty() ? "takes its proxy back" : "lends its vote to another team";
    if (said.what == "recused" && said.word.empty()) return "takes no part in this ballot";  // with a word: the rules say so
    if (said.what == "signed") return "signed the petition against this decision";
    return {};
}

// What was recorded of a team, by whom and when.
struct RecordedFor {
    TeamId team;
    std::string what;
    std::size_t number = 0;  // of the remark that says it
    const storage::Remark* said = nullptr;
};

// What each record of attendance takes away or brings: teams that were there by the record before and are not by this one, and of a ballot
// that has votes already also those who come in. Where it was held without a meeting until then, that is everybody who has a vote in it.
std::vector<RecordedFor> attendance_recorded(const std::vector<storage::Remark>& remarks, bool meets) {
    std::vector<RecordedFor> all;
    std::set<TeamId> electors, before;
    bool voted = false;
    for (std::size_t i = 0; i < remarks.size(); ++i) {
        const auto& said = remarks[i];
        if (said.what == "elector") electors.insert(said.team);
        if (said.what == "vote" || said.what == "backs") voted = true;
        if (said.what != "sitting") continue;
        std::set<TeamId> now;
        for (std::size_t j = i + 1; j < remarks.size() && remarks[j].what == "present"; ++j) now.insert(remarks[j].team);
        for (const auto& team : electors) {
            const bool there = now.contains(team);
            if (voted && meets ? there == before.contains(team) : !voted && (there || !before.contains(team))) continue;
            all.push_back({team, there ? "is present at its meeting" : "is not present at its meeting", i + 1, &said});
        }
        before = std::move(now);
        meets = true;
    }
    return all;
}

// The time of a sitting is that of the meeting: when it was put down say those who were present.
Instant recorded_at(const std::vector<storage::Remark>& remarks, std::size_t sitting) {
    return sitting < remarks.size() && remarks[sitting].what == "present" ? remarks[sitting].at : remarks[sitting - 1].at;
}

// Who presides over the choice of a host; nobody: it is no such choice.
TeamId chair_of(const std::vector<storage::Remark>& remarks) {
    const auto found = std::find_if(remarks.begin(), remarks.end(), [](const auto& r) { return r.what == "presides"; });
    return found == remarks.end() ? TeamId{} : found->team;
}

std::vector<RecordedFor> recorded_for_teams(const storage::Motion& motion, const std::vector<storage::Remark>& remarks) {
    auto all = attendance_recorded(remarks, motion.meeting.has_value());
    const auto chair = chair_of(remarks);
    for (std::size_t i = 0; i < remarks.size(); ++i) {
        // It names the candidates; the word is the chair's.
        if (remarks[i].what == "tie-break" && remarks[i].word == "anew")
            all.push_back({chair, "breaks the tie, as the chair of this ballot, whose own word takes the place of this one for a week",
                           i + 1, &remarks[i]});
        if (const auto what = recorded_as(remarks[i]); !what.empty())
            all.push_back({remarks[i].team, std::string(what), i + 1, &remarks[i]});
    }
    return all;
}

// What somebody else recorded of a team: who speaks for it, or holds its seat, hears of it at once, also when the ballot is over by then.
// Not what a vote chose: that is on the page.
void add_recorded(const Desk& desk, const storage::Motion& motion, std::vector<Telling>& all) {
    const bool over = motion.closed.value_or(motion.closes) + petition_is_over_after <= desk.now;
    if (over || desk.now < motion.opens) return;
    const auto remarks = desk.store.minutes().remarks(motion.id);
    for (const auto& one : recorded_for_teams(motion, remarks)) {
        const auto& said = *one.said;
        const Instant at = said.what == "sitting" ? recorded_at(remarks, one.number) : said.at;
        if (at + news_for <= desk.now || is_own_act(desk.store, said.actor, one.team, at)) continue;
        const auto of_team = said.team != one.team ? fmt::format(" {}", one.team) : std::string();
        const auto key = fmt::format("decision {} recorded {}{}", motion.id, one.number, of_team);
        auto readers = desk.those([&](const auto& p) { return p.team == one.team && (desk.speaks(p) || desk.seated(p.id)); });
        if (readers.empty() || !desk.untold(key, at)) continue;
        letters::Fields fields{{"decision", motion.id},
                               {"question", motion.question},
                               {"team", desk.team_name(one.team)},
                               {"what", one.what},
                               {"by", letters::who(desk.store, said.actor)},
                               {"when", moment(at)},
                               {"link", desk.link("/decisions/" + motion.id)}};
        all.push_back({{{key, at}},
                       motion.id,
                       "vote-recorded",
                       std::move(fields),
                       std::move(readers),
                       {},
                       {},
                       community::Tlp::amber_strict,
                       storage::Purpose::in_name});
    }
}

// What a step of a case is for those who did not do it; empty: nothing that they must be told by a letter of its own.
struct News {
    std::string to_committee;
    std::string to_party;
    std::string to_members = {};  // where they were told of the sanction (item 32)
};

std::string_view in_words(conduct::Channel channel) {
    switch (channel) {
        case conduct::Channel::page_read:
            return "you opened it on the pages";
        case conduct::Channel::acknowledgement:
            return "you acknowledged it, signed";
        case conduct::Channel::post_receipt:
            return "the post has a receipt of it";
        case conduct::Channel::own_exchanger:
            return "your own mail server took it";
        case conduct::Channel::relay:
            return "a relay took it";
        case conduct::Channel::sent:
            return "it was sent";
    }
    return {};
}

std::string outcome_words(const conduct::Appeal& appeal) {
    if (appeal.moot) return "has nothing left to decide: a notice below it fell";
    switch (appeal.ruling.outcome) {
        case conduct::Outcome::upheld:
            return "was decided: the notice stands";
        case conduct::Outcome::partially_suspended:
            return "was decided: a part of the sanction is suspended";
        case conduct::Outcome::suspended:
            return "was decided: the notice is suspended and counts no more";
    }
    return {};
}

// What the panel made of a sanction of which the members were told: else they would go by what does not hold.
std::string ruled_for_members(const conduct::Case& c, const conduct::Appeal& appeal) {
    auto otherwise = c;
    std::erase_if(otherwise.appeals, [&](const auto& one) { return one.notice == appeal.notice; });
    const auto any_told = [&](const auto& is) {
        return std::any_of(c.notices.begin(), c.notices.end(), [&](const auto& n) { return n.sanction.tell_members && is(n); });
    };
    if (appeal.moot) return {};
    // Also one that was built on the notice and falls with it.
    if (any_told([&](const auto& n) { return conduct::fallen(c, n) && !conduct::fallen(otherwise, n); }))
        return "the Appeal Panel has suspended the sanction: it does not count";
    const bool in_part = appeal.ruling.outcome == conduct::Outcome::partially_suspended;
    if (in_part && any_told([&](const auto& n) { return n.number == appeal.notice; }))
        return "the Appeal Panel has suspended a part of the sanction";
    return {};
}

// What one pair of hands made of a decision that did not name it (ruling ii); empty: it named all of it.
std::string made_of_decision(const Desk& desk, const conduct::Step& step) {
    if (step.decision.empty() || !leaves_open(desk.store, step.decision, step.act)) return {};
    std::string what;
    if (const auto* a = std::get_if<conduct::FindComplied>(&step.act))
        what = fmt::format("that the party complied, so that the case is closed; the evidence is {}", a->evidence);
    if (const auto* a = std::get_if<conduct::FindContinues>(&step.act))
        what = fmt::format("that the breach continues; the evidence is {}", a->evidence);
    if (const auto* a = std::get_if<conduct::SeatPanel>(&step.act)) {
        std::vector<std::string> names;
        for (const auto& one : a->panel.members) names.push_back(desk.person_name(one.person));
        what = fmt::format("who sits on the panel about notice {}: {} in the chair, with {}", a->notice,
                           desk.person_name(a->panel.chair.person), fmt::join(names, ", "));
    }
    if (std::holds_alternative<conduct::Lift>(step.act)) what = fmt::format("what of the sanction is lifted: {}", told(step));
    if (what.empty()) return {};
    return fmt::format(
        "{} recorded, by your decision {}, {}. The decision did not name that itself; if it is not what you decided, say so "
        "at once",
        letters::who(desk.store, step.actor), step.decision, what);
}

News news_of(const Desk& desk, const conduct::Case& c, const conduct::Step& step) {
    const auto made = made_of_decision(desk, step);
    const auto team = desk.team_name(c.team);
    const auto ended = [&](int notice) -> const conduct::Appeal* {
        for (const auto& appeal : c.appeals) {
            if (appeal.notice == notice && appeal.ended == step.at) return &appeal;
        }
        return nullptr;
    };
    // What somebody else recorded of the party, it hears of at once (ruling ss).
    const auto for_party = [&](std::string what) {
        if (is_own_act(desk.store, step.actor, c.team, step.at)) return std::string();
        return fmt::format("{} recorded that {}. If this is not so, tell the committee at once", letters::who(desk.store, step.actor),
                           what);
    };
    if (const auto* a = std::get_if<conduct::RecordReply>(&step.act)) {
        const bool itself = is_own_act(desk.store, step.actor, c.team, step.at);
        const auto served = a->hearsay ? "That serves no notice" : "With it the notice counts as served, and its clocks run";
        return {fmt::format("{} has replied to notice {}{}", team, a->notice,
                            itself ? std::string() : fmt::format(", as {} recorded", letters::who(desk.store, step.actor))),
                for_party(fmt::format("you replied to notice {}. {}", a->notice, served))};
    }
    if (const auto* a = std::get_if<conduct::RecordService>(&step.act)) {
        if (!conduct::proves_receipt(a->channel)) return {};
        return {{},
                for_party(fmt::format("notice {} counts as served on you since {}: {}. Its clocks run from then on", a->notice,
                                      moment(a->stamp), in_words(a->channel)))};
    }
    if (const auto* a = std::get_if<conduct::FileAppeal>(&step.act)) {
        return {
            fmt::format("{} has appealed against notice {}. That stops the clocks of this notice and of every later one until a panel of "
                        "five has decided. Who sits on it the committee decides, by a ballot of its own",
                        team, a->notice),
            for_party(fmt::format("you appeal against notice {}", a->notice))};
    }
    if (const auto* a = std::get_if<conduct::WithdrawAppeal>(&step.act)) {
        return {fmt::format("{} has withdrawn its appeal against notice {}; the notice stands, and its clocks run on", team, a->notice),
                for_party(fmt::format("you withdraw your appeal against notice {}, so that it stands and its clocks run on", a->notice))};
    }
    if (const auto* a = std::get_if<conduct::SeatPanel>(&step.act)) {
        return {made,
                fmt::format("the panel of five that decides your appeal against notice {} is seated. You hear of its result", a->notice)};
    }
    if (const auto* a = std::get_if<conduct::CastPanelVote>(&step.act)) {
        const auto* appeal = ended(a->notice);
        if (appeal == nullptr) return {};
        return {fmt::format("the appeal of {} against notice {} {}", team, a->notice, outcome_words(*appeal)),
                fmt::format("your appeal against notice {} {}", a->notice, outcome_words(*appeal)), ruled_for_members(c, *appeal)};
    }
    if (std::holds_alternative<conduct::FindComplied>(step.act))
        return {made, "the committee found that you complied, and the case is closed"};
    if (std::holds_alternative<conduct::FindContinues>(step.act)) return {made, {}};
    if (std::holds_alternative<conduct::CloseCase>(step.act)) return {{}, "the committee has closed the case"};
    if (const auto* a = std::get_if<conduct::Lift>(&step.act)) {
        const auto what = fmt::format("the committee has lifted {}", a->denied.empty() ? "the sanction" : "a part of the sanction");
        const bool known = std::any_of(c.notices.begin(), c.notices.end(), [](const auto& n) { return n.sanction.tell_members; });
        return {made, a->denied.empty() ? what : what + "; what stands of it is on the page", known ? what : ""};
    }
    return {};
}

void add_panelists(const Desk& desk, const conduct::Case& c, const conduct::Appeal& appeal, std::vector<Telling>& all) {
    if (!appeal.panel || appeal.ended) return;
    std::vector<const conduct::Panelist*> five{&appeal.panel->chair};
    for (const auto& member : appeal.panel->members) five.push_back(&member);
    for (const auto* one : five) {
        const auto key = fmt::format("case {} panel {} {}", c.id, appeal.notice, one->person);
        if (!desk.untold(key, appeal.filed)) continue;
        auto reader = desk.those([&](const auto& p) { return p.id == one->person; });
        if (reader.empty()) continue;
        std::string others;
        for (const auto* other : five) {
            if (other != one) others += (others.empty() ? "" : ", ") + desk.person_name(other->person);
        }
        const auto room = room_of(desk.store, c, appeal.notice);
        letters::Fields fields{{"case", c.id},
                               {"room", room ? fmt::format("{}@{}", room->id, desk.domain) : ""},
                               {"notice", std::to_string(appeal.notice)},
                               {"chair", one == five.front() ? "yes" : ""},
                               {"presides", desk.person_name(appeal.panel->chair.person)},
                               {"others", others},
                               {"filed", moment(appeal.filed)},
                               {"agree", std::to_string(c.numbers.panel_agree)},
                               {"remind", moment(c.numbers.panel_reminder.after(*appeal.seated, Rounding::later))},
                               {"link", desk.link("/cases/" + c.id)}};
        all.push_back(
            {{{key, appeal.filed}}, c.id, "panel-seated", std::move(fields), std::move(reader), {}, {}, community::Tlp::amber_strict});
    }
}

// A place of an open appeal that nobody fills: the committee has to, and the others of the panel wait for it.
void add_free_places(const Desk& desk, const conduct::Case& c, const conduct::Appeal& appeal, std::vector<Telling>& all) {
    if (!appeal.panel || appeal.ended || !appeal.seated) return;
    std::vector<const conduct::Panelist*> five{&appeal.panel->chair};
    for (const auto& member : appeal.panel->members) five.push_back(&member);
    const auto can = [&](const PersonId& id) { return can_sit(desk.store, desk.rules, appeal, id, desk.now); };
    for (const auto* one : five) {
        const auto key = fmt::format("case {} panel {} place of {}", c.id, appeal.notice, one->person);
        if (can(one->person) || !desk.untold(key, *appeal.seated)) continue;
        const auto sits = [&](const auto& p) { return conduct::sits_on(*appeal.panel, p.id); };
        auto readers = desk.those([&](const auto& p) {
            if (p.team == c.team || p.id == one->person) return false;
            return desk.keeps_record(p.id) || (sits(p) && can(p.id));
        });
        if (readers.empty()) continue;
        const auto text = fmt::format(
            "{} can sit no longer on the panel of the appeal against notice {} in case {}: of another team, of none that is a member, out "
            "of the register, or without the seat they sat for. They read the panel's list no more. The committee fills the place by a "
            "decision; votes that were given stand.",
            desk.person_name(one->person), appeal.notice, c.id);
        letters::Fields fields{{"about", "A place on an Appeal Panel is free"},
                               {"text", text},
                               {"also", "those who sit on the panel"},
                               {"link", desk.link("/cases/" + c.id)}};
        all.push_back({{{key, *appeal.seated}},
                       c.id,
                       "committee-told",
                       std::move(fields),
                       std::move(readers),
                       {},
                       {},
                       community::Tlp::amber_strict});
    }
}

// A vote that somebody else put down: three of them are a result, and that is final.
void add_panel_vote(const Desk& desk, const conduct::Case& c, std::size_t number, const conduct::Step& step, std::vector<Telling>& all) {
    const auto* vote = std::get_if<conduct::CastPanelVote>(&step.act);
    if (vote == nullptr || step.actor == fmt::format("person {}", vote->person)) return;
    const auto key = fmt::format("case {} step {} panelist", c.id, number);
    auto reader = desk.those([&](const auto& p) { return p.id == vote->person; });
    if (reader.empty() || !desk.untold(key, step.at)) return;
    const auto what = fmt::format(
        "{} recorded that you, of the Appeal Panel, voted on the appeal against notice {}. If this is not so, tell the others of "
        "the panel and the committee at once; until three of the panel agree your own vote takes the place of this one",
        letters::who(desk.store, step.actor), vote->notice);
    letters::Fields fields{{"case", c.id},      {"team", desk.team_name(c.team)},     {"what", what}, {"when", moment(step.at)},
                           {"panelist", "yes"}, {"link", desk.link("/cases/" + c.id)}};
    all.push_back({{{key, step.at}},
                   c.id,
                   "case-news",
                   std::move(fields),
                   std::move(reader),
                   {},
                   {},
                   community::Tlp::amber_strict,
                   storage::Purpose::in_name});
}

void add_case(const Desk& desk, const storage::CaseRow& row, std::vector<Telling>& all) {
    const auto docket = read_docket(desk.store, row);
    if (!docket) return;
    const auto& c = docket->as_is;
    const auto tell = [&](std::size_t step, Instant at, const std::string& what, const char* side, std::vector<community::Person> readers) {
        const auto key = fmt::format("case {} step {} {}", c.id, step + 1, side);
        if (what.empty() || readers.empty() || !desk.untold(key, at)) return;
        letters::Fields fields{{"case", c.id},   {"team", desk.team_name(c.team)},     {"what", what}, {"when", moment(at)},
                               {"panelist", ""}, {"link", desk.link("/cases/" + c.id)}};
        const bool of_party = std::string_view(side) == "party";
        const bool of_members = std::string_view(side) == "members";
        all.push_back({{{key, at}},
                       c.id,
                       of_party     ? "case-told"
                       : of_members ? "case-members-news"
                                    : "case-news",
                       std::move(fields),
                       std::move(readers),
                       {},
                       {},
                       of_party ? std::nullopt : std::optional{community::Tlp::amber_strict}});
    };
    for (std::size_t i = 0; i < docket->steps.size(); ++i) {
        const auto& step = docket->steps[i];
        if (step.at + news_for <= desk.now || desk.now < step.at) continue;
        add_panel_vote(desk, c, i + 1, step, all);
        const auto news = news_of(desk, c, step);
        if (!news.to_committee.empty()) tell(i, step.at, news.to_committee, "committee", desk.committee_without(c.team));
        if (!news.to_party.empty()) tell(i, step.at, news.to_party, "party", desk.speakers_of(c.team));
        if (!news.to_members.empty()) tell(i, step.at, news.to_members, "members", desk.other_members(c.team));
    }
    for (const auto& appeal : c.appeals) {
        add_panelists(desk, c, appeal, all);
        add_free_places(desk, c, appeal, all);
    }
}

std::string_view in_words(conduct::DocumentKind kind) {
    switch (kind) {
        case conduct::DocumentKind::form:
            return "its form";
        case conduct::DocumentKind::report:
            return "the report of a sponsor";
        case conduct::DocumentKind::checklist:
            return "the checklist";
        case conduct::DocumentKind::engagement_policy:
            return "its acceptance of the engagement policy";
        case conduct::DocumentKind::handling_policy:
            return "its acceptance of the Information Sharing and Handling Policy";
        case conduct::DocumentKind::key:
            return "the key of its representative";
        case conduct::DocumentKind::other:
            return "one beside those that are asked for";
    }
    return {};
}

// What a step of an application means to the applicant and its sponsors.
std::string news_of(const Desk& desk, const conduct::Application& whole, const conduct::ApplicationStep& step,
                    const std::string& contacts) {
    using namespace conduct;
    if (std::holds_alternative<SubmitApplication>(step.act)) return "was received; next it needs its sponsors and their reports";
    if (std::holds_alternative<AmendForm>(step.act)) return "has a corrected form" + contacts;
    if (const auto* a = std::get_if<SponsorTeam>(&step.act)) return fmt::format("is sponsored by {}", desk.team_name(a->sponsor.team));
    if (const auto* a = std::get_if<AttachDocument>(&step.act)) {
        if (!a->signature.empty()) return "has the signature of its form looked at: " + a->signature;
        return a->sponsor.empty() ? fmt::format("has one more document on record: {}", in_words(a->kind))
                                  : fmt::format("has the report of {}", desk.team_name(a->sponsor));
    }
    if (const auto* a = std::get_if<AgreeVisit>(&step.act))
        return fmt::format("has its site visit agreed, by {}", desk.team_name(a->visitor));
    if (std::holds_alternative<OpenBallot>(step.act)) return "is being voted on by the Steering Committee";
    if (std::holds_alternative<Admit>(step.act)) {
        return whole.of_partner() ? "is approved by the Steering Committee; before the MoU is signed and on record nothing opens"
                                  : "is approved by the Steering Committee: the team is a member from now on";
    }
    if (std::holds_alternative<Decline>(step.act)) return "was declined by the Steering Committee";
    if (std::holds_alternative<RecordMou>(step.act)) return "has its MoU on record: the partnership is active";
    if (std::holds_alternative<WithdrawApplication>(step.act))
        return fmt::format("was withdrawn, by {}", letters::who(desk.store, step.actor));
    if (std::holds_alternative<RevokeStatus>(step.act)) return "is over: the standing it gave was revoked";
    return "has gone a step further";
}

community::Person as_person(const conduct::Contact& contact) {
    community::Person person;
    person.id = contact.id;
    person.name = contact.name;
    person.addresses = {contact.address};
    return person;
}

// An applicant is written to where its form says, until it has people in the register: to those who are to represent it, or else to all.
std::vector<community::Person> contacts_without_people(const Desk& desk, const conduct::Application& a) {
    if (!desk.speakers_of(a.team).empty()) return {};
    std::vector<community::Person> all, representing;
    for (const auto& contact : a.form.contacts) {
        if (!mail::is_address(contact.address)) continue;
        const auto person = as_person(contact);
        if (contact.representative) representing.push_back(person);
        all.push_back(std::move(person));
    }
    return representing.empty() ? all : representing;
}

bool is_of_the_applicant(const Desk& desk, const conduct::Application& a, const std::string& actor) {
    return std::any_of(desk.people.begin(), desk.people.end(),
                       [&](const auto& person) { return person.team == a.team && actor == "person " + person.id.value; });
}

// Whoever is its contact is let in: where somebody else than the applicant changed that, the committee hears who it was and who it is.
void add_contacts_changed(const Desk& desk, const ApplicationDocket& docket, const ContactsChanged& changed, std::vector<Telling>& all) {
    const auto& a = docket.as_is;
    const auto& step = docket.steps[changed.step];
    const auto key = fmt::format("application {} contacts {}", a.id, changed.step + 1);
    if (step.at + news_for <= desk.now || desk.now < step.at || !desk.untold(key, step.at)) return;
    auto readers = desk.committee_without(a.team);
    std::erase_if(readers, [&](const auto& person) { return step.actor == "person " + person.id.value; });
    if (readers.empty()) return;
    const auto text = fmt::format(
        "{} changed the contacts in the form of application {} of {} on {}:\n\n  {}\n\nWhoever is its representative is let in with the "
        "admission. The contact of before and its sponsors are told as well. If this is not what the applicant asked for, say so before "
        "the "
        "vote.",
        letters::who(desk.store, step.actor), a.id, desk.team_name(a.team), moment(step.at), changed.what);
    Telling telling{{{key, step.at}}, a.id, "committee-told", {}, std::move(readers)};
    telling.fields = {{"about", "The contacts of an application were changed"},
                      {"text", text},
                      {"also", ""},
                      {"link", desk.link("/applications/" + a.id)}};
    telling.label = community::Tlp::amber_strict;
    all.push_back(std::move(telling));
}

// Whoever was asked for a vote on it hears that it is gone, and by whom.
void add_withdrawn(const Desk& desk, const ApplicationDocket& docket, std::vector<Telling>& all) {
    const auto& a = docket.as_is;
    if (a.ballots.empty() || !std::holds_alternative<conduct::WithdrawApplication>(docket.steps.back().act)) return;
    const auto& step = docket.steps.back();
    const auto key = fmt::format("application {} withdrawn", a.id);
    if (step.at + news_for <= desk.now || desk.now < step.at || !desk.untold(key, step.at)) return;
    auto readers = desk.committee_without(a.team);
    if (readers.empty()) return;
    Telling telling{{{key, step.at}}, a.id, "committee-told", {}, std::move(readers)};
    telling.fields = {
        {"about", "An application was withdrawn after its ballot was opened"},
        {"text", fmt::format("{} withdrew application {} of {} on {}{}. Its ballot was decision {}. If the applicant did not ask for this, "
                             "tell the others of the committee at once: it can apply again.",
                             letters::who(desk.store, step.actor), a.id, desk.team_name(a.team), moment(step.at),
                             a.admitted ? ", which you had approved" : "", a.ballots.back())},
        {"also", ""},
        {"link", desk.link("/applications/" + a.id)}};
    telling.label = community::Tlp::amber_strict;
    all.push_back(std::move(telling));
}

// The member that visits the site has to do so: it hears that it is down for that, which others record.
void add_visitor(const Desk& desk, const conduct::Application& a, std::size_t number, const conduct::ApplicationStep& step,
                 std::vector<Telling>& all) {
    const auto* visit = std::get_if<conduct::AgreeVisit>(&step.act);
    if (visit == nullptr || is_own_act(desk.store, step.actor, visit->visitor, step.at)) return;
    const auto key = fmt::format("application {} step {} visitor", a.id, number);
    auto readers = desk.speakers_of(visit->visitor);
    if (readers.empty() || step.at + news_for <= desk.now || desk.now < step.at || !desk.untold(key, step.at)) return;
    Telling telling{{{key, step.at}}, a.id, "matter", {}, std::move(readers)};
    telling.fields = {{"about", "A site visit by your team"},
                      {"text", fmt::format("{} recorded on {} that your team visits the site of {}, which application {} needs before the "
                                           "committee votes on it. If it does not, reply to this letter",
                                           letters::who(desk.store, step.actor), moment(step.at), desk.team_name(a.team), a.id)},
                      {"confidential", ""},
                      {"link", ""}};
    all.push_back(std::move(telling));
}

void add_application(const Desk& desk, const storage::ApplicationRow& row, std::vector<Telling>& all) {
    const auto docket = read_docket(desk.store, row);
    if (!docket) return;
    const auto& a = docket->as_is;
    std::set<TeamId> concerned{a.team};
    for (const auto& sponsor : a.sponsors) concerned.insert(sponsor.team);
    std::vector<community::Person> readers;
    for (const auto& team : concerned) {
        for (auto& person : desk.speakers_of(team)) readers.push_back(std::move(person));
    }
    auto outside = contacts_without_people(desk, a);
    std::map<std::size_t, ContactsChanged> by_others;
    for (auto& changed : contacts_changed(docket->steps)) {
        if (is_of_the_applicant(desk, a, docket->steps[changed.step].actor)) continue;
        add_contacts_changed(desk, *docket, changed, all);
        by_others.emplace(changed.step, std::move(changed));
    }
    add_withdrawn(desk, *docket, all);
    for (std::size_t i = 0; i < docket->steps.size(); ++i) add_visitor(desk, a, i + 1, docket->steps[i], all);
    if (readers.empty() && outside.empty()) return;
    // Steps that came together are one letter.
    Telling telling{{}, a.id, "application-step", {}, std::move(readers)};
    std::string steps;
    for (std::size_t i = 0; i < docket->steps.size(); ++i) {
        const auto& step = docket->steps[i];
        const auto key = fmt::format("application {} step {}", a.id, i + 1);
        if (step.at + news_for <= desk.now || desk.now < step.at || !desk.untold(key, step.at)) continue;
        telling.keys.emplace_back(key, step.at);
        const auto changed = by_others.find(i);
        const auto contacts = changed == by_others.end() ? std::string()
                                                         : fmt::format(", in which {} changed the contacts: {}",
                                                                       letters::who(desk.store, step.actor), changed->second.what);
        steps += fmt::format("  {} it {}.\n", moment(step.at), news_of(desk, a, step, contacts));
        // Whom the form named before hears of it where they read.
        if (changed == by_others.end() || !desk.speakers_of(a.team).empty()) continue;
        for (const auto& gone : changed->second.gone) {
            const bool known =
                std::any_of(outside.begin(), outside.end(), [&](const auto& p) { return p.addresses.front() == gone.address; });
            if (!known && mail::is_address(gone.address)) outside.push_back(as_person(gone));
        }
    }
    if (telling.keys.empty()) return;
    telling.fields = {
        {"application", a.id}, {"team", desk.team_name(a.team)}, {"steps", steps}, {"link", desk.link("/applications/" + a.id)}};
    // The pages are for people of the register: to others they do not open.
    auto without_link = telling;
    without_link.fields["link"].clear();
    without_link.readers.clear();
    without_link.outside = std::move(outside);
    if (!telling.readers.empty()) all.push_back(std::move(telling));
    if (!without_link.outside.empty()) all.push_back(std::move(without_link));
}

// Who may confirm what somebody else changed of a person, besides that person: the secretariat, without those who changed it.
void add_unconfirmed(const Desk& desk, std::vector<Telling>& all) {
    for (const auto& id : desk.store.directory().with_unconfirmed()) {
        for (const auto& row : desk.store.directory().unconfirmed(id)) {
            const auto key = fmt::format("unconfirmed {} {}", id, row.what == community::Unconfirmed::What::key ? "key" : "addresses");
            const auto changed_it = [&](const auto& p) {
                return std::find(row.actors.begin(), row.actors.end(), "person " + p.id.value) != row.actors.end();
            };
            if (row.since + news_for <= desk.now || !desk.untold(key, row.since)) continue;
            auto readers = desk.those([&](const auto& p) {
                return p.id != id && !changed_it(p) &&
                       desk.has_term(p.id, [&](const auto& role) { return desk.rules.role_has(role, policy::Trait::administers); });
            });
            if (readers.empty()) continue;
            letters::Fields fields{{"person", desk.person_name(id)},
                                   {"what", letters::in_words(desk.store, row)},
                                   {"id", id.value},
                                   {"link", desk.link("/people/" + id.value)}};
            all.push_back({{{key, row.since}}, id.value, "confirm-change", std::move(fields), std::move(readers)});
        }
    }
}

}  // namespace

std::vector<Telling> untold(storage::Store& store, const vault::Vault& vault, const policy::Rulebook& rules, const std::string& pages,
                            const std::string& domain, Instant now) {
    Desk desk{store, rules, pages, domain, now};
    desk.people = store.directory().people();
    desk.terms = rules.in_force(store.powers().held_terms(now));
    desk.denials = store.powers().denials();
    std::vector<Telling> all;
    for (const auto& motion : store.minutes().motions()) {
        add_recorded(desk, motion, all);
        if (const auto ended = ended_lately(motion, now); ended && desk.untold(fmt::format("decision {} over", motion.id), *ended)) {
            const auto d = assemble_decision(store, rules, vault, motion, now);
            if (d && !was_put_down_whole(motion, *d, *ended)) add_outcome(desk, *d, *ended, all);
        }
        if (motion.closed || motion.closes <= now) continue;
        if (const auto d = assemble_decision(store, rules, vault, motion, now)) add_ballot(desk, *d, motion.meeting.has_value(), all);
    }
    for (const auto& row : store.minutes().cases()) add_case(desk, row, all);
    for (const auto& row : store.applications().all()) add_application(desk, row, all);
    add_unconfirmed(desk, all);
    add_matters(store, rules, pages, now, all);
    return all;
}

}  // namespace caveat::committee
