#pragma once
// Who looks after a list: by terms, and only while they last (A10).
#include "caveat/community/people.hpp"

namespace caveat::mailroom {

// Its owner, or the secretariat: they get the mail to list+owner.
[[nodiscard]] inline bool runs_list(const community::Term& term, const ListId& list, Instant now) {
    return term.during.contains(now) && ((term.role == "owner" && term.list == list) || term.role == "secretariat");
}

// They and its moderators decide on what it holds.
[[nodiscard]] inline bool moderates_list(const community::Term& term, const ListId& list, Instant now) {
    return runs_list(term, list, now) || (term.during.contains(now) && term.role == "moderator" && term.list == list);
}

}  // namespace caveat::mailroom
