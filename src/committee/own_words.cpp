#include "own_words.hpp"

#include <algorithm>

#include "caveat/community/hands.hpp"
#include "caveat/storage/voices.hpp"
#include "electors.hpp"

namespace caveat::committee {
namespace {

bool is_one_of_these(std::string_view word, std::span<const std::string_view> what) {
    return std::find(what.begin(), what.end(), word) != what.end();
}

bool is_among(const std::vector<TeamId>& teams, const TeamId& team) { return std::find(teams.begin(), teams.end(), team) != teams.end(); }

bool sat(const std::vector<storage::Remark>& said) {
    return std::any_of(said.begin(), said.end(), [](const auto& r) { return r.what == "sitting"; });
}

// By somebody else of the team, whom not others had just made its voice, too.
bool others_of_it_have_said(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, const std::string& id,
                            const TeamId& team, std::span<const std::string_view> what, Instant now) {
    const auto said = store.minutes().remarks(id);
    return std::any_of(said.begin(), said.end(), [&](const auto& r) {
        if (r.team != team || !is_one_of_these(r.what, what) || r.actor == by.name) return false;
        if (!is_own_act(store, rules, r.actor, team, r.at)) return false;
        community::Person voice;  // of whom the journal does not tell
        voice.id = *community::person_named_by(r.actor);
        voice.team = team;
        voice.representative = true;
        for (auto& person : storage::people_of(store, team, r.at)) {
            if (person.id == voice.id) voice = std::move(person);
        }
        return !storage::was_put_there(store, voice, now, r.at);
    });
}

bool holds_a_seat(storage::Store& store, const policy::Rulebook& rules, const PersonId& person, Instant now) {
    const auto terms = rules.in_force(store.powers().held_terms(person, now));
    return std::any_of(terms.begin(), terms.end(), [&](const auto& term) { return rules.office_of(term.role) == community::Office::seat; });
}

// The holder of the team's seat said it last, who is another person: a seat is of who was elected, not of whoever speaks for their team.
bool is_word_of_its_seat(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, const std::string& id,
                         const TeamId& team, std::span<const std::string_view> what, Instant now) {
    const auto motion = store.minutes().motion(id);
    const auto is = [&](conduct::Rule rule) { return motion && motion->rule == conduct::name(rule); };
    if (!is(conduct::Rule::approval) && !is(conduct::Rule::unanimity)) return false;  // a vote of members is their team's
    const auto said = store.minutes().remarks(id);
    const auto last =
        std::find_if(said.rbegin(), said.rend(), [&](const auto& r) { return r.team == team && is_one_of_these(r.what, what); });
    if (last == said.rend() || last->actor == by.name || !by.person) return false;
    const auto holder = community::person_named_by(last->actor);
    return holder && holder != by.person && holds_a_seat(store, rules, *holder, now) && !holds_a_seat(store, rules, *by.person, now);
}

// At a meeting, or away with a proxy that somebody there holds.
bool is_there(const conduct::Attendance& attendance, const Decision& d, const TeamId& team) {
    return is_among(attendance.present, team) || is_among(conduct::valid_givers(attendance, d.ballot.electorate), team);
}

// Once votes are in, whoever is put down or struck off makes the ballot end otherwise: what was on record stands, and each team says itself
// that it was there or was not.
Result<void> stands_once_votes_are_in(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, const Decision& d,
                                      const std::vector<TeamId>& present, std::span<const storage::Remark> said, Instant now) {
    const bool recorded = std::any_of(said.begin(), said.end(), [](const auto& r) { return r.what == "present"; });
    if (!by.person || d.votes.empty() || !recorded || !d.ballot.attendance) return {};
    for (const auto& team : d.ballot.electorate) {
        if (is_among(d.ballot.attendance->present, team) == is_among(present, team)) continue;
        if (is_own_hand(store, rules, by, team, now)) continue;
        return fail(errc::denied,
                    "items 44 and 51: votes are in, so the attendance of decision {} stands as it was recorded; only {} says whether it is "
                    "present",
                    d.id, team);
    }
    return {};
}

}  // namespace

bool has_said_itself(storage::Store& store, const policy::Rulebook& rules, const std::string& id, const TeamId& team,
                     std::span<const std::string_view> what) {
    const auto said = store.minutes().remarks(id);
    return std::any_of(said.begin(), said.end(), [&](const auto& r) {
        return r.team == team && is_one_of_these(r.what, what) && is_own_act(store, rules, r.actor, team, r.at);
    });
}

Result<void> leaves_its_word(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, const std::string& id,
                             const TeamId& team, std::span<const std::string_view> what, Instant now) {
    if (is_own_hand(store, rules, by, team, now)) {
        const auto its_own = is_its_own_voice(store, rules, by, team, now);
        if (!its_own && others_of_it_have_said(store, rules, by, id, team, what, now)) return its_own;
        if (!is_word_of_its_seat(store, rules, by, id, team, what, now)) return {};
        return fail(errc::denied,
                    "item 49: who holds the seat of {} has said what it wants in decision {}, and only they say something else", team, id);
    }
    if (!has_said_itself(store, rules, id, team, what)) return {};
    return fail(errc::denied,
                "item 54: {} has said itself what it wants in decision {}, and only it says something else; nothing is recorded for it",
                team, id);
}

conduct::Ballot as_it_votes(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, const Decision& d,
                            const TeamId& team, Instant now) {
    auto ballot = d.ballot;
    if (!is_own_hand(store, rules, by, team, now)) return ballot;
    if (is_among(d.recused_for_them, team)) std::erase(ballot.recused, team);
    const auto motion = store.minutes().motion(d.id);
    const bool called = motion && motion->meeting && !votes_came_first(store.minutes().remarks(d.id));
    if (!called && ballot.attendance && !is_among(ballot.attendance->present, team)) ballot.attendance->present.push_back(team);
    return ballot;
}

Result<void> may_record_attendance(storage::Store& store, const policy::Rulebook& rules, const community::Actor& by, const Decision& d,
                                   const std::vector<TeamId>& present, Instant now) {
    const auto said = store.minutes().remarks(d.id);
    if (auto ok = stands_once_votes_are_in(store, rules, by, d, present, said, now); !ok) return ok;
    const auto motion = store.minutes().motion(d.id);
    const bool meets = (motion && motion->meeting) || sat(said);
    const bool absent_vote = d.ballot.rule == conduct::Rule::unanimity;  // item 52
    conduct::Attendance after = d.ballot.attendance.value_or(conduct::Attendance{});
    after.present = present;
    for (const auto& vote : d.votes) {
        if (is_there(after, d, vote.team) || is_own_hand(store, rules, by, vote.team, now)) continue;
        if (meets && !is_there(*d.ballot.attendance, d, vote.team)) continue;
        const bool itself = has_said_itself(store, rules, d.id, vote.team, its_vote);
        // Who recorded the vote at the command line may put right what is recorded of it, and who was away voted all the same.
        if (!by.person && (!itself || (absent_vote && !meets))) continue;
        return fail(errc::denied,
                    "items 44 and 51: {} has voted in decision {}, so it counts as present, and only it says that it was not; name it, too",
                    vote.team, d.id);
    }
    return {};
}

bool comes_in(const conduct::Ballot& as_it_votes, const Decision& d, const TeamId& team) {
    return as_it_votes.attendance && is_among(as_it_votes.attendance->present, team) && !is_among(d.ballot.attendance->present, team);
}

bool met_when_called(const storage::Motion& motion, std::span<const storage::Remark> said) {
    return motion.meeting &&
           std::any_of(said.begin(), said.end(), [&](const auto& r) { return r.what == "present" && *motion.meeting <= r.at; });
}

bool is_settled(const Decision& d) {
    std::vector<TeamId> out;
    for (const auto& team : d.ballot.electorate) {
        const bool voted = std::any_of(d.votes.begin(), d.votes.end(), [&](const auto& v) { return v.team == team; });
        const bool gone = std::any_of(d.departures.begin(), d.departures.end(), [&](const auto& g) { return g.team == team; });
        if (!voted && !gone && !is_among(d.ballot.recused, team)) out.push_back(team);
    }
    if (out.empty()) return true;
    if (d.host || d.secret || d.ballot.rule != conduct::Rule::approval) return false;
    const auto& t = d.tally;
    const bool passes = t.quorum == conduct::Quorum::full && t.yes >= t.needed;
    return t.complete && (passes || t.yes + static_cast<std::int64_t>(out.size()) < t.needed);
}

bool votes_came_first(std::span<const storage::Remark> said) {
    const auto first =
        std::find_if(said.begin(), said.end(), [](const auto& r) { return r.what == "present" || is_one_of_these(r.what, its_vote); });
    return first != said.end() && first->what != "present";
}

}  // namespace caveat::committee
