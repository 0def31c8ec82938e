#include "conclusion.hpp"

#include <array>

#include "caveat/detail.hpp"

namespace caveat::mailroom {

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
