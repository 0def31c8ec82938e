#include "caveat/mailroom/namesakes.hpp"

#include <algorithm>
#include <iterator>

#include "caveat/mailroom/reading.hpp"

namespace caveat::mailroom {

std::vector<storage::Post> under_id(const Room& room, const std::string& message_id) {
    std::vector<storage::Post> found;
    if (message_id.empty()) return found;
    storage::Posts::Filter filter;
    filter.limit = 1'000;
    for (const auto& id : {message_id, id_without_author(room, message_id)}) {
        filter.message_id = id;
        auto posts = room.store.posts().select(filter);
        std::move(posts.begin(), posts.end(), std::back_inserter(found));
    }
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
    return found;
}

std::vector<storage::ArchivedPost> forgotten_among(const Room& room, const std::vector<storage::Post>& posts) {
    std::vector<storage::ArchivedPost> forgotten;
    for (const auto& post : posts) {
        auto kept = room.store.archive().find(post.id);
        const bool swept = kept && kept->forgotten && kept->keep_until && *kept->keep_until <= *kept->forgotten;
        if (kept && kept->forgotten && !swept) forgotten.push_back(std::move(*kept));
    }
    return forgotten;
}

std::optional<community::Tlp> label_given(const Room& room, const std::vector<storage::Post>& posts) {
    std::optional<community::Tlp> given;
    for (const auto& post : posts) {
        if (post.state != storage::PostState::distributed) continue;
        room.store.journal().each({.from = 1, .limit = 1, .act = "post.relabelled", .subject = post.id.value},
                                  [&](const storage::Entry&) { given = std::max(given, post.label); });
    }
    return given;
}

}  // namespace caveat::mailroom
