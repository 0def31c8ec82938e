#include "caveat/archive/sweeping.hpp"

#include "caveat/detail.hpp"

namespace caveat::archive {

Swept sweep(const mailroom::Room& room, std::size_t most) {
    auto& store = room.store;
    const Instant now = room.clock.now();
    const auto known = store.journal().newest_until(now - doubt);
    if (!known || store.archive().over(*known, 1).empty()) return {};
    storage::Store::Transaction transaction(store);
    const auto posts = store.archive().over(*known, most);
    std::vector<std::string> lines;
    for (const auto& post : posts) {
        store.archive().forget(post.post, now);
        store.posts().forget_body(post.post);
        lines.push_back(fmt::format("{} {} {} {}", post.id, post.list, name(post.label), to_string(*post.keep_until)));
    }
    Detail detail;
    detail.add("posts", lines).add("rules", room.rules.identity());
    store.journal().append(now, "system", "archive.swept", "", detail.text());
    transaction.commit();
    return {posts.size(), posts.size() == most};
}

}  // namespace caveat::archive
