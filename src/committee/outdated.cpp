#include "outdated.hpp"

#include <algorithm>

#include "application_docket.hpp"
#include "docket.hpp"

namespace caveat::committee {
namespace {

// What came by a decision that was put to the vote before it, or at the same sitting: whoever voted knew of that.
bool was_foreseen(storage::Store& store, std::string_view decision, Instant opened) {
    const auto motion = decision.empty() ? std::nullopt : store.minutes().motion(decision);
    return motion && motion->opens <= opened;
}

// A vote to place one is about no hold yet: the secretariat may have placed one at once, while the seats still voted.
std::string hold_since(storage::Store& store, const PersonId& person, const storage::Motion& motion, bool extends) {
    const Instant opened = motion.opens, over = std::min(motion.closed.value_or(motion.closes), motion.closes);
    for (const auto& hold : store.minutes().holds_of(person)) {
        const bool since = extends ? opened < hold.placed && !was_foreseen(store, hold.decision, opened) : over < hold.placed;
        if (since) return fmt::format("hold {} was placed", hold.id);
    }
    return {};
}

// A decision of this kind is about the notices that there are, if it is about such as this one.
bool is_about(std::string_view kind, const conduct::Notice& notice) {
    if (kind == "case.notice") return notice.kind == conduct::NoticeKind::compliance;
    if (kind == "case.sanction" || kind == "case.renew" || kind == "case.lift") return notice.kind == conduct::NoticeKind::sanction;
    return kind == "case.finding" || kind == "case.close";
}

// One that names a draft is about that text, whenever it is issued.
std::string notice_since(storage::Store& store, const Decision& decision, Instant opened) {
    if (value_of(decision.set, "draft") != nullptr) return {};
    const auto docket = find_docket(store, decision.subject);
    if (!docket) return {};
    for (const auto& notice : docket->as_is.notices) {
        if (opened < notice.issued && is_about(decision.kind, notice)) return fmt::format("notice {} was issued", notice.number);
    }
    return {};
}

// When the category became another one: a partner's does with its MoU, until which it goes on as what it was (item 23). None: it did not,
// or the team had no category before.
std::optional<Instant> changed_at(storage::Store& store, const ApplicationDocket& docket) {
    const auto& a = docket.as_is;
    const auto was = a.before.substr(0, a.before.find(','));  // or an earlier application, of a team that is none yet
    if (was.empty() || was == a.category || store.applications().find(was)) return std::nullopt;
    for (const auto& step : docket.steps) {
        const bool counts =
            a.of_partner() ? std::holds_alternative<conduct::RecordMou>(step.act) : std::holds_alternative<conduct::Admit>(step.act);
        if (counts) return step.at;
    }
    return std::nullopt;
}

// With its category, and with its status, a partner loses what was decided for it before (ruling y).
std::string category_since(storage::Store& store, const TeamId& team, Instant opened) {
    std::string since;
    store.journal().each({.from = 1, .limit = -1, .act = "team.revoked", .subject = team.value}, [&](const storage::Entry& entry) {
        if (opened < entry.at) since = fmt::format("the status of {} was revoked", team);
    });
    if (!since.empty()) return since;
    for (const auto& row : store.applications().of(team)) {
        const auto docket = read_docket(store, row);
        const auto changed = docket ? changed_at(store, *docket) : std::nullopt;
        if (!changed || *changed <= opened) continue;
        const auto& ballots = docket->as_is.ballots;
        if (ballots.empty() || !was_foreseen(store, ballots.back(), opened))
            since = fmt::format("{} became {}", team, docket->as_is.category);
    }
    return since;
}

// With a list that is removed goes what was decided about it (ruling jj), but that it is made anew.
std::string list_since(storage::Store& store, const std::string& list, Instant opened) {
    bool removed = false;
    store.journal().each({.from = 1, .limit = -1, .act = "list.remove", .subject = list},
                         [&](const storage::Entry& entry) { removed = removed || opened < entry.at; });
    return removed ? fmt::format("the list {} of then was removed", list) : std::string();
}

// What the committee itself decided on a review speaks against its own vote (item 24). One person may close a review, too, if the team
// meets its criteria, and what the General Meeting decided is not the committee's to undo (item 25).
std::string review_since(storage::Store& store, const TeamId& team, const Decision& decision, Instant opened) {
    if (decision.ballot.rule == conduct::Rule::two_thirds) return {};
    for (const auto& review : store.matters().all(community::MatterKind::review)) {
        const bool decided = review.team == team && review.outcome == "meets" && !review.decision.empty();
        if (decided && review.closed && opened < *review.closed)
            return fmt::format("the committee found by review {} that {} meets its criteria", review.id, team);
    }
    return {};
}

}  // namespace

std::string came_since(storage::Store& store, const Decision& decision, const community::Deed& act) {
    const auto motion = store.minutes().motion(decision.id);
    if (!motion) return {};
    if (act.kind.starts_with("hold.")) return hold_since(store, PersonId{act.subject}, *motion, act.kind == "hold.extend");
    if (act.kind == "revocation") return review_since(store, TeamId{act.subject}, decision, motion->opens);
    if (act.kind == "list" && value_of(act.does, "created") == nullptr) return list_since(store, act.subject, motion->opens);
    if (act.kind == "clearance") {
        const auto* list = value_of(act.does, "list");
        const auto since = list == nullptr ? std::string() : list_since(store, *list, motion->opens);
        return since.empty() ? category_since(store, TeamId{act.subject}, motion->opens) : since;
    }
    return act.kind.starts_with("case.") && act.kind != "case.open" ? notice_since(store, decision, motion->opens) : std::string();
}

}  // namespace caveat::committee
