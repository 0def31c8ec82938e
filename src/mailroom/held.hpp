#pragma once
// How much lets somebody wait, and by whom: what a moderator, the author or someone else has still to decide.
#include <cstddef>
#include <cstdint>
#include <unordered_map>

#include "caveat/mailroom/mailroom.hpp"

namespace caveat::mailroom {

// As the rows were when it was made: it is asked once for all submissions of a commit.
class Held {
public:
    explicit Held(const Room& room) {
        for (const auto& waiting : room.store.posts().waiting()) (waiting.sent_again ? sent_again_ : others_).add(waiting);
    }
    // What may be somebody else's doing keeps its author's own mail from nothing: in other envelopes as much of it may wait as of what only
    // claims to be theirs, and in their own as much again as of the rest.
    [[nodiscard]] bool fits(const Quotas& quotas, const PersonId& author, std::uint64_t bytes, bool own_envelope) const {
        const bool again = own_envelope
                               ? sent_again_.fits(quotas.held + quotas.unproven, quotas.all_held + quotas.all_unproven, author, bytes)
                               : sent_again_.fits(quotas.unproven, quotas.all_unproven, author, bytes);
        return again && others_.fits(quotas.held, quotas.all_held, author, bytes);
    }

private:
    class Kind {
    public:
        void add(const storage::Posts::Waiting& waiting) {
            posts_ += static_cast<std::size_t>(waiting.posts);
            bytes_ += static_cast<std::uint64_t>(waiting.bytes);
            if (waiting.sender) by_author_.emplace(*waiting.sender, waiting);
        }
        // Nobody's first post is kept away by what others have waiting.
        [[nodiscard]] bool fits(const Quota& own, const Quota& all, const PersonId& author, std::uint64_t bytes) const {
            const auto found = by_author_.find(author);
            if (found == by_author_.end()) return true;
            const auto posts = static_cast<std::size_t>(found->second.posts);
            return own.fits(posts, static_cast<std::uint64_t>(found->second.bytes), bytes) && all.fits(posts_, bytes_, bytes);
        }

    private:
        std::size_t posts_ = 0;
        std::uint64_t bytes_ = 0;
        std::unordered_map<PersonId, storage::Posts::Waiting> by_author_;
    };
    Kind sent_again_, others_;
};

}  // namespace caveat::mailroom
