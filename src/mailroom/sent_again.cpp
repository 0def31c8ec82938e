#include "sent_again.hpp"

#include <algorithm>
#include <iterator>
#include <optional>

#include "address.hpp"
#include "caveat/mail/authentication.hpp"
#include "caveat/mail/signed_fields.hpp"
#include "caveat/mailroom/opening.hpp"
#include "caveat/mailroom/reading.hpp"

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
    std::string whole, text;
    std::optional<std::string> subject, date;  // the lowest; none: it has none
    std::vector<std::string> named;            // by all of To and Cc
    bool says_when = false;                    // when it came to the MTA in front

    // A field that one of them has not may have been put to the other one. Where both have the same Date, the Subject need not be asked.
    [[nodiscard]] bool is_again(const Written& before) const {
        const bool same_head = date && before.date ? *date == *before.date : !subject || !before.subject || *subject == *before.subject;
        return same_head && text.starts_with(before.text);
    }
    // The MTA in front writes when a mail came to it: the same octets are one that it handed over twice, or to each list by itself. Where
    // it does not, they may be two.
    [[nodiscard]] bool is_the_same_arrival(const Written& before) const { return whole == before.whole; }
};

std::optional<std::string> lowest(const mail::HeaderBlock& headers, std::string_view name) {
    const auto value = mail::lowest_value(headers, name);
    return value ? std::optional(without_blanks(*value)) : std::nullopt;
}

std::optional<Written> written(std::string bytes, const mail::Limits& limits) {
    const auto headers = mail::read_headers(bytes, limits);
    if (!headers) return std::nullopt;
    Written out;
    out.subject = lowest(*headers, "Subject");
    out.date = lowest(*headers, "Date");
    out.named = mail::addresses_named(*headers);
    out.says_when = headers->find("Received") != nullptr;
    out.text = without_blanks(std::string_view(bytes).substr(headers->body_at));
    out.whole = std::move(bytes);
    return out;
}

// What its copies are made of is not what came: a part was left out of it, or it was opened.
bool is_made_anew(const Post& post) {
    const auto came_sealed = [](const community::Reason& reason) { return reason.code == community::Code::came_sealed; };
    return post.caveats.author_withheld || std::any_of(post.because.begin(), post.because.end(), came_sealed);
}

std::optional<Written> written(const Room& room, const Post& post) {
    auto bytes = room.vault.open(room.store.posts().body(post.key), post.sealed_as.value);
    // Of one that shared its bytes with others, those of its own.
    if (!bytes && !is_made_anew(post)) bytes = bytes_for_copies(room, post);
    return bytes ? written(std::move(*bytes), room.settings.limits) : std::nullopt;
}

bool is_to(const Room& room, const std::vector<std::string>& addresses, const Post& post) {
    return std::any_of(addresses.begin(), addresses.end(), [&](const std::string& address) {
        if (!is_ours(room, address)) return false;
        const auto ours = read_address(room, address);
        return ours.target == post.target && ours.list == post.list;
    });
}

// What only claims to be its author's, and waits, tells nothing of what they sent, however much of it there is.
bool is_of_its_author(const Post& other, const Post& post) {
    if (other.sealed_as == post.sealed_as || (other.target != Target::list && other.target != Target::owner)) return false;
    return other.state != PostState::held || other.strength >= community::Strength::dmarc;
}

void find_namesakes(const Room& room, const Post& post, storage::Posts::Filter filter, std::vector<Post>& found) {
    for (std::int64_t counted = 0; counted < most_looked_at;) {
        auto rows = room.store.posts().select(filter);
        const bool last = std::ssize(rows) < filter.limit;
        if (!rows.empty()) filter.before = rows.front().key;
        for (auto& other : rows) {
            if (!is_of_its_author(other, post)) continue;
            found.push_back(std::move(other));
            ++counted;
        }
        if (last) return;
    }
}

// Those of this author that came before under that Message-ID; one whose author is not to be named is kept under another.
std::vector<Post> namesakes(const Room& room, const Post& post, const PersonId& author, PostState state) {
    storage::Posts::Filter filter;
    filter.state = state;
    filter.sender = author;
    filter.before = post.key;
    filter.limit = most_looked_at;
    std::vector<Post> found;
    for (const auto& id : {post.message_id, id_without_author(room, post.message_id)}) {
        filter.message_id = id;
        find_namesakes(room, post, filter, found);
    }
    return found;
}

}  // namespace

Again came_before(const Room& room, const Post& post, const PersonId& author) {
    if (post.message_id.empty() || !post.released_by.empty()) return Again::no;
    std::optional<Written> now;
    auto again = Again::no;
    for (const auto state : {PostState::distributed, PostState::held}) {
        for (const auto& other : namesakes(room, post, author, state)) {
            if (!now) now = written(room, post);
            if (!now) return Again::no;
            // What is there no more as it came counts as the same.
            const auto before = written(room, other);
            if (before && !now->is_again(*before)) continue;
            const bool here = other.target == post.target && other.list == post.list;
            const bool same = before && now->is_the_same_arrival(*before);
            if (here && same && now->says_when) return Again::twice;
            if (here && state == PostState::held) {
                // What waits for another reason its author may send twice: each goes its own way (D8).
                if (!other.because.empty() && other.because.front().code == community::Code::replayed) return Again::waits;
                continue;
            }
            if (same) continue;
            if (here) again = Again::here;
            // Whom its author named, both name: somebody may have put one more to the later one.
            const bool named = is_to(room, now->named, post) && (!before || is_to(room, before->named, post));
            if (again == Again::no && !named) again = Again::aside;
        }
    }
    return again;
}

Again how_it_came(const Room& room, const Post& post, const mail::HeaderBlock& headers, const Sender& sender) {
    if (!post.released_by.empty()) return Again::no;
    const auto is_signed = mail::addresses_signed(headers, sender.from);
    const bool named = is_to(room, is_signed ? *is_signed : mail::addresses_named(headers), post);
    const bool by_author =
        answers_author(room, sender, post.mail_from) && !mail::envelope_denied(headers, room.settings.trusted_authserv_ids);
    if (!named && !by_author) return Again::carried;
    return !(named && by_author) && is_of_before_a_copy(room, headers) ? Again::unsure : Again::no;
}

bool is_of_before_a_copy(const Room& room, const mail::HeaderBlock& headers) {
    const auto date = date_of(headers);
    return date && *date < std::chrono::floor<std::chrono::seconds>(room.settings.signed_from);
}

std::optional<Instant> date_of(const mail::HeaderBlock& headers) {
    const auto field = mail::lowest_value(headers, "Date");
    return field ? mail::date_from(*field) : std::nullopt;
}

}  // namespace caveat::mailroom
