#include "outdated.hpp"

#include "application_docket.hpp"
#include "docket.hpp"

namespace caveat::committee {
namespace {

std::string hold_since(storage::Store& store, const PersonId& person, Instant opened) {
    for (const auto& hold : store.minutes().holds_of(person)) {
        if (opened < hold.placed) return fmt::format("hold {} was placed", hold.id);
    }
    return {};
}

// A decision of this kind is about the notices that there are, if it is about such as this one.
bool is_about(std::string_view kind, const conduct::Notice& notice) {
    if (kind == "case.notice") return notice.kind == conduct::NoticeKind::compliance;
    if (kind == "case.sanction" || kind == "case.renew" || kind == "case.lift") return notice.kind == conduct::NoticeKind::sanction;
    return kind == "case.finding" || kind == "case.close";
}

// A panel sits on one appeal.
std::string appeal_since(const conduct::Case& c, const community::Deed& act, Instant opened) {
    const auto* seated_on = value_of(act.does, "notice");
    for (const auto& appeal : c.appeals) {
        if (seated_on != nullptr && *seated_on == std::to_string(appeal.notice) && opened < appeal.filed)
            return fmt::format("the appeal against notice {} was filed", appeal.notice);
    }
    return {};
}

// One that names a draft is about that text, whenever it is issued.
std::string notice_since(storage::Store& store, const Decision& decision, const community::Deed& act, Instant opened) {
    if (value_of(decision.set, "draft") != nullptr) return {};
    const auto docket = find_docket(store, decision.subject);
    if (!docket) return {};
    if (decision.kind == "case.panel") return appeal_since(docket->as_is, act, opened);
    for (const auto& notice : docket->as_is.notices) {
        if (opened < notice.issued && is_about(decision.kind, notice)) return fmt::format("notice {} was issued", notice.number);
    }
    return {};
}

// With its category a partner loses what was decided for it in the one before (ruling y).
std::string category_since(storage::Store& store, const TeamId& team, Instant opened) {
    for (const auto& row : store.applications().of(team)) {
        const auto docket = read_docket(store, row);
        if (!docket) continue;
        for (const auto& step : docket->steps) {
            if (step.at <= opened || !std::holds_alternative<conduct::Admit>(step.act)) continue;
            const auto motion = store.minutes().motion(step.decision);
            if (motion && motion->kind == "category") return fmt::format("{} became {}", team, docket->as_is.category);
        }
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

std::string review_since(storage::Store& store, const TeamId& team, Instant opened) {
    for (const auto& review : store.matters().all(community::MatterKind::review)) {
        if (review.team == team && review.outcome == "meets" && review.closed && opened < *review.closed)
            return fmt::format("review {} found that {} meets its criteria", review.id, team);
    }
    return {};
}

}  // namespace

std::string came_since(storage::Store& store, const Decision& decision, const community::Deed& act) {
    const auto motion = store.minutes().motion(decision.id);
    if (!motion) return {};
    if (act.kind.starts_with("hold.")) return hold_since(store, PersonId{act.subject}, motion->opens);
    if (act.kind == "revocation") return review_since(store, TeamId{act.subject}, motion->opens);
    if (act.kind == "list" && value_of(act.does, "created") == nullptr) return list_since(store, act.subject, motion->opens);
    if (act.kind == "clearance") {
        const auto* list = value_of(act.does, "list");
        const auto since = list == nullptr ? std::string() : list_since(store, *list, motion->opens);
        return since.empty() ? category_since(store, TeamId{act.subject}, motion->opens) : since;
    }
    return act.kind.starts_with("case.") && act.kind != "case.open" ? notice_since(store, decision, act, motion->opens) : std::string();
}

}  // namespace caveat::committee
