#include "caveat/committee/agenda.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "caveat/letters/names.hpp"
#include "caveat/moment.hpp"
#include "due.hpp"

namespace caveat::committee {
namespace {

using namespace std::chrono_literals;

constexpr auto soon_due = 24h * 14;  // of duties and contact data, as their letters

bool sees_all(const Viewer& viewer, const TeamId& about) { return viewer.reach_towards(about) == Viewer::Reach::everything; }
bool speaks_for(const Viewer& viewer, const TeamId& team) { return viewer.representative && viewer.is_of(team); }

std::string in_words(std::string_view word) {
    std::string text(word);
    std::replace(text.begin(), text.end(), '_', ' ');
    return text;
}

class Agenda {
public:
    Agenda(storage::Store& store, const policy::Rulebook& rules, Instant now) : store_(store), rules_(rules), now_(now) {}

    void add(const Decision& d, const Viewer& viewer);
    void add(const CaseView& view);
    void add(const ApplicationFile& file, const Viewer& viewer);
    void add(const Matter& matter, const Viewer& viewer);
    void add(const Acceptance& pair, const Viewer& viewer);
    void add(const ContactCheck& check, const Viewer& viewer);
    void add_duties_of_others();
    void add_people();
    void add_terms();
    void add(const HoldFile& file);

    std::vector<Waiting> in_order() {
        std::stable_sort(all_.begin(), all_.end(), [](const Waiting& a, const Waiting& b) {
            return a.until.value_or(Instant::max()) < b.until.value_or(Instant::max());
        });
        return std::move(all_);
    }

private:
    [[nodiscard]] std::string called(const TeamId& id) const { return letters::called(store_, id); }
    [[nodiscard]] std::string called(const PersonId& id) const { return letters::called(store_, id); }

    storage::Store& store_;
    const policy::Rulebook& rules_;
    Instant now_;
    std::vector<Waiting> all_;
    std::map<std::pair<Instant, std::string>, std::vector<std::string>> owing_;  // by day and duty: the teams
};

bool has_a_say(const Decision& d, const Viewer& viewer) {
    const auto is_there = [&](const std::vector<TeamId>& teams) {
        return std::find(teams.begin(), teams.end(), viewer.team) != teams.end();
    };
    const bool of_seats = d.ballot.rule == conduct::Rule::approval || d.ballot.rule == conduct::Rule::unanimity;
    return !viewer.team.empty() && is_there(d.ballot.electorate) && !is_there(d.ballot.recused) &&
           (of_seats ? viewer.seat : viewer.representative);
}

std::size_t votes_in(const Decision& d) {
    std::set<TeamId> teams;
    for (const auto& vote : d.votes) teams.insert(vote.team);
    if (d.host) {
        for (const auto& vote : d.host->votes) teams.insert(vote.team);
    }
    return teams.size();
}

bool has_voted(const Decision& d, const TeamId& team) {
    const auto is_theirs = [&](const auto& vote) { return vote.team == team; };
    return std::any_of(d.votes.begin(), d.votes.end(), is_theirs) ||
           (d.host && std::any_of(d.host->votes.begin(), d.host->votes.end(), is_theirs));
}

void Agenda::add(const Decision& d, const Viewer& viewer) {
    const auto& open = d.ballot.open;
    if (d.unreadable || d.closed || !open.until || *open.until <= now_) return;
    const bool mine = has_a_say(d, viewer) && !has_voted(d, viewer.team);
    if (!mine && viewer.reach != Viewer::Reach::everything) return;
    std::string what = mine ? "your vote" : fmt::format("a ballot is open, {} of {} have voted", votes_in(d), d.ballot.electorate.size());
    if (now_ < open.from) what = fmt::format("{} from {} on", mine ? "your vote" : "a ballot", moment(open.from));
    all_.push_back({fmt::format("{}: {}", what, d.question), d.id, "/decisions/" + d.id, open.until, mine});
}

// Whose turn it may be: for the party its own acts, for the panel the panel's, for the committee all of them.
void Agenda::add(const CaseView& view) {
    if (view.closed || view.next.empty()) return;
    std::vector<std::string> acts;
    std::optional<Instant> until;
    for (const auto& next : view.next) {
        const bool own = view.seen_as == Eyes::committee || next.by == name(view.seen_as);
        if (!own || !next.needs.empty()) continue;
        auto act = fmt::format("{}, by the {}", in_words(next.act), next.by);
        if (next.from && now_ < *next.from) act += fmt::format(", from {} on", moment(*next.from));
        if (next.until) act += fmt::format(", until {}", moment(*next.until));
        acts.push_back(std::move(act));
        if (next.until && now_ < *next.until) until = std::min(until.value_or(*next.until), *next.until);
    }
    if (acts.empty()) return;
    all_.push_back(
        {fmt::format("a case about {}, {}; what may come next: {}", called(view.team), in_words(view.phase), fmt::join(acts, "; ")),
         view.id, "/cases/" + view.id, until, view.seen_as != Eyes::committee});
}

void Agenda::add(const ApplicationFile& file, const Viewer& viewer) {
    const auto& a = file.as_is;
    const bool own = speaks_for(viewer, a.team);
    if (!file.unreadable.empty() || conduct::ApplicationPhase::approved_pending_mou < file.phase) return;
    if (!own && !sees_all(viewer, a.team)) return;
    auto what = fmt::format("an application of {}, {}", called(a.team), in_words(conduct::name(file.phase)));
    if (!file.missing.empty()) what += fmt::format("; it lacks: {}", fmt::join(file.missing, "; "));
    if (!file.known.empty() && !own) what += fmt::format("; to look at: {}", fmt::join(file.known, "; "));
    all_.push_back({std::move(what), a.id, "/applications/" + a.id, {}, own});
}

void Agenda::add(const Matter& m, const Viewer& viewer) {
    if (m.closed) return;
    const bool own = speaks_for(viewer, m.team);
    if (!own && !sees_all(viewer, m.team)) return;
    if (m.kind == MatterKind::review && !own)
        all_.push_back(
            {fmt::format("a review of the eligibility of {}, opened {}", called(m.team), moment(m.at)), m.id, "/duties#reviews", {}});
    if (m.kind != MatterKind::duty || !m.due || now_ + soon_due < *m.due) return;
    if (own) {
        all_.push_back({fmt::format("{} of your team {}, and nothing is on record", community::duty_name(m.what),
                                    *m.due <= now_ ? "was due" : "is due"),
                        m.id, "/duties#duties", m.due, true});
    } else {
        owing_[{*m.due, m.what}].push_back(called(m.team));
    }
}

// Of one duty a line, whoever owes it.
void Agenda::add_duties_of_others() {
    for (const auto& [duty, teams] : owing_) {
        const auto& [due, what] = duty;
        all_.push_back({fmt::format("{} {}, and nothing is on record of {}", community::duty_name(what), due <= now_ ? "was due" : "is due",
                                    fmt::join(teams, ", ")),
                        what, "/duties#duties", due});
    }
}

void Agenda::add(const Acceptance& pair, const Viewer& viewer) {
    if (pair.accepted || !pair.current || !speaks_for(viewer, pair.team)) return;
    all_.push_back(
        {fmt::format("your team is asked to accept {} {}", pair.document, pair.version), pair.id, "/duties#acceptances", {}, true});
}

void Agenda::add(const ContactCheck& check, const Viewer& viewer) {
    const bool own = speaks_for(viewer, check.team);
    const bool shown = own ? check.due <= now_ + soon_due : check.late <= now_ && sees_all(viewer, check.team);
    if (!shown) return;
    all_.push_back({own ? std::string("your team is to confirm its contact data")
                        : fmt::format("{} has not confirmed its contact data", called(check.team)),
                    check.team.value, "/duties#contacts", check.due, own});
}

void Agenda::add_people() {
    for (const auto& id : store_.directory().with_unconfirmed()) {
        all_.push_back({fmt::format("what somebody changed of {} waits to be confirmed", called(id)), id.value, "/people/" + id.value, {}});
    }
}

void Agenda::add_terms() {
    for (const auto& term : soon_vacant(store_, rules_, now_)) {
        all_.push_back(
            {fmt::format("the term of {} as {} ends, and nobody follows on record", called(term.person), role_in_words(term.role)),
             term.person.value, "/terms", term.during.until});
    }
}

void Agenda::add(const HoldFile& file) {
    if (!file.in_force) return;
    all_.push_back({fmt::format("the security hold on {} ends; {}", called(file.hold.person), file.hold.reason), std::to_string(file.id),
                    "/holds", file.ends});
}

}  // namespace

std::vector<Waiting> what_waits(storage::Store& store, const policy::Rulebook& rules, Desks desks, const Asker& asker, Instant now) {
    using Reach = Viewer::Reach;
    Agenda agenda(store, rules, now);
    if (asker.decisions.reach != Reach::nothing) {
        for (const auto& d : desks.committee.decisions(asker.decisions)) agenda.add(d, asker.decisions);
    }
    if (asker.cases.reach != Reach::nothing) {
        for (const auto& view : desks.cases.all(asker.cases)) agenda.add(view);
    }
    if (asker.applications.reach != Reach::nothing) {
        for (const auto& file : desks.applications.all()) agenda.add(file, asker.applications);
        for (const auto kind : {MatterKind::review, MatterKind::duty}) {
            for (const auto& matter : desks.matters.all(kind)) agenda.add(matter, asker.applications);
        }
        agenda.add_duties_of_others();
        for (const auto& pair : desks.matters.acceptances()) agenda.add(pair, asker.applications);
        for (const auto& check : desks.matters.contact_checks()) agenda.add(check, asker.applications);
    }
    if (asker.holds.reach == Reach::everything) {
        for (const auto& file : desks.committee.holds()) agenda.add(file);
    }
    if (asker.people.reach == Reach::everything) {
        agenda.add_people();
        agenda.add_terms();
    }
    return agenda.in_order();
}

}  // namespace caveat::committee
