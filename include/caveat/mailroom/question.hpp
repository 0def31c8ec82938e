#pragma once
// One question, asked in one place (A1): what may happen to a post, to one person's copy of it, or to a right, given the facts. Judging and
// hand-off act on these answers; `policy try`, `explain` and `simulate` only show them, so that they say what then happens. No other code
// makes a policy::World or policy::PostFacts from the rows (tests/layers.cmake): a new fact of the question is gathered here, once. Reads
// only; on the thread that owns the room's Store.
#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "caveat/mailroom/room.hpp"

namespace caveat::mailroom {

// ---- a right: may this person do this with this item on this list, at that instant?
[[nodiscard]] policy::Permission ask_right(const Room& room, community::Verb verb, const community::Standing& who,
                                           const community::List& list, const policy::Item& item, Instant at);

// Does the list exist as far as this person may know (A7)? Asked before it is named to them.
[[nodiscard]] bool may_know(const Room& room, const PersonId& person, const community::List& list, Instant at);

// Does this person decide on what the list holds: a term in force, and neither a security hold nor a sanction that takes running the list
// away (ruling i)?
[[nodiscard]] bool may_moderate(const Room& room, const PersonId& person, const ListId& list, Instant at);

// Who runs the list now, without those of the case whose room it is.
[[nodiscard]] std::set<PersonId> who_runs_list(const Room& room, const ListId& list, Instant at);

// ---- one copy: may it go to this person (A2)?

// A post with copies, and its list as it is now (none: it is gone, or the post is a notice).
struct OnItsWay {
    const storage::Post& post;
    const community::List* list = nullptr;
    bool forgotten = false;  // by decision, or kept for its time: what still waits for the relay does not leave
};

struct CopyAnswer {
    storage::DeliveryState state = storage::DeliveryState::queued;  // queued: it may go; else withheld, cancelled, or deferred until `next`
    Instant next{};
    community::Reason because{};                   // recorded with the copy; names no sanction. Empty: it may go
    std::optional<policy::Permission> decision{};  // of policy, where policy was asked
    bool sealed = false;                           // it goes sealed to its reader's key, or not at all
    std::int16_t denial = -1;                      // the one that decided: index into Standing::denials
    bool clock_behind = false;                     // deferred because the clock stands before what is on record: no verdict

    [[nodiscard]] bool goes() const { return state == storage::DeliveryState::queued; }
};
// How long a copy waits at most after a "not now" of policy, till it is asked about again.
inline constexpr std::chrono::minutes policy_asks_again{5};
[[nodiscard]] bool is_forgotten(const Room& room, PostKey post);
[[nodiscard]] CopyAnswer ask_copy(const Room& room, const OnItsWay& copy, const community::Standing& who, bool named, Instant at);
// The same where the copy would leave, by the clock that judged the post: while that stands before the judging, a "yes" waits as well.
[[nodiscard]] CopyAnswer ask_at_hand_off(const Room& room, const OnItsWay& copy, const community::Standing& who, bool named, Instant at);

// The same for one person, with the facts it needs: what hand-off would record now.
struct CopyQuestion {
    storage::Post post;
    std::optional<community::List> list;
    community::Standing who;
    CopyAnswer answer;

    // Every reason in words. `naming`: for whom the sanction and its decision may be named.
    [[nodiscard]] std::vector<community::Reason> reasons(const Room& room, bool naming) const;
    [[nodiscard]] const community::Denial* denial() const;  // what stands in the way, if it is one
};
// None: nobody of that name, or the post has no label yet.
[[nodiscard]] std::optional<CopyQuestion> ask_copy_of(const Room& room, const storage::Post& post, const PersonId& person);

// ---- a post that was not sent: what would become of it, and who of the roster would receive it?
struct Trial {
    std::string_view bytes;
    ListId list;
    std::string from;  // as if From named this address; empty: as it stands
};
struct TriedCopy {
    PersonId person;
    bool receives = false;
    std::vector<community::Reason> because;
};
struct Tried {
    policy::Judgement judgement;
    std::vector<TriedCopy> copies;                // of the roster, if it would be distributed
    std::optional<community::Strength> supposed;  // how its author was taken to be proven, where the bytes prove less
};
// MAIL FROM is that of Return-Path, else that of the author. The author is assumed to be as strongly authenticated as the list needs, or as
// the bytes prove. errc::not_found: no such list; errc::invalid and errc::limit: no message.
[[nodiscard]] Result<Tried> try_post(const Room& room, const Trial& trial);

}  // namespace caveat::mailroom
