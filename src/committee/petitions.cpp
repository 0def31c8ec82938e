// Petitions of members against what passed with reduced quorum (item 47).
#include <algorithm>

#include "caveat/detail.hpp"
#include "decision_views.hpp"
#include "electors.hpp"
#include "own_words.hpp"
#include "register.hpp"
#include "rolls.hpp"

namespace caveat::committee {

Result<Decision> Committee::petition(const community::Actor& by, const std::string& id, const TeamId& team) {
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    if (auto ok = may_speak_for(store_, rules_, by, team, now); !ok) return tl::unexpected(ok.error());
    const auto d = decision_for(store_, rules_, vault_, by, id, now);
    if (!d) return d;
    if (!d->petition)
        return fail(errc::denied, "item 47: a petition is against what passed with reduced quorum; this is: {}", d->tally.why);
    if (*d->tally.effective <= now) {
        return fail(errc::denied, "item 47: decision {} is in effect since {}; too late", id, to_string(*d->tally.effective));
    }
    const auto& names = d->signatures;
    if (std::any_of(names.begin(), names.end(), [&](const auto& s) { return s.team == team; })) {
        return fail(errc::conflict, "{} has signed already", team);
    }
    const auto all = members(store_, rules_);
    if (std::none_of(all.begin(), all.end(), [&](const auto& m) { return m.team == team && m.member_at(now); })) {
        return fail(errc::denied, "item 47: {} is not an Operational Member; only members sign", team);
    }
    const auto is_team = [&](const Elector& one) { return one.team == team; };
    const bool was_there =
        std::any_of(d->electors.begin(), d->electors.end(), is_team) || std::any_of(d->others.begin(), d->others.end(), is_team);
    if (d->enrolled && !was_there) {
        return fail(errc::denied, "ruling (tt): {} was no member at the vote; only who was one then signs against it", team);
    }
    if (auto ok = leaves_its_word(store_, rules_, by, id, team, its_signature, now); !ok) return tl::unexpected(ok.error());
    record_departures(store_, rules_, *d, now);
    store_.minutes().say(id, {now, by.name, "signed", team, ""});
    enter_act(store_, by, "decision.petitioned", id, Detail().add("team", team.value), now);
    return finished(store_, rules_, vault_, transaction, id, now);
}

// One that it never gave was none, so that it takes it back also where the petition was complete with it. Its own stays (item 47).
Result<Decision> Committee::take_back(const community::Actor& by, const std::string& id, const TeamId& team) {
    storage::Store::Transaction transaction(store_);
    const Instant now = clock_.now();
    if (auto ok = may_speak_for(store_, rules_, by, team, now); !ok) return tl::unexpected(ok.error());
    const auto d = decision_for(store_, rules_, vault_, by, id, now);
    if (!d) return d;
    const auto& names = d->signatures;
    if (std::none_of(names.begin(), names.end(), [&](const auto& s) { return s.team == team; }))
        return fail(errc::not_found, "{} has not signed a petition against decision {}", team, id);
    if (!is_own_hand(store_, rules_, by, team, now)) {
        return fail(errc::denied, "item 54: a signature that was recorded for {} is taken back by {} itself", team, team);
    }
    if (std::find(d->signed_for_them.begin(), d->signed_for_them.end(), team) == d->signed_for_them.end()) {
        return fail(errc::denied, "item 47: {} has signed itself, and that stays; only what others recorded for it is taken back", team);
    }
    if (!d->tally.effective || *d->tally.effective <= now) {
        return fail(errc::denied, "item 47: the time to petition against decision {} is over; too late", id);
    }
    record_departures(store_, rules_, *d, now);
    store_.minutes().say(id, {now, by.name, "unsigned", team, ""});
    enter_act(store_, by, "decision.petition_taken_back", id, Detail().add("team", team.value), now);
    return finished(store_, rules_, vault_, transaction, id, now);
}

}  // namespace caveat::committee
