#include "outgoing.hpp"

#include <algorithm>

namespace caveat::mailroom {

Refusal refusal_of(const Leased& copy, storage::DeliveryState state, community::Reason because, Instant now, Instant next) {
    return {{.post = copy.post().key,
             .seq = copy.due().seq,
             .state = state,
             .attempts = copy.due().attempts,
             .address = {},
             .because = std::move(because),
             .reply = {},
             .at = now,
             .next = next},
            copy.who().person};
}

std::shared_ptr<const storage::Post> OutgoingPosts::get(PostKey key) {
    const auto known = std::find_if(recent_.begin(), recent_.end(), [&](const auto& post) { return post->key == key; });
    if (known != recent_.end()) return *known;
    auto post = room_.store.posts().get(key);
    if (!post) throw storage::Broken(fmt::format("a delivery row without its post {}", key));
    recent_.push_front(std::make_shared<const storage::Post>(std::move(*post)));
    if (recent_.size() > most) recent_.pop_back();
    return recent_.front();
}

std::shared_ptr<const storage::Post> OutgoingPosts::as_of(PostKey key, const storage::RegisterVersion& version) {
    if (version_ != version) recent_.clear();
    version_ = version;
    return get(key);
}

}  // namespace caveat::mailroom
