#pragma once
// How much mail may wait here in one author's name and in all. What is above it is answered 452 at the door, before anything is kept; it
// may come again when a moderator has decided, or time has passed. Values; `Unproven` lives on the desk's thread.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>

#include "caveat/clock.hpp"
#include "caveat/ids.hpp"

namespace caveat::mailroom {

struct Quota {
    std::size_t number = 0;
    std::uint64_t bytes = 0;
    [[nodiscard]] bool fits(std::size_t has, std::uint64_t has_bytes, std::uint64_t more) const {
        return has < number && more <= bytes && has_bytes <= bytes - more;
    }
    bool operator==(const Quota&) const = default;
};

struct Quotas {
    // Posts that wait for a moderator or for their author. Above the quota of all, whoever has none waiting may still post.
    Quota held{100, std::uint64_t{256} << 20};
    Quota all_held{5'000, std::uint64_t{2} << 30};
    // Mails that claim an author as whom nobody proved themselves, of the last `unproven_life`: then what is held of them is discarded.
    Quota unproven{20, std::uint64_t{32} << 20};
    Quota all_unproven{1'000, std::uint64_t{256} << 20};
    std::chrono::seconds unproven_life{72 * 3600};
    bool operator==(const Quotas&) const = default;
};

// The unproven mails of the last Quotas::unproven_life: all that were answered 250, whatever became of them, since a quota of what is held
// would tell which addresses exist (A7). Mail that waits for the operator is the mail of an author without an id.
class Unproven {
public:
    struct Mail {
        Instant at{};
        PersonId author;
        std::uint64_t bytes = 0;
        PostId id;  // what it is sealed as
    };

    [[nodiscard]] bool fits(const Quotas& quotas, const PersonId& author, std::uint64_t bytes, Instant now);
    void add(Mail mail) { mails_.push_back(std::move(mail)); }
    void forget(const PostId& id);  // somebody vouched for it, or it was not kept

private:
    std::deque<Mail> mails_;  // at most Quotas::all_unproven.number
};

}  // namespace caveat::mailroom
