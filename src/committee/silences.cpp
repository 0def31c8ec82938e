#include "silences.hpp"

#include <algorithm>
#include <set>

#include "caveat/detail.hpp"
#include "caveat/storage/voices.hpp"
#include "changes.hpp"
#include "docket.hpp"
#include "due.hpp"
#include "electors.hpp"

namespace caveat::committee {
namespace {

using Intervals = std::vector<Interval>;

constexpr const char* silence_noted = "hold.silence";

std::vector<PersonId> voices_of(storage::Store& store, const TeamId& team) {
    std::vector<PersonId> all;
    for (const auto& person : store.directory().people()) {
        if (person.team == team && (person.representative || person.alternate)) all.push_back(person.id);
    }
    return all;
}

Intervals apart(Intervals all) {
    std::sort(all.begin(), all.end(), [](const Interval& a, const Interval& b) { return a.from < b.from; });
    Intervals merged;
    for (const auto& one : all) {
        if (merged.empty() || *merged.back().until < one.from)
            merged.push_back(one);
        else
            merged.back().until = std::max(merged.back().until, one.until);
    }
    return merged;
}

// From `at` on nobody speaks for it until then; none: somebody does.
void note(Intervals& all, Instant at, std::optional<Instant> until) {
    while (!all.empty() && at < *all.back().until) {
        all.back().until = at;
        if (at <= all.back().from) all.pop_back();
    }
    if (until && at < *until) all.push_back({at, until});
}

Intervals noted_silences(storage::Store& store, const TeamId& team) {
    Intervals all;
    store.journal().each({.from = 1, .limit = -1, .act = silence_noted, .subject = team.value}, [&](const storage::Entry& entry) {
        const auto until = parse_instant(text_in(entry.detail, "until"));
        note(all, entry.at, until ? std::optional(*until) : std::nullopt);
    });
    return all;
}

std::optional<storage::Entry> entry_of_placing(storage::Store& store, const storage::HoldRow& hold) {
    std::optional<storage::Entry> found;
    const auto number = fmt::format("\"hold\":{},", hold.id);
    store.journal().each({.from = 1, .limit = -1, .act = "hold.placed", .subject = hold.person.value}, [&](const storage::Entry& entry) {
        if (entry.detail.find(number) != std::string::npos) found = entry;
    });
    return found;
}

// Whether the program that placed it wrote down the silence, too, if there was one.
bool was_noted(storage::Store& store, const storage::HoldRow& hold) {
    const auto placed = entry_of_placing(store, hold);
    return placed && !text_in(placed->detail, "team").empty();
}

Intervals common(const Intervals& some, const Intervals& others) {
    Intervals both;
    for (const auto& a : some) {
        for (const auto& b : others) {
            const Interval part{std::max(a.from, b.from), std::min(*a.until, *b.until)};
            if (part.from < *part.until) both.push_back(part);
        }
    }
    return both;
}

Intervals of_holds_before(storage::Store& store, const TeamId& team) {
    std::optional<Intervals> silent;
    for (const auto& person : voices_of(store, team)) {
        Intervals held;
        for (const auto& hold : store.minutes().holds_of(person)) {
            if (hold.placed < is_over_at(hold) && !was_noted(store, hold)) held.push_back({hold.placed, is_over_at(hold)});
        }
        silent = silent ? common(*silent, held) : std::move(held);
        if (silent->empty()) break;
    }
    return silent.value_or(Intervals{});
}

// Placed by somebody of the team, or with a token they made, and without a decision: the party's own people stop no clock of its case
// (items 27 and 42). By hands of both sides none is placed (holds.cpp); of one from before that was asked, whoever made the token counts.
bool is_its_own_doing(storage::Store& store, const storage::HoldRow& hold, const TeamId& team) {
    if (!hold.decision.empty() || !hold.extensions.empty()) return false;
    const auto placed = entry_of_placing(store, hold);
    return placed && was_of(store, what_changed(*placed).actor, team, placed->at);
}

// Until when each of them is held; none: one is not, or nobody is. Whom others put beside those who are held ends no silence.
std::optional<Instant> all_held_until(storage::Store& store, const TeamId& team, const std::vector<PersonId>& people, Instant now) {
    std::optional<Instant> first_free;
    for (const auto& person : people) {
        Instant free = now;
        for (const auto& hold : store.minutes().holds_of(person)) {
            if (free < is_over_at(hold) && !is_its_own_doing(store, hold, team)) free = is_over_at(hold);
        }
        if (now < free)
            first_free = std::min(first_free.value_or(free), free);
        else if (!storage::was_put_there(store, *store.directory().person(person), now))
            return std::nullopt;
    }
    return first_free;
}

Intervals with(Intervals some, const Intervals& others) {
    some.insert(some.end(), others.begin(), others.end());
    return apart(std::move(some));
}

}  // namespace

Instant is_over_at(const storage::HoldRow& hold) {
    return hold.lifted.value_or(hold.extensions.empty() ? hold.until : hold.extensions.back().until);
}

std::vector<Interval> silences_of(storage::Store& store, const TeamId& team) {
    return with(noted_silences(store, team), of_holds_before(store, team));
}

bool keep_silence_of(storage::Store& store, const TeamId& team, Instant now, bool only_look) {
    const auto voices = voices_of(store, team);
    if (voices.empty()) return false;  // whoever spoke for it has left, held: it goes on as noted
    auto noted = noted_silences(store, team);
    // One that has not begun was noted while the clock stood ahead: the hold it tells of bites from now on, and so it begins now.
    const bool goes_on = !noted.empty() && noted.back().from <= now && now < *noted.back().until;
    const bool to_come = !noted.empty() && now < noted.back().from;
    const auto until = all_held_until(store, team, voices, now);
    if (!to_come && until == (goes_on ? noted.back().until : std::nullopt)) return false;
    if (only_look) return true;
    note(noted, now, until);
    keep_clocks_of(store, team, with(std::move(noted), of_holds_before(store, team)));
    store.journal().append(now, by_itself.name, silence_noted, team.value,
                           Detail().add("until", until ? to_string(*until) : std::string()).text());
    return true;
}

bool keep_silences(storage::Store& store, Instant now, bool only_look) {
    std::set<TeamId> teams;
    for (const auto& hold : store.minutes().holds()) {
        if (is_over_at(hold) <= now) continue;
        if (const auto team = team_of_whom(store, hold.person)) teams.insert(*team);
    }
    bool any = false;
    for (const auto& team : teams) any = keep_silence_of(store, team, now, only_look) || any;
    return any;
}

}  // namespace caveat::committee
