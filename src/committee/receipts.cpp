// What a receipt shows to the team that voted (item 48): the vote is in, as it was cast, and counts once.
#include <array>

#include "electors.hpp"
#include "register.hpp"
#include "urn.hpp"

namespace caveat::committee {
namespace {

using conduct::BallotResult;

// The vote of the team that counts: the latest, and of two at one instant the one recorded later.
const storage::Remark* standing_vote(const std::vector<storage::Remark>& said, const TeamId& team) {
    const storage::Remark* last = nullptr;
    for (const auto& r : said) {
        if (r.what == "vote" && r.team == team && (last == nullptr || last->at <= r.at)) last = &r;
    }
    return last;
}

bool is_counted(const Decision& d, const conduct::Vote& vote, const conduct::Numbers& numbers, Instant now) {
    return conduct::count(d.ballot, std::array{vote}, d.departures, numbers, now).cast() == 1;
}

}  // namespace

Result<Receipt> Committee::receipt(const community::Actor& by, const std::string& id, std::string_view code) {
    storage::Store::Reading reading(store_);
    const Instant now = clock_.now();
    const auto d = decision_for(store_, rules_, vault_, by, id, now);
    if (!d) return tl::unexpected(d.error());
    if (!d->secret) return fail(errc::denied, "item 48: decision {} is not a secret ballot; its votes are on record", id);
    const auto mark = mark_on(vault_, code);
    const auto said = store_.minutes().remarks(id);
    std::optional<Slip> slip;
    auto cast = said.end();
    for (auto r = said.begin(); mark && cast == said.end() && r != said.end(); ++r) {
        if (r->what != "vote") continue;
        const auto opened = open_slip(vault_, id, *r);
        if (!opened) return tl::unexpected(opened.error());
        if (opened->mark != *mark) continue;
        cast = r;
        slip = *opened;
    }
    if (cast == said.end() || !may_speak_for(store_, rules_, by, cast->team, now))
        return fail(errc::denied, "item 48: no vote of yours in decision {} has this receipt", id);

    Receipt r{id, cast->team, cast->at, false, std::nullopt, std::nullopt, {}};
    const auto numbers = numbers_of(*store_.minutes().motion(id));
    if (const auto* last = standing_vote(said, cast->team); last != &*cast) {
        r.replaced = last->at;
        r.why = fmt::format("Does not count: a later vote of {} took its place at {}.", r.team, to_string(last->at));
    } else if (d->tally.verdict == BallotResult::no_quorum) {
        r.why = "Does not count: there is no quorum, and without one no vote is opened.";
    } else if (!is_counted(*d, {cast->team, slip->choice, cast->at}, numbers, now)) {
        r.why = fmt::format("Does not count: {} has no vote any more (items 45 and 51, ruling q).", r.team);
    } else {
        r.counts = true;
        r.choice = slip->choice;
        r.why = d->tally.verdict == BallotResult::open ? fmt::format("Is counted as {} when the ballot closes.", name(slip->choice))
                                                       : fmt::format("Counted as {}.", name(slip->choice));
    }
    return r;
}

}  // namespace caveat::committee
