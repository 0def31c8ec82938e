#include "set_back.hpp"

#include <algorithm>

#include "caveat/detail.hpp"
#include "caveat/known_time.hpp"

namespace caveat::committee {
namespace {

constexpr std::string_view taken_back = "set back";

// What the program, and not a voter, says of a ballot. A recusal with a word is the rules' (item 27).
bool follows_from_time(const storage::Remark& r) {
    return r.what == "elector" || r.what == "member" || r.what == "enrolled" || r.what == "gone" ||
           (r.what == "recused" && !r.word.empty());
}

bool is_ahead_of(const storage::Remark& r, Instant clock) { return follows_from_time(r) && clock + KnownTime::slack < r.at; }

std::vector<storage::Remark> without_taken_back(storage::Store& store, const std::string& id) {
    std::vector<storage::Remark> kept;
    for (auto& r : store.minutes().remarks(id)) {
        if (r.what != taken_back) {
            kept.push_back(std::move(r));
            continue;
        }
        std::erase_if(kept, [&](const auto& before) { return is_ahead_of(before, r.at); });
    }
    return kept;
}

// Whether it is told because a day has come, and not because somebody did something: that has its own time, and was told.
bool comes_with_its_day(std::string_view about) {
    const auto has = [&](std::string_view word) { return about.find(word) != std::string_view::npos; };
    for (const std::string_view kind : {"decision ", "case ", "term ", "meeting ", "duty ", "contacts "}) {
        if (about.starts_with(kind)) return !has(" recorded ") && !has(" step ") && !has(" panel ") && !has(" excused") && !has(" missed");
    }
    return false;
}

}  // namespace

std::vector<storage::Remark> said_by(storage::Store& store, const storage::Motion& motion, Instant now) {
    auto said = without_taken_back(store, motion.id);
    // What is closed is counted by what was on record then.
    if (!motion.closed) std::erase_if(said, [&](const auto& r) { return is_ahead_of(r, now); });
    return said;
}

namespace {

bool is_ahead(storage::Store& store, const storage::Motion& motion, Instant now) {
    if (motion.closed) return false;
    const auto said = without_taken_back(store, motion.id);
    return std::any_of(said.begin(), said.end(), [&](const auto& r) { return is_ahead_of(r, now); });
}

}  // namespace

bool take_back_roll(storage::Store& store, const storage::Motion& motion, Instant now) {
    if (!is_ahead(store, motion, now)) return false;
    store.minutes().say(motion.id, {now, "system", std::string(taken_back), TeamId{}, ""});
    store.journal().append(now, "system", "decision.set_back", motion.id,
                           Detail().add("what", "the roll and departures that a clock ahead of this one wrote down").text());
    return true;
}

bool take_back_what_is_to_come(storage::Store& store, Instant set_back, Instant now, bool only_look) {
    bool any = false;
    for (const auto& motion : store.minutes().motions()) {
        any = (only_look ? is_ahead(store, motion, now) : take_back_roll(store, motion, now)) || any;
    }
    for (const auto& row : store.minutes().reminders_after(now + KnownTime::slack)) {
        if (row.due <= set_back + KnownTime::slack || !comes_with_its_day(row.about)) continue;
        any = true;
        if (!only_look) store.minutes().forget(row);
    }
    return any;
}

}  // namespace caveat::committee
