#pragma once
// Who looks at the committee's record, as access knows them: filled in here alone. Pure.
#include "caveat/access/caller.hpp"
#include "caveat/committee/viewer.hpp"

namespace caveat::facts {

// For what that right is about.
[[nodiscard]] inline committee::Viewer viewer_of(const access::Caller& caller, access::Right right) {
    using Reach = committee::Viewer::Reach;
    committee::Viewer viewer{caller.actor, caller.team, caller.representative, caller.committee, Reach::nothing, caller.lent_team};
    if (!caller.second_factor) return viewer;
    const auto reach = caller.reach(right);
    if (reach == access::Reach::all) viewer.reach = Reach::everything;
    if (reach == access::Reach::own) viewer.reach = Reach::own;
    return viewer;
}

}  // namespace caveat::facts
