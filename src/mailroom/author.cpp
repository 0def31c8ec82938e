#include "author.hpp"

#include "caveat/letters/letters.hpp"
#include "caveat/mailroom/question.hpp"

namespace caveat::mailroom {
namespace {

Came as_it_came(const storage::Post& post) { return {post.target, post.list, post.received}; }
std::string kind_of_use(const storage::Post& post) { return "post " + post.sealed_as.value; }

}  // namespace

Author author_of(const Room& room, const storage::Post& post, const Prepared& bytes) {
    Author author{identify(room, bytes.headers, post.mail_from)};
    author.came = author.sender.strength;
    author.signature = signature_of(room, bytes.behind, author.sender.person, as_it_came(post), kind_of_use(post));
    if (author.signature == policy::Signature::author) author.sender.strength = community::Strength::signature;
    return author;
}

void use_up_signature(const Room& room, const storage::Post& post, const Prepared& bytes) {
    use_signature(room, bytes.behind, post.sender, as_it_came(post), kind_of_use(post));
}

std::optional<community::List> list_known_to(const Room& room, const std::optional<PersonId>& person, const ListId& id, Instant now) {
    auto list = room.store.rosters().list(id);
    if (list && person && !may_know(room, *person, *list, now)) list.reset();
    return list;
}

std::optional<community::Reason> objection_of_mailbox(const community::Standing& standing, Instant now) {
    if (letters::hold_on(standing.denials, standing.person, now) == nullptr) return std::nullopt;
    return community::Reason{community::Code::denied, "the sender's mailbox may be in other hands: its person is under a security hold"};
}

}  // namespace caveat::mailroom
