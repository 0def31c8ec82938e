#include "spool.hpp"

#include <algorithm>

namespace caveat::mailroom {
namespace {

constexpr std::uint64_t bytes_read_at_once = 1U << 20;  // of small posts before a transaction: a short slice of the desk's time

}  // namespace

std::vector<Spool::Next> Spool::next(std::size_t most, std::uint64_t largest) {
    std::vector<Next> chosen;
    std::shared_ptr<const Prepared> before;  // posts of one submission follow each other
    std::uint64_t bytes = 0;
    PostKey after = 0;
    for (;;) {
        const auto page = room_.store.posts().spooled(after, largest, big_ ? big_->sealed_as : PostId{}, most);
        for (const auto& [post, size] : page) {
            after = post.key;
            if (still_waits(post.key)) continue;
            const auto extent = extent_of(post.target);
            const bool brought = big_ && big_->is(post.sealed_as, extent);
            if (!brought && size > largest) continue;
            if (chosen.size() == most || (!chosen.empty() && bytes >= bytes_read_at_once)) return chosen;
            if (brought) {
                chosen.push_back({post.key, big_});
                continue;
            }
            if (!before || !before->is(post.sealed_as, extent)) {
                before = prepare(room_, to_read(post));
                bytes += size;
            }
            chosen.push_back({post.key, before});
        }
        if (page.size() < most) return chosen;
    }
}

std::optional<Errand> Spool::errand(std::uint64_t largest) {
    if (away_) return std::nullopt;
    const auto post = room_.store.posts().oldest_big(largest);
    if (!post || (big_ && big_->is(post->sealed_as, extent_of(post->target)))) {
        if (!post) big_.reset();
        return std::nullopt;
    }
    big_.reset();
    const auto what = std::make_shared<const ToRead>(to_read(*post));
    away_ = true;
    return Errand([self = shared_from_this(), what]() -> std::function<void()> {
        auto prepared = prepare(self->room_, *what);
        return [self, prepared = std::move(prepared)]() mutable {
            self->away_ = false;
            self->big_ = std::move(prepared);
        };
    });
}

void Spool::judged(const Next& post) {
    waiting_.erase(post.key);
    lacking_.erase(post.prepared->sealed_as.value);
}

// A big one that waits makes room for the parent, which may be big as well and came first.
void Spool::waits(const Next& post, PostKey parent) {
    waiting_[post.key] = parent;
    if (post.prepared == big_) big_.reset();
}

void Spool::lacks(const Next& post, const LabelFacts& label) {
    lacking_[post.prepared->sealed_as.value].push_back(label);
    if (post.prepared == big_) big_.reset();
}

bool Spool::still_waits(PostKey key) {
    const auto found = waiting_.find(key);
    if (found == waiting_.end()) return false;
    const auto parent = room_.store.posts().get(found->second);
    if (parent && parent->state == storage::PostState::spooled && !parent->forged) return true;
    waiting_.erase(found);
    return false;
}

// With the labels of all lists that the submission names, as far as the rows tell now: the sender was looked up when it came.
ToRead Spool::to_read(const storage::Post& post) {
    ToRead what{post.sealed_as, extent_of(post.target), room_.store.posts().body(post.key), room_.clock.now(), {}};
    if (what.extent != Extent::whole) return what;
    if (const auto found = lacking_.find(post.sealed_as.value); found != lacking_.end()) what.labels = found->second;
    auto posts = room_.store.posts().spooled_beside(post.key);
    posts.push_back(post);
    for (const auto& one : posts) {
        const bool labelled = one.target == storage::Target::list || one.target == storage::Target::owner;
        const auto list = labelled ? room_.store.rosters().list(one.list) : std::nullopt;
        if (!list) continue;
        const auto facts = label_facts(room_.rules, *list, one.strength);
        if (std::find(what.labels.begin(), what.labels.end(), facts) == what.labels.end()) what.labels.push_back(facts);
    }
    return what;
}

}  // namespace caveat::mailroom
