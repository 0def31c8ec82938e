#include "sent_again.hpp"

#include <algorithm>
#include <iterator>
#include <optional>

#include "address.hpp"
#include "caveat/mail/message.hpp"
#include "caveat/mailroom/opening.hpp"

namespace caveat::mailroom {
namespace {

using policy::Again;
using storage::Post;
using storage::PostState;
using storage::Target;

constexpr std::int64_t most_looked_at = 20;  // of each state, the newest: nobody's constant Message-ID costs more

std::string without_blanks(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    std::copy_if(text.begin(), text.end(), std::back_inserter(out), [](char c) { return c != ' ' && c != '\t' && c != '\r' && c != '\n'; });
    return out;
}

// What its author wrote, as far as anybody vouches for it.
struct Written {
    std::string whole, head, text;
    std::vector<std::string> named;  // by To and Cc

    [[nodiscard]] bool is_again(const Written& before) const { return head == before.head && text.starts_with(before.text); }
    // The MTA in front writes when a mail came to it: the same octets are one that it handed over twice, or to each list by itself.
    [[nodiscard]] bool is_the_same_arrival(const Written& before) const { return whole == before.whole; }
};

std::optional<Written> written(std::string bytes, const mail::Limits& limits) {
    const auto headers = mail::read_headers(bytes, limits);
    if (!headers) return std::nullopt;
    Written out;
    for (const std::string_view name : {"Subject", "Date"}) {
        const auto* field = headers->find(name);
        out.head += (field == nullptr ? std::string() : without_blanks(field->value)) + "\n";
    }
    for (const std::string_view name : {"To", "Cc"}) {
        const auto* field = headers->find(name);
        if (field == nullptr) continue;
        for (auto& box : mail::read_mailboxes(mail::unfold(field->value))) out.named.push_back(std::move(box.address));
    }
    out.text = without_blanks(std::string_view(bytes).substr(headers->body_at));
    out.whole = std::move(bytes);
    return out;
}

std::optional<Written> written(const Room& room, const Post& post) {
    auto bytes = room.vault.open(room.store.posts().body(post.key), post.sealed_as.value);
    // Of one that shares its bytes with others, those of its own.
    if (!bytes) bytes = bytes_for_copies(room, post);
    return bytes ? written(std::move(*bytes), room.settings.limits) : std::nullopt;
}

bool is_to(const Room& room, const std::vector<std::string>& addresses, const Post& post) {
    return std::any_of(addresses.begin(), addresses.end(), [&](const std::string& address) {
        if (!is_ours(room, address)) return false;
        const auto ours = read_address(room, address);
        return ours.target == post.target && ours.list == post.list;
    });
}

}  // namespace

Again came_before(const Room& room, const Post& post, const PersonId& author) {
    if (post.message_id.empty() || !post.released_by.empty()) return Again::no;
    std::optional<Written> now;
    auto again = Again::no;
    for (const auto state : {PostState::distributed, PostState::held}) {
        storage::Posts::Filter filter;
        filter.state = state;
        filter.message_id = post.message_id;
        filter.sender = author;
        filter.before = post.key;
        filter.limit = most_looked_at;
        for (const auto& other : room.store.posts().select(filter)) {
            if (other.sealed_as == post.sealed_as || (other.target != Target::list && other.target != Target::owner)) continue;
            if (!now) now = written(room, post);
            if (!now) return Again::no;
            if (state == PostState::held && other.strength < community::Strength::dmarc) continue;
            // What is there no more, because it was forgotten, counts as the same.
            const auto before = written(room, other);
            if (before && !now->is_again(*before)) continue;
            const bool here = other.target == post.target && other.list == post.list;
            if (here && state == PostState::held) {
                // What waits for another reason its author may send twice: each goes its own way (D8).
                if (!other.because.empty() && other.because.front().code == community::Code::replayed) return Again::waits;
                continue;
            }
            if (before && now->is_the_same_arrival(*before)) continue;
            if (here) again = Again::here;
            if (again == Again::no && !is_to(room, now->named, post)) again = Again::aside;
        }
    }
    return again;
}

}  // namespace caveat::mailroom
