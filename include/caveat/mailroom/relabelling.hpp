#pragma once
// Another label for a post that was distributed (rules.md §3.3, L7). Its own team raises or lowers it, by its author or who speaks for the
// team; who runs the list, and the operator, may only raise it; where nobody of that team is left, a decision of kind archive.relabel,
// which names the label, stands in for it, and while a sanction or a hold keeps the team from it, to put back what others raised. Nobody
// gives a label to what they neither wrote nor may read, and who came into the team after the post lowers nothing: else whoever enters
// people would read the past by it (A11). The archive, the floor of replies (L4) and copies that are still to go have the new label with
// the commit. What has left is not called back: whoever got a copy is told. A label that is raised is raised for the same mail on every
// list as far as each carries it, and for the readers there, whoever runs them (the words are the same); it is lowered on each by itself.
// Nobody destroys by this alone what takes a decision to forget (A11): where the time in the archive ends sooner under the new label, it
// ends `notice` from now at the earliest (and from what the journal knew, if the clock was set back), and who runs the list hears of it as
// well. The list's own `retention` of today shortens nothing that was posted before. On the thread that writes with the room's Store.
#include <chrono>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "caveat/community/deed.hpp"
#include "caveat/community/people.hpp"
#include "caveat/mailroom/room.hpp"

namespace caveat::mailroom {

// Uses up the decision that an act cites, inside the act's transaction.
using Citation = std::function<Result<void>(const std::string& decision, const community::Deed& deed)>;

// In which the label can be put back, or the post be preserved: three months, so that a meeting of the committee lies within.
inline constexpr std::chrono::hours notice{90 * 24};

struct NewLabel {
    PostId post;
    community::Tlp label{};
    std::string decision = {};  // none: the actor's own to do
};

struct Relabelled {
    community::Tlp before{}, after{};
    std::size_t told = 0;                    // people, by letter; not those of other lists
    std::optional<Instant> kept_until = {};  // in the archive, from now on; none: for good
    std::optional<Instant> instead_of = {};  // it would have been kept longer, until then; Instant::max(): for good
};

// errc::not_found: no such post in the archive, or not for this actor to know of; errc::conflict: it has this label, is forgotten, is no
// longer kept, or its list is gone; errc::denied: not theirs to do (what they may not read is not there), above the list's maximum, below a
// post of another team that it answers, or the decision does not carry it.
[[nodiscard]] Result<Relabelled> relabel(const Room& room, const Citation& cite, const community::Actor& by, const NewLabel& wish);

// In the courier's transaction: the relay was just taking copies for these readers when their post was given another label, so that they
// have it as `before`, or may. They are told as the others were. None of those others is among them: who may have had a copy before.
void tell_of_label(const Room& room, PostKey key, community::Tlp before, std::set<PersonId> readers);
// At the start of the courier, before it takes them up: the same for what a dead one had leased of posts that were given another label
// lately, since nobody knows whether it left before. Once for each label.
void tell_at_start(const Room& room);

// The labels that it would take from this actor now without a decision, for who is asked which one; none for those who may not know it.
[[nodiscard]] std::vector<community::Tlp> labels_to_give(const Room& room, const community::Actor& by, const storage::ArchivedPost& post);

// The label that the team which posted it gave it last; none: it gave none.
[[nodiscard]] std::optional<community::Tlp> label_of_team(const Room& room, const storage::Post& post);

// ---- what a post is never kept below, because of what it answers (L4)
// What a mail answers, the nearest first; the first `direct` are its parents, since it may answer several.
struct Answered {
    std::vector<std::string> ids;
    std::size_t direct = 0;
};
[[nodiscard]] Answered answered_by(const std::vector<std::string>& in_reply_to, const std::vector<std::string>& references);
// The strictest of the parents, or else of the nearest that is known. `label_of`: of the n-th; none: nobody knows it.
[[nodiscard]] std::optional<community::Tlp> floor_over(const Answered& answered,
                                                       const std::function<std::optional<community::Tlp>(std::size_t)>& label_of);
// Of a post that was distributed, or of what was imported, as anybody's.
[[nodiscard]] std::optional<community::Tlp> label_of_parent(const Room& room, const std::string& message_id);
// Of a post of the archive: by what it answers of other teams.
[[nodiscard]] std::optional<community::Tlp> floor_of(const Room& room, const storage::ArchivedPost& post);

}  // namespace caveat::mailroom
