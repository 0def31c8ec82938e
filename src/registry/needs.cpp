// What the secretariat cannot do by itself: which kind of decision of the committee an act on a row needs.
#include <algorithm>

#include "acts.hpp"
#include "caveat/community/panel_list.hpp"

namespace caveat::registry {
namespace {

std::optional<Need> of_category(const policy::Rulebook& rules, const std::string& before, const std::string& after) {
    if (before == after || (rules.is_outside(before) && rules.is_outside(after))) return std::nullopt;
    if (rules.is_outside(before)) return Need{"admission", "the admission of a team (items 17, 18 and 54)"};
    if (rules.is_outside(after)) return Need{"revocation", "the category of a team (items 25 and 54)"};
    return Need{"category", "the category of a team (items 23 and 54)"};
}

// A team that is not there, yet or any more.
community::Team nobody(const policy::Rulebook& rules) {
    community::Team team;
    team.category = rules.category_of(community::Status::applicant);
    return team;
}

}  // namespace

std::vector<Need> needs(const policy::Rulebook& rules, const community::Team* before, const community::Team* after) {
    const auto was = before == nullptr ? nobody(rules) : *before;
    const auto is = after == nullptr ? nobody(rules) : *after;
    std::vector<Need> needed;
    if (const auto need = of_category(rules, was.category, is.category)) needed.push_back(*need);
    if (after == nullptr) return needed;
    // The decision on a new category covers the subtype and the date that come with it.
    const bool settled = !needed.empty() || rules.is_outside(is.category);
    if (!settled && was.subtype != is.subtype) needed.push_back({"category", "the subtype of a team (items 23 and 54)"});
    if (!settled && was.economy != is.economy) needed.push_back({"category", "the economy of a team (items 4 and 14)"});
    if (!settled && was.since != is.since) needed.push_back({"category", "the date of admission of a team (items 6 and 54)"});
    if (!settled && was.mou != is.mou) needed.push_back({"category", "the MoU of a team (item 18)"});
    if (was.clearances != is.clearances) needed.push_back({"clearance", "the clearance of a team (ruling y)"});
    return needed;
}

Result<void> keeps_status(const policy::Rulebook& rules, const community::Team* before, const community::Team* after) {
    const auto was = before == nullptr ? nobody(rules) : *before;
    const auto is = after == nullptr ? nobody(rules) : *after;
    const bool inside = !rules.is_outside(was.category);
    if (!rules.knows_category(is.category, is.subtype)) return {};  // which is refused as such
    if (after != nullptr && !inside && (was.since != is.since || was.mou != is.mou)) {
        return fail(errc::denied, "items 6 and 18: {} has no date of admission and no MoU; its application records them", is.id);
    }
    for (const Need& need : needs(rules, before, after)) {
        if (need.kind == "clearance") continue;
        if (need.kind == "admission") {
            return fail(errc::denied,
                        "{} rests on its application (ruling ii), from the form to the ballot; see: caveat application submit, then caveat "
                        "application decide",
                        need.what);
        }
        if (need.kind == "revocation") {
            return fail(errc::denied,
                        "{} ends by its revocation, of a partner under a clause of the MoU; see: caveat application revoke {}", need.what,
                        was.id);
        }
        return fail(errc::denied, "{} is changed by an application of {} (ruling ii); see: caveat application submit", need.what, was.id);
    }
    return {};
}

Result<community::Deed> clearance_deed(const community::Team* before, const community::Team& after) {
    const auto had = before == nullptr ? std::vector<community::Clearance>{} : before->clearances;
    const auto among = [](const auto& all, const community::Clearance& one) {
        return std::any_of(all.begin(), all.end(), [&](const auto& c) { return c.list == one.list && c.label == one.label; });
    };
    std::vector<community::Deed> deeds;
    for (const auto& one : after.clearances) {
        if (among(had, one)) continue;
        deeds.push_back({"clearance", after.id.value, {{"list", one.list.value}, {"label", std::string(name(one.label))}}});
    }
    for (const auto& one : had) {
        const bool other = std::any_of(after.clearances.begin(), after.clearances.end(), [&](const auto& c) { return c.list == one.list; });
        if (!other) deeds.push_back({"clearance", after.id.value, {{"list", one.list.value}, {"removed", "true"}}});
    }
    if (deeds.size() == 1) return deeds.front();
    return fail(errc::denied, "ruling (ii): a clearance is decided for one list and label; here are {} changes; make one after the other",
                deeds.size());
}

Result<void> check_citation(const std::vector<Need>& needed, const std::string& decision) {
    if (needed.empty()) {
        if (decision.empty()) return {};
        return fail(errc::invalid, "nothing here is the committee's to decide; leave decision {} out", shown(decision));
    }
    const Need& first = needed.front();
    for (const Need& need : needed) {
        if (need.kind == first.kind) continue;
        return fail(errc::denied, "{} and {} are two decisions, and each carries one act; change one after the other", first.what,
                    need.what);
    }
    if (!decision.empty()) return {};
    return fail(errc::denied,
                "{} is changed by a decision of the committee, which the secretariat records; needs decision, the id of one of kind {}",
                first.what, first.kind);
}

Result<void> use_decision(const Citation& cite, const std::vector<Need>& needed, const std::string& decision, const community::Deed& deed) {
    if (auto ok = check_citation(needed, decision); !ok || needed.empty()) return ok;
    return cite(decision, deed);
}

Result<void> is_open(const community::List& list, Instant now) {
    if (!list.expires || now < *list.expires) return {};
    return fail(errc::invalid, "list {} is closed since {}; a decision of the committee, of kind list, opens it again", list.id,
                to_string(*list.expires));
}

Result<void> not_a_panels(const community::List& list) {
    if (!community::is_room(list)) return {};
    return fail(errc::denied,
                "ruling (l): {} is the list of an Appeal Panel: the five who were seated are on it, and nobody else enters or changes it; "
                "the committee keeps it with the case",
                list.id);
}

void credit_clearances(community::Team& team, const community::Team* before, const std::string& decision) {
    for (auto& clearance : team.clearances) {
        clearance.decision = decision;
        if (before == nullptr) continue;
        for (const auto& had : before->clearances) {
            if (had.list == clearance.list && had.label == clearance.label) clearance.decision = had.decision;
        }
    }
}

}  // namespace caveat::registry
