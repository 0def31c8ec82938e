#include "due.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "caveat/detail.hpp"
#include "caveat/letters/letters.hpp"
#include "caveat/letters/names.hpp"
#include "caveat/moment.hpp"
#include "caveat/storage/voices.hpp"
#include "docket.hpp"
#include "electors.hpp"
#include "proposals.hpp"
#include "register.hpp"

namespace caveat::committee {
namespace {

using conduct::Phase;
using namespace std::chrono_literals;

constexpr auto before_close = 24h * 3;
constexpr std::array before_list_ends{24h * 14, 24h * 3};

bool is_over(Phase phase) { return phase == Phase::closed || phase == Phase::expired || phase == Phase::lifted; }

// A reminder that comes too late to be useful is not mailed.
bool matters(const conduct::Case& c, const conduct::Reminder& r, const conduct::State& state, Instant now) {
    if (r.kind == "must-lift") return state.must_lift;
    if (r.kind == "panel-slow") {
        return std::any_of(c.appeals.begin(), c.appeals.end(), [&](const auto& a) { return a.notice == r.notice && !a.ended; });
    }
    if (r.kind != "sanction-ends") return true;
    const auto notice = std::find_if(c.notices.begin(), c.notices.end(), [&](const auto& n) { return n.number == r.notice; });
    const bool renewed = std::any_of(c.notices.begin(), c.notices.end(),
                                     [&](const auto& n) { return n.renewal && n.built_on == r.notice && !conduct::fallen(c, n); });
    const auto span = conduct::effect_of(c, *notice);
    return !renewed && span && now < span->until;
}

// A record that cannot be read does not stop the others: its clocks stand still, and the operator is told once.
Due unreadable(std::string key, const std::string& subject, const Error& why, Instant since) {
    Due due{std::move(key), subject, "a damaged record", why.detail, {since}, {}, {}};
    due.to_operator = true;
    return due;
}

// Of the panel of that appeal those who have not voted.
std::set<PersonId> silent_panelists(const conduct::Case& c, int notice) {
    std::set<PersonId> silent;
    for (const auto& appeal : c.appeals) {
        if (appeal.notice != notice || appeal.ended || !appeal.panel) continue;
        silent.insert(appeal.panel->chair.person);
        for (const auto& member : appeal.panel->members) silent.insert(member.person);
        for (const auto& vote : appeal.votes) silent.erase(vote.person);
    }
    return silent;
}

void add_cases(storage::Store& store, Instant now, std::vector<Due>& all) {
    for (const auto& row : store.minutes().cases()) {
        const auto docket = read_docket(store, row);
        if (!docket) {
            all.push_back(unreadable(fmt::format("case {} unreadable", row.id), row.id, docket.error(), row.opened));
            continue;
        }
        const auto& c = docket->as_is;
        if (now < c.last) continue;  // the clock was set back: a case cannot be asked about its past
        const auto state = conduct::state_at(c, now);
        if (is_over(state.phase)) continue;
        std::map<std::string, Due> by_key;  // two reminders that were both missed become one letter
        for (const auto& r : conduct::due(c, c.opened, now + 1us)) {
            if (!matters(c, r, state, now)) continue;
            const auto key = fmt::format("case {} {} {}", c.id, r.notice, r.kind);
            auto& due = by_key.try_emplace(key, Due{key, c.id, "case " + c.id, {}, {}, c.team, {}}).first->second;
            due.text = r.text;
            due.page = "/cases/" + c.id;
            if (r.kind == "panel-slow") due.also = silent_panelists(c, r.notice);
            due.instants.push_back(r.at);
        }
        for (auto& [key, due] : by_key) all.push_back(std::move(due));
    }
}

void add_terms(storage::Store& store, const policy::Rulebook& rules, Instant now, std::vector<Due>& all) {
    for (const auto& term : soon_vacant(store, rules, now)) {
        const Instant ends = *term.during.until;
        const Instant at = ends - before_vacant;
        if (at < term.during.from) continue;  // so short a term is seen in what waits
        all.push_back(
            {fmt::format("term {} {}", term.role, term.person),
             term.person.value,
             "a term ends",
             fmt::format(
                 "the term of {} as {} ends {}, and nobody follows on record: whoever does is chosen by an election, a ballot of its "
                 "own",
                 letters::called(store, term.person), role_in_words(term.role), moment(ends)),
             {at},
             {},
             {},
             false,
             "/terms"});
    }
}

void add_ballots(storage::Store& store, const policy::Rulebook& rules, const vault::Vault& vault,
                 const std::vector<storage::Motion>& motions, Instant now, std::vector<Due>& all) {
    for (const auto& motion : motions) {
        const Instant at = motion.closes - before_close;
        if (motion.closed || at < motion.opens || now < at || motion.closes <= now) continue;
        const auto d = assemble_decision(store, rules, vault, motion, now);
        if (!d) {
            all.push_back(unreadable(fmt::format("decision {} unreadable", motion.id), motion.id, d.error(), motion.opens));
            continue;
        }
        // Where no meeting was called, who is not on record as present may vote all the same.
        const bool sits = motion.meeting || !d->ballot.attendance;
        if (d->tally.verdict != conduct::BallotResult::open && (sits || d->tally.verdict != conduct::BallotResult::no_quorum)) continue;
        if (sits && d->tally.complete) continue;
        std::set<TeamId> silent(d->ballot.electorate.begin(), d->ballot.electorate.end());
        for (const auto& vote : d->votes) silent.erase(vote.team);
        for (const auto& team : d->ballot.recused) silent.erase(team);
        if (silent.empty()) continue;
        all.push_back(
            {"decision " + motion.id + " closes",
             motion.id,
             "your vote on decision " + motion.id,
             fmt::format("the ballot on decision {} closes {}, and your seat has not voted in it", motion.id, moment(motion.closes)),
             {at},
             party_of(store, d->ballot.rule, d->kind, d->subject),
             std::move(silent),
             false,
             "/decisions/" + motion.id});
    }
}

using Motions = std::vector<storage::Motion>;

// Too few came (item 44). One that was called, and nobody wrote down who was there, is taken for held.
bool did_not_convene(storage::Store& store, const policy::Rulebook& rules, const vault::Vault& vault, const std::string& id, Instant now) {
    const auto said = store.minutes().remarks(id);
    const bool counted = std::any_of(said.begin(), said.end(), [](const auto& r) { return r.what == "present"; });
    if (!counted) return false;
    const auto d = read_decision(store, rules, vault, id, now);
    return d && *d->ballot.open.until <= now && has_no_quorum(*d);
}

// Counted from the last meeting on record that convened; a community that records no meetings here is not reminded. One that is called for
// a day so far off that it would be overdue again is not the next one: anybody who proposes ballots calls it.
void add_meeting(storage::Store& store, const policy::Rulebook& rules, const vault::Vault& vault, const Motions& motions,
                 std::string_view key, const conduct::Period& after, std::string_view what, Instant now, std::vector<Due>& all) {
    std::optional<Instant> last;
    for (auto motion = motions.rbegin(); motion != motions.rend(); ++motion) {
        if (last && motion->closes <= *last) continue;  // it sat before: nothing to look up
        const auto sitting = sitting_of(store, *motion);
        if (!sitting) continue;
        if (now < sitting->at && sitting->at <= after.after(now, Rounding::later)) return;  // the next one is called
        if (now < sitting->at) continue;
        if (did_not_convene(store, rules, vault, motion->id, now)) continue;
        last = std::max(last.value_or(sitting->at), sitting->at);
    }
    if (!last) return;
    const Instant at = after.after(*last, Rounding::later);
    if (now < at) return;
    all.push_back({fmt::format("meeting {}", key),
                   "committee",
                   std::string(what),
                   fmt::format("the last {} on record was held {}, and none is called in time", what, moment(*last)),
                   {at},
                   {},
                   {}});
}

// Item 50: once a year, while there is time to meet; only where the committee's meetings are kept on record.
void add_face_to_face(storage::Store& store, const policy::Rulebook& rules, const vault::Vault& vault, const Motions& motions,
                      const conduct::Numbers& numbers, Instant now, std::vector<Due>& all) {
    const auto year = date_of(now).year();
    const auto first_day = [](std::chrono::year of) { return start_of(of / std::chrono::January / 1); };
    const Instant at = numbers.face_to_face_by.after(first_day(year), Rounding::later);
    if (now < at) return;
    bool kept = false;
    int met = 0;
    for (const auto& motion : motions) {
        const auto sitting = sitting_of(store, motion);
        if (!sitting) continue;
        kept = kept || sitting->at < at;
        if (!sitting->face_to_face || date_of(sitting->at).year() != year) continue;
        if (!did_not_convene(store, rules, vault, motion.id, now)) ++met;
    }
    if (!kept || met >= numbers.face_to_face) return;
    all.push_back({"meeting face to face",
                   "committee",
                   "the Steering Committee face to face",
                   fmt::format("{} of {} meetings of the Steering Committee face to face are on record for {}, held or called", met,
                               numbers.face_to_face, static_cast<int>(year)),
                   {at},
                   {},
                   {}});
}

Motions decided_by(const Motions& motions, std::initializer_list<conduct::Rule> rules) {
    Motions some;
    for (const auto& motion : motions) {
        const auto is = [&](conduct::Rule rule) { return motion.rule == conduct::name(rule); };
        if (std::any_of(rules.begin(), rules.end(), is)) some.push_back(motion);
    }
    return some;
}

void add_holds(storage::Store& store, Instant now, std::vector<Due>& all) {
    for (const auto& row : holds_without_letter(store, now)) {
        if (!colleagues(store, row.person, now).empty()) continue;
        const auto whom = letters::called(store, row.person);
        const auto text = row.told ? fmt::format(
                                         "the team of {} has nobody else with an address who could be told of hold {}; it is on record "
                                         "that it was told by another way than mail: make sure of it",
                                         whom, row.id)
                                   : fmt::format(
                                         "the team of {} has nobody else with an address who could be told of hold {}; tell it by "
                                         "another way than mail, and record that: caveat hold told {}",
                                         whom, row.id, row.id);
        all.push_back({fmt::format("hold {} untold", row.id), row.person.value, "a hold nobody was told of", text, {row.placed}, {}, {}});
    }
}

// Item 8: the committee hears once of a duty whose day has come, with the names of those of whom nothing is on record.
void add_duties(storage::Store& store, Instant now, std::vector<Due>& all) {
    std::map<std::pair<Instant, std::string>, std::string> silent;
    for (const auto& duty : store.matters().alive(now)) {
        if (duty.kind != community::MatterKind::duty || duty.closed || now < *duty.due) continue;
        auto& names = silent[{*duty.due, duty.what}];
        names += (names.empty() ? "" : ", ") + letters::called(store, duty.team);
    }
    for (const auto& [which, names] : silent) {
        const auto& [due, word] = which;
        const auto what = community::duty_name(word);
        all.push_back({fmt::format("duty {} overdue", word),
                       "committee",
                       "yearly duties",
                       fmt::format("{} was due {}, and nothing is on record of {}: close each duty as done, excused or missed", what,
                                   moment(due), names),
                       {due},
                       {},
                       {},
                       false,
                       "/duties"});
    }
}

bool can_be_told(storage::Store& store, const PersonId& id, Instant now) {
    const auto person = store.directory().person(id);
    return person && !person->addresses.empty() && !letters::is_held(store, id, now);
}

// When the list was made, or its end put off to a later day: what lay before that was not missed. An end that was brought forward since is
// news on whatever day. The beginning of time then, and where nothing on record says so.
Instant known_to_end_since(storage::Store& store, const ListId& list) {
    Instant since{};
    store.journal().each({.from = 1, .limit = -1, .act = "list.", .subject = list.value}, [&](const storage::Entry& entry) {
        if (entry.act == "list.add" || !text_in(entry.detail, "put_off").empty()) since = entry.at;
        if (!text_in(entry.detail, "brought_forward").empty()) since = Instant{};
    });
    return since;
}

// Item 66: whoever runs a list that ends hears of it while they can still renew it; of one that nobody runs who can be told, the desk.
void add_lists(storage::Store& store, const policy::Rulebook& rules, Instant now, std::vector<Due>& all) {
    for (const auto& list : store.rosters().lists()) {
        if (!list.expires || *list.expires <= now || now < *list.expires - before_list_ends.front()) continue;
        Due due{fmt::format("list {} ends", list.id),
                list.id.value,
                fmt::format("the list {} ends", list.id),
                fmt::format("the list {} ends {}: from then on it takes no posts and its roster is frozen; whoever runs it can give it a "
                            "later end until then, and afterwards only the committee opens it again",
                            list.id, moment(*list.expires)),
                {},
                {},
                {}};
        const Instant since = known_to_end_since(store, list.id);
        for (const auto before : before_list_ends) {
            const Instant at = *list.expires - before;
            if (since <= at && at <= now) due.instants.push_back(at);
        }
        if (due.instants.empty()) continue;  // so short a time is seen on the list
        due.page = fmt::format("/lists/{}", list.id);
        for (const auto& term : rules.in_force(store.powers().held_terms(now))) {
            if (term.list != list.id || !rules.role_has(term.role, policy::Trait::runs_lists)) continue;
            if (can_be_told(store, term.person, now)) due.also.insert(term.person);
        }
        due.of_list = !due.also.empty();
        all.push_back(std::move(due));
    }
}

}  // namespace

// Roles are words of the rule book; these are the ones of the framework.
std::vector<community::Term> soon_vacant(storage::Store& store, const policy::Rulebook& rules, Instant now) {
    std::map<PersonId, TeamId> team_of;
    for (const auto& person : store.directory().people()) team_of.emplace(person.id, person.team);
    std::vector<community::Term> ending;
    const auto terms = store.powers().terms();
    for (const auto& term : terms) {
        const auto& until = term.during.until;
        if (rules.office_of(term.role) == community::Office::none || !term.during.contains(now)) continue;
        if (!until || now + before_vacant < *until) continue;
        const auto& team = team_of[term.person];
        const bool goes_on = std::any_of(terms.begin(), terms.end(), [&](const community::Term& other) {
            return other.role == term.role && team_of[other.person] == team && other.during.from <= *until &&
                   (!other.during.until || *until < *other.during.until);
        });
        if (!goes_on) ending.push_back(term);
    }
    return ending;
}

std::string role_in_words(const std::string& role) {
    if (role == "sc") return "member of the Steering Committee";
    if (role == "chair") return "Chair";
    if (role == "deputy_chair") return "Deputy Chair";
    return role == "secretariat" ? "Secretariat" : role;
}

std::vector<Due> all_due(storage::Store& store, const vault::Vault& vault, const policy::Rulebook& rules, Instant now) {
    std::vector<Due> all;
    add_cases(store, now, all);
    add_terms(store, rules, now, all);
    add_holds(store, now, all);
    add_duties(store, now, all);
    add_lists(store, rules, now, all);
    const auto motions = store.minutes().motions();
    const auto of_seats = decided_by(motions, {conduct::Rule::approval, conduct::Rule::unanimity});
    add_ballots(store, rules, vault, of_seats, now, all);
    const auto numbers = numbers_of(rules).value_or(conduct::Numbers{});
    // The longest month: two of them are the 62 days of item 50, so that nobody is reminded too early.
    const conduct::Period gap{0, numbers.meeting_gap.time + 24h * 31 * numbers.meeting_gap.months};
    add_meeting(store, rules, vault, of_seats, "approval", gap, "meeting of the Steering Committee", now, all);
    add_face_to_face(store, rules, vault, of_seats, numbers, now, all);
    const auto of_members = decided_by(motions, {conduct::Rule::two_thirds});
    add_meeting(store, rules, vault, of_members, "two_thirds", numbers.gm_reminder, "General Meeting", now, all);
    return all;
}

std::vector<community::Person> colleagues(storage::Store& store, const PersonId& held, Instant now) {
    const auto team = team_of_whom(store, held);  // who left takes the hold along, and the team is told as before
    if (!team) return {};
    std::vector<community::Person> representatives;
    std::vector<community::Person> alternates;
    std::vector<community::Person> others;
    for (auto& person : store.directory().people()) {
        if (person.team != *team || person.id == held || person.addresses.empty() || letters::is_held(store, person.id, now)) continue;
        // Whom the held person's name, or others, put there just now is not told in the place of everybody else.
        const bool speaks = (person.representative || person.alternate) && !storage::was_put_there(store, person, now);
        (!speaks ? others : person.representative ? representatives : alternates).push_back(std::move(person));
    }
    if (!representatives.empty()) return representatives;
    return alternates.empty() ? others : alternates;
}

}  // namespace caveat::committee
