#include "thread_ids.hpp"

#include <algorithm>

#include "caveat/ascii.hpp"
#include "caveat/mail/message.hpp"

namespace caveat::mailroom {
namespace {

constexpr std::size_t most_ids = 1000;

// Of a post whose author is not named: which posts are ones that it may show it answers.
enum class Reach { list, all };

using ShownIds = std::vector<std::pair<std::string, std::string>>;

// As message ids are kept: hosts in small letters.
std::string with_lower_host(const std::string& id) {
    const auto at = std::min(id.rfind('@'), id.size());
    return id.substr(0, at) + ascii::lower(std::string_view(id).substr(at));
}

std::string shown(const Room& room, const storage::Post& post, const std::string& id, Reach reach) {
    auto& posts = room.store.posts();
    const auto kept = with_lower_host(id);
    if (auto other = id_without_author(room, kept); posts.parent(other)) return other;
    if (!post.caveats.author_withheld) return id;
    const auto counts = [&](const ListId& list, PostKey) { return reach == Reach::all || list == post.list; };
    return posts.parent(kept, counts) || posts.parent(id, counts) ? id : std::string();
}

void put_shown(const ShownIds& shown, std::vector<std::string>& ids) {
    for (const auto& [id, other] : shown) std::replace(ids.begin(), ids.end(), id, other);
    std::erase(ids, std::string());
}

ShownIds shown_ids(const Room& room, const storage::Post& post, const std::vector<std::string>& ids, Reach reach) {
    ShownIds others;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        auto other = i < most_ids ? shown(room, post, ids[i], reach) : std::string();
        if (other != ids[i]) others.emplace_back(ids[i], std::move(other));
    }
    return others;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> other_ids_of(const Room& room, const storage::Post& post, std::string_view bytes) {
    const auto headers = mail::read_headers(bytes, room.settings.limits);
    return headers ? shown_ids(room, post, mail::thread_ids(*headers), Reach::list) : ShownIds();
}

Card with_shown_ids(const Room& room, const storage::Post& post, Card card) {
    put_shown(shown_ids(room, post, card.in_reply_to, Reach::all), card.in_reply_to);
    put_shown(shown_ids(room, post, card.references, Reach::all), card.references);
    return card;
}

}  // namespace caveat::mailroom
