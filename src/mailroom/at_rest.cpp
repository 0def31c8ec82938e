#include "at_rest.hpp"

#include <stdexcept>

#include "caveat/mail/rebuild.hpp"
#include "caveat/mail/without_signatures.hpp"
#include "caveat/mailroom/opening.hpp"

namespace caveat::mailroom {
namespace {

using storage::Post;

Result<std::string> opened_for_copies(const Room& room, const Post& post, const std::optional<Sealed>& inside) {
    return inside ? room.vault.open(*inside, storage::sealed_inside_as(post.id)) : bytes_for_copies(room, post);
}

Sealed seal_inside(const Room& room, const Post& post, const std::string& bytes) {
    return room.vault.seal_to_forget(bytes, storage::sealed_inside_as(post.id));
}

// Nothing goes out under our signature that a relay may have written around the author's.
std::optional<Sealed> without_anybodys(const Room& room, const Post& post, const Prepared& bytes, const PostQuestion& question,
                                       const std::optional<Sealed>& inside) {
    if (is_header_whole(bytes, question)) return inside;
    if (!question.header_unproven && !inside && !head_without_unsigned(room, bytes, question)) return std::nullopt;
    const auto which = post.target == storage::Target::owner ? room.settings.separator + "owner" : std::string();
    const auto to = bytes.behind.named ? std::string() : post.list.value + which + "@" + room.settings.domain;
    const auto& limits = room.settings.limits;
    const auto without = opened_for_copies(room, post, inside).and_then([&](const std::string& all) {
        if (question.header_unproven) return mail::without_uncovered(all, to, limits);
        return mail::without_unsigned(all, question.sender.from, to, limits);
    });
    if (!without) throw std::runtime_error("what is not signed could not be left out of the header");
    return *without ? std::optional(seal_inside(room, post, **without)) : inside;
}

// What its copies are made of where its author is not to be named: without the signatures that would. They were found when it was read, so
// that not to find them now is a fault, and nothing leaves.
Sealed without_author(const Room& room, const Post& post, const std::optional<Sealed>& inside, const mail::KnownAs& author) {
    const auto without = opened_for_copies(room, post, inside).and_then([&](const std::string& bytes) {
        return mail::without_signatures(bytes, room.settings.limits, author);
    });
    if (!without || without->bytes.empty()) throw std::runtime_error("the signature of an unnamed author could not be left out");
    return seal_inside(room, post, without->bytes);
}

}  // namespace

bool is_header_whole(const Prepared& bytes, const PostQuestion& question) {
    const bool is_anybodys = question.header_unproven || question.carried;
    return !is_anybodys || bytes.behind.protects_header;
}

std::optional<Sealed> made_for_copies(const Room& room, const Post& post, const Prepared& bytes, const PostQuestion& question) {
    // What of it is the author's is told by all of the header.
    const bool unnamed = post.caveats.author_withheld && bytes.shows_author;
    const auto own = unnamed ? without_author(room, post, bytes.inside, bytes.author) : bytes.inside;
    return without_anybodys(room, post, bytes, question, own);
}

void rest_alone(const Room& room, const Post& post, std::optional<Sealed> own) {
    auto& posts = room.store.posts();
    if (!posts.at_rest_beside(post.key, storage::Posts::Resting::shared).empty()) {
        if (!own) {
            if (const auto whole = bytes_for_copies(room, post)) own = seal_inside(room, post, *whole);
        }
        if (own) posts.forget_body(post.key);
    }
    if (own) posts.put_opened(post.key, *own);
}

std::optional<std::string> head_without_unsigned(const Room& room, const Prepared& bytes, const PostQuestion& question) {
    return mail::without_unsigned(bytes.head, question.sender.from, {}, room.settings.limits).value_or(std::nullopt);
}

}  // namespace caveat::mailroom
