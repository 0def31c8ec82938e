#pragma once
// Who may give a post of the archive which label (A11). Reads the rows and the journal: within a Store::Transaction, or a Reading.
#include <string_view>

#include "caveat/mailroom/relabelling.hpp"

namespace caveat::mailroom {

// Whose label it was, as the entry "post.relabelled" has it.
inline constexpr std::string_view who_runs = "who runs the list";
inline constexpr std::string_view team_that_posted = "the team that posted it";
inline constexpr std::string_view by_the_same_mail = "who may give it a label";  // to readers who may not know that it is on another list

// What an actor is to a post. A sanction takes it from them as it takes posting, reading or running the list (C4, A4).
struct Hand {
    bool source = false;    // its own team: the author, or who speaks for the team
    bool witness = false;   // and in the register since it was posted, so that nobody is put in that place afterwards to lower it
    bool runs = false;      // the list; the operator as well
    bool outsider = false;  // a person who may not read it, and did not write it
};
[[nodiscard]] Hand hand_on(const Room& room, const community::Actor& by, const storage::ArchivedPost& post, Instant now);

// What is there to be relabelled; errc::conflict says why it is not.
[[nodiscard]] Result<community::List> list_of_kept(const Room& room, const storage::ArchivedPost& post, Instant now);

// errc::not_found, in the same words for one that its reader may not know of.
[[nodiscard]] tl::unexpected<Error> no_such_post(const PostId& id);

// errc::denied, saying who may; errc::conflict: it has that label; errc::not_found as above.
[[nodiscard]] Result<void> may_give(const Room& room, const Hand& hand, const storage::ArchivedPost& post, const community::List& list,
                                    const NewLabel& wish, Instant now);

}  // namespace caveat::mailroom
