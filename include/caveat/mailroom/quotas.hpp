#pragma once
// How much mail may wait here in one author's name and in all. What is above it is answered 452 at the door, before anything is kept; it
// may come again when a moderator has decided, or time has passed. Values; `Unproven` lives on the desk's thread.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

#include "caveat/clock.hpp"
#include "caveat/ids.hpp"

namespace caveat::mailroom {

struct Quota {
    std::size_t number = 0;
    std::uint64_t bytes = 0;
    [[nodiscard]] bool fits(std::size_t has, std::uint64_t has_bytes, std::uint64_t more) const {
        return has < number && more <= bytes && has_bytes <= bytes - more;
    }
    [[nodiscard]] Quota operator+(const Quota& more) const { return {number + more.number, bytes + more.bytes}; }
    bool operator==(const Quota&) const = default;
};

struct Quotas {
    // Posts that wait for a moderator or for their author. Above the quota of all, whoever has none waiting may still post.
    Quota held{100, std::uint64_t{256} << 20};
    Quota all_held{5'000, std::uint64_t{2} << 30};
    // Mails that claim an author as whom nobody proved themselves, of the last `unproven_life`: then what is held of them is discarded. As
    // much again may wait for GnuPG to say whose it is, and both once more in the author's own envelope (Unproven).
    Quota unproven{20, std::uint64_t{32} << 20};
    Quota all_unproven{1'000, std::uint64_t{256} << 20};
    std::chrono::seconds unproven_life{72 * 3600};
    bool operator==(const Quotas&) const = default;
};

// Mails of one author and of all that are given up in an hour, and addresses that one of them names: each is a row that stays, and each
// mail an entry of the journal. Beyond that what is signed or encrypted counts like any other claim.
constexpr std::size_t most_given_up_an_hour = 200;
constexpr std::size_t most_given_up_an_hour_of_all = 1'000;
constexpr std::size_t most_addresses_awaited = 5;

// The unproven mails that were answered 250, whatever became of them, since a quota of what is held would tell which addresses exist (A7).
// What comes in the author's own envelope and what does not are counted apart, so that whoever cannot forge an envelope takes no room from
// whoever has it. Mail that waits for the operator is the mail of an author without an id.
class Unproven {
public:
    enum class State : std::uint8_t {
        claimed,   // counts for Quotas::unproven_life
        awaited,   // signed or encrypted as a whole (K3, K4), so that GnuPG will say whose it is: counts until it has
        given_up,  // it was awaited, is not its author's, and found no room among the claimed: counts for an hour
    };
    struct Mail {
        Instant at{};
        PersonId author;
        std::uint64_t bytes = 0;
        PostId id;                 // what it is sealed as
        bool by_envelope = false;  // whose sender is the author
        State state = State::claimed;
    };

    // Whether there is room for that one in its state, which is claimed or awaited.
    [[nodiscard]] bool fits(const Quotas& quotas, const Mail& more, Instant now);
    void add(Mail mail) { mails_.push_back(std::move(mail)); }
    void forget(const PostId& id);    // somebody vouched for it, or it was not kept
    void verified(const PostId& id);  // its author signed it: it is awaited no more
    // It is judged, and is not known to be its author's. No: it was awaited, and there is no room for it.
    [[nodiscard]] bool may_stay(const Quotas& quotas, const PostId& id, Instant now);
    // What is awaited, for whoever asks what became of it; once a second, else nothing.
    [[nodiscard]] std::vector<PostId> awaited(Instant now);

private:
    void let_go(const Quotas& quotas, Instant now);

    // At most, for each kind of envelope: twice Quotas::all_unproven.number, and most_given_up_an_hour_of_all with what was awaited then.
    std::deque<Mail> mails_;
    Instant looked_{};
};

}  // namespace caveat::mailroom
