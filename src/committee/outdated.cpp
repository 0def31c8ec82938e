#include "outdated.hpp"

#include "application_docket.hpp"
#include "docket.hpp"
#include "silences.hpp"

namespace caveat::committee {
namespace {

// What came by a decision that was put to the vote before it, or at the same sitting: whoever voted knew of that.
bool was_foreseen(storage::Store& store, std::string_view decision, Instant opened) {
    const auto motion = decision.empty() ? std::nullopt : store.minutes().motion(decision);
    return motion && motion->opens <= opened;
}

// A vote to place a hold is about those days: an address or a key that was in somebody else's hands then. It has an end of its own, so that
// nobody takes it away by a hold that they place or lift.
std::string days_since(const policy::Rulebook& rules, const Decision& decision, Instant now) {
    const auto numbers = numbers_of(rules);
    if (!numbers || !decision.tally.effective || now <= numbers->hold_repeat.after(*decision.tally.effective, Rounding::later)) return {};
    return fmt::format("it was in effect for {} and not carried out", words(numbers->hold_repeat));
}

// To extend one is about the hold that was there when it was put to the vote; where none was, about the next one, if that was foreseen.
std::string hold_since(storage::Store& store, const PersonId& person, Instant opened) {
    bool has_one = false;
    for (const auto& hold : store.minutes().holds_of(person)) {
        if (hold.placed <= opened) {
            has_one = has_one || opened < is_over_at(hold);
            continue;
        }
        if (has_one || !was_foreseen(store, hold.decision, opened)) return fmt::format("hold {} was placed", hold.id);
        has_one = true;
    }
    return {};
}

// A decision of this kind is about the notices that there are, if it is about such as this one.
bool is_about(std::string_view kind, const conduct::Notice& notice) {
    if (kind == "case.notice") return notice.kind == conduct::NoticeKind::compliance;
    if (kind == "case.sanction" || kind == "case.renew" || kind == "case.lift") return notice.kind == conduct::NoticeKind::sanction;
    return kind == "case.finding" || kind == "case.close" || kind == "case.panel";
}

// One that names a draft is about that text, whenever it is issued, and a panel's that names a notice about the appeal against that.
std::string notice_since(storage::Store& store, const Decision& decision, Instant opened) {
    if (value_of(decision.set, "draft") != nullptr || value_of(decision.set, "notice") != nullptr) return {};
    const auto docket = find_docket(store, decision.subject);
    if (!docket) return {};
    for (const auto& notice : docket->as_is.notices) {
        if (opened < notice.issued && is_about(decision.kind, notice)) return fmt::format("notice {} was issued", notice.number);
    }
    return {};
}

// With its status a partner loses what was decided for it before (ruling y), and what was decided about its end is over.
std::string status_since(storage::Store& store, const TeamId& team, Instant opened) {
    bool revoked = false;
    store.journal().each({.from = 1, .limit = -1, .act = "team.revoked", .subject = team.value},
                         [&](const storage::Entry& entry) { revoked = revoked || opened < entry.at; });
    return revoked ? fmt::format("the status of {} was revoked", team) : std::string();
}

// When it made the team what it asks for: of a partner its MoU does, until which it goes on as what it was (item 23). None: it did not yet.
std::optional<Instant> changed_at(const ApplicationDocket& docket) {
    for (const auto& step : docket.steps) {
        const bool counts = docket.as_is.of_partner() ? std::holds_alternative<conduct::RecordMou>(step.act)
                                                      : std::holds_alternative<conduct::Admit>(step.act);
        if (counts) return step.at;
    }
    return std::nullopt;
}

// An application asks for another category or subtype, or comes in anew: with each a partner loses what was decided for it before
// (ruling y).
std::string category_since(storage::Store& store, const TeamId& team, Instant opened) {
    for (const auto& row : store.applications().of(team)) {
        const auto docket = read_docket(store, row);
        const auto changed = docket ? changed_at(*docket) : std::nullopt;
        if (!changed || *changed <= opened) continue;
        const auto& a = docket->as_is;
        if (!a.ballots.empty() && was_foreseen(store, a.ballots.back(), opened)) continue;
        return fmt::format("{} became {}{}{}", team, a.category, a.subtype.empty() ? "" : ", ", a.subtype);
    }
    return {};
}

// With a list that is removed goes what was decided about it (ruling jj), but that it is made anew.
std::string list_since(storage::Store& store, const std::string& list, Instant opened) {
    bool removed = false;
    store.journal().each({.from = 1, .limit = -1, .act = "list.remove", .subject = list},
                         [&](const storage::Entry& entry) { removed = removed || opened < entry.at; });
    return removed ? fmt::format("the list {} of then was removed", list) : std::string();
}

// What the committee itself decided on a review speaks against its own vote (item 24). One person may close a review, too, if the team
// meets its criteria.
std::string review_since(storage::Store& store, const TeamId& team, Instant opened) {
    for (const auto& review : store.matters().all(community::MatterKind::review)) {
        const bool decided = review.team == team && review.outcome == "meets" && !review.decision.empty();
        if (decided && review.closed && opened < *review.closed && !was_foreseen(store, review.decision, opened))
            return fmt::format("the committee found by review {} that {} meets its criteria", review.id, team);
    }
    return {};
}

}  // namespace

std::string came_since(storage::Store& store, const policy::Rulebook& rules, const Decision& decision, const community::Deed& act,
                       Instant now) {
    const auto motion = store.minutes().motion(decision.id);
    if (!motion) return {};
    const Instant opened = motion->opens;
    const TeamId team{act.subject};
    if (act.kind == "hold.place") return days_since(rules, decision, now);
    if (act.kind == "hold.extend") return hold_since(store, PersonId{act.subject}, opened);
    if (act.kind == "list" && value_of(act.does, "created") == nullptr) return list_since(store, act.subject, opened);
    if (act.kind.starts_with("case.") && act.kind != "case.open") return notice_since(store, decision, opened);
    if (act.kind != "revocation" && act.kind != "clearance") return {};
    auto since = status_since(store, team, opened);
    // What the General Meeting decided is not the committee's to undo (item 25).
    if (!since.empty() || (act.kind == "revocation" && decision.ballot.rule == conduct::Rule::two_thirds)) return since;
    since = category_since(store, team, opened);
    if (!since.empty()) return since;
    if (act.kind == "revocation") return review_since(store, team, opened);
    const auto* list = value_of(act.does, "list");
    return list == nullptr ? std::string() : list_since(store, *list, opened);
}

}  // namespace caveat::committee
