#include "caveat/committee/kept_from.hpp"

#include <algorithm>

#include "caveat/community/panel_list.hpp"
#include "proposals.hpp"

namespace caveat::committee {

KeptFrom::KeptFrom(storage::Store& store, const TeamId& party, const TeamId& lender) : store_(&store) {
    const auto is_theirs = [&](const std::optional<TeamId>& team) {
        return team && (*team == party || (!lender.empty() && *team == lender));
    };
    for (const auto& row : store.minutes().cases()) {
        if (!is_theirs(row.team)) continue;
        ids_.push_back(row.id);
        ids_.push_back(community::panel_list(row.id));
    }
    for (const auto& motion : store.minutes().motions()) {
        // What cannot be read is shown as to anybody: nobody could say whose it is.
        const auto rule = conduct::rule_from(motion.rule);
        if (rule && is_theirs(party_of(store, *rule, motion.kind, motion.subject))) ids_.push_back(motion.id);
    }
    for (const auto& review : store.matters().all(community::MatterKind::review)) {
        if (is_theirs(review.team)) ids_.push_back(review.id);
    }
}

bool KeptFrom::names_one(std::string_view text) const {
    return std::any_of(ids_.begin(), ids_.end(), [&](const auto& id) { return text.find(id) != std::string_view::npos; });
}

bool KeptFrom::is_of_kept_mail(const storage::Entry& entry) const {
    if (store_ == nullptr) return false;
    if (entry.act.starts_with("letter.") || entry.act.starts_with("reminder.")) return true;
    const auto post = store_->posts().find(PostId{entry.subject});
    return post && (post->kind == storage::PostKind::notice || names_one(post->list.value));
}

bool KeptFrom::hides(const storage::Entry& entry) const {
    return names_one(entry.subject) || names_one(entry.detail) || is_of_kept_mail(entry);
}

}  // namespace caveat::committee
