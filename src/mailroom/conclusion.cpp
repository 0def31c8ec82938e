#include "conclusion.hpp"

#include <algorithm>
#include <array>

#include "author.hpp"
#include "caveat/detail.hpp"
#include "caveat/printable.hpp"

namespace caveat::mailroom {

std::vector<storage::Post> refuse_beside(const Room& room, const storage::Post& post, const std::vector<community::Reason>& because,
                                         Instant now) {
    using storage::Target;
    const auto is_posted = [](const storage::Post& one) { return one.target == Target::list || one.target == Target::owner; };
    std::vector<storage::Post> refused;
    for (auto& other : room.store.posts().spooled_beside(post.key)) {
        const bool alike = storage::is_request(other.target) || (is_posted(other) && is_posted(post));
        if (!alike || list_known_to(room, post.sender, other.list, now)) continue;
        other.message_id = post.message_id;
        other.sender = post.sender;
        other.strength = post.strength;
        settle(room, other, policy::Verdict::refuse, because, now);
        refused.push_back(std::move(other));
    }
    return refused;
}

std::vector<std::string> ids_of(std::span<const storage::Post> posts) {
    std::vector<std::string> ids;
    for (const auto& post : posts) ids.push_back(post.id.value);
    return ids;
}

std::string as_beside(std::span<const storage::Post> posts, bool naming) {
    if (posts.empty()) return {};
    if (!naming) return fmt::format("- and likewise at {} more\n", posts.size());
    constexpr std::size_t most_named = 10;
    std::string line = "- and likewise at ";
    for (const auto& post : posts.first(std::min(posts.size(), most_named)))
        line += (&post == &posts.front() ? "" : ", ") + printable(post.rcpt_to);
    if (posts.size() > most_named) line += fmt::format(" and {} more", posts.size() - most_named);
    return line + "\n";
}

void settle(const Room& room, storage::Post& post, policy::Verdict verdict, const std::vector<community::Reason>& because, Instant now) {
    using storage::PostState;
    constexpr std::array states{PostState::distributed, PostState::held, PostState::refused, PostState::dropped};
    post.state = states.at(static_cast<std::size_t>(verdict));
    post.because = because;
    post.decided = now;
    post.rules = room.rules.identity();
    room.store.posts().update(post);
    if (!traits(post.state).keeps_body) room.store.posts().forget_body(post.key);
}

void record_verdict(const Room& room, const storage::Post& post, policy::Verdict verdict, const std::vector<std::string>& beside,
                    Instant now) {
    Detail detail;
    detail.add("verdict", policy::name(verdict)).add("address", post.rcpt_to);
    if (!post.caveats.author_withheld)
        detail.add("from", post.from).add("mail_from", post.mail_from).add("sender", post.sender ? post.sender->value : "");
    detail.add("strength", community::name(post.strength));
    detail.add("label", post.label ? community::name(*post.label) : "")
        .add("because", community::lines(post.because))
        .add("rules", post.rules);
    if (const auto caveats = community::to_text(post.caveats); !caveats.empty()) detail.add("caveats", caveats);
    if (!post.released_by.empty()) detail.add("released_by", post.released_by);
    if (!beside.empty()) detail.add("beside", beside);
    room.store.journal().append(now, "system", "post.judged", post.id.value, detail.text());
}

}  // namespace caveat::mailroom
