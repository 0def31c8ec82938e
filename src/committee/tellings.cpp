#include "tellings.hpp"

#include <algorithm>

#include "caveat/committee/reminders.hpp"
#include "caveat/letters/names.hpp"
#include "caveat/moment.hpp"
#include "changes.hpp"
#include "doubted.hpp"
#include "electors.hpp"
#include "matters.hpp"
#include "proposals.hpp"
#include "register.hpp"
#include "telling_desk.hpp"

namespace caveat::committee {
namespace {

using conduct::Rule;
using namespace std::chrono_literals;

constexpr auto petition_is_over_after = 24h * 60;  // behind the end of a ballot; gm.reduced_delay of the rule book is 28 days
constexpr auto settled_in = Reminders::soon;       // a ballot put down with its votes is over before anybody could act
constexpr auto before_members_close = 24h * 3;     // as the seats are reminded

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
        if (!desk.untold(key, at)) return;
        auto readers = desk.voters(d, teams);
        if (readers.empty()) return;
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
    if (!of_committee(d.ballot.rule) && opens < soon && soon <= desk.now)
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
    if (outcome.empty() || d.unreadable || !desk.untold(key, ended)) return;
    auto readers = desk.voters(d, may_vote(d));
    if (readers.empty()) return;
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

// A seat votes or takes no part, and a chair breaks a tie, by the word of who holds it, not of whoever speaks for their team.
bool is_own(const Desk& desk, const storage::Motion& motion, const RecordedFor& one, const std::string& actor, Instant at) {
    const auto by_office = [&](community::Office office, Instant held) {
        return is_act_of_office(desk.store, desk.rules, office, actor, one.team, held, at);
    };
    const auto rule = conduct::rule_from(motion.rule);
    const bool votes = one.said->what == "vote" || one.said->what == "backs";
    if (one.said->what == "recused" || (votes && rule && of_committee(*rule))) return by_office(community::Office::seat, at);
    if (one.said->what == "tie-break") return by_office(community::Office::chair, motion.meeting.value_or(motion.opens));
    return is_own_act(desk.store, desk.rules, actor, one.team, at);
}

// What somebody else recorded of a team: who speaks for it, or holds its seat, hears of it at once, also when the ballot is over by then.
// Not what a vote chose: that is on the page.
void add_recorded(const Desk& desk, const vault::Vault& vault, const storage::Motion& motion, std::vector<Telling>& all) {
    const bool over = motion.closed.value_or(motion.closes) + petition_is_over_after <= desk.now;
    if (over || desk.now < motion.opens) return;
    const auto remarks = desk.store.minutes().remarks(motion.id);
    std::optional<Doers> doers;  // read only where something is news
    std::optional<Decision> d;
    for (const auto& one : recorded_for_teams(motion, remarks)) {
        const auto& said = *one.said;
        const Instant at = said.what == "sitting" ? recorded_at(remarks, one.number) : said.at;
        if (at + news_for <= desk.now) continue;
        if (!doers) doers.emplace(desk.store, motion.id);
        const auto actor = doers->doer(said.actor, at);
        if (is_own(desk, motion, one, actor, at)) continue;
        const auto of_team = said.team != one.team ? fmt::format(" {}", one.team) : std::string();
        const auto key = fmt::format("decision {} recorded {}{}", motion.id, one.number, of_team);
        if (!desk.untold(key, at)) continue;
        if (!d) d = as_far_as_read(desk.store, desk.rules, vault, motion, desk.now);
        auto readers = desk.those([&](const auto& p) {
            const bool concerned = desk.speaks(p) || desk.seated(p.id) || desk.presides(p.id);
            return p.team == one.team && concerned && actor != "person " + p.id.value && desk.may_know(p, *d);
        });
        if (readers.empty()) continue;
        letters::Fields fields{{"decision", motion.id},
                               {"question", motion.question},
                               {"team", desk.team_name(one.team)},
                               {"what", one.what},
                               {"by", doers->in_words(said.actor, at)},
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

// Who may confirm what somebody else changed of a person, besides that person: the secretariat, without those who changed it.
void add_unconfirmed(const Desk& desk, std::vector<Telling>& all) {
    for (const auto& id : desk.store.directory().with_unconfirmed()) {
        for (const auto& row : desk.store.directory().unconfirmed(id)) {
            const auto key = fmt::format("unconfirmed {} {}", id, row.what == community::Unconfirmed::What::key ? "key" : "addresses");
            const auto changed_it = [&](const auto& p) {
                return std::any_of(row.actors.begin(), row.actors.end(), [&](const auto& hand) {
                    const auto [actor, in_name] = community::doing_of(hand);
                    return actor == "person " + p.id.value || in_name == "person " + p.id.value;
                });
            };
            // What a hold put in doubt came some time before.
            if (row.since + lately_entered + news_for <= desk.now || !desk.untold(key, row.since)) continue;
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
        add_recorded(desk, vault, motion, all);
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
