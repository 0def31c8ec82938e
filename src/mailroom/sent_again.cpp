#include "sent_again.hpp"

#include <algorithm>
#include <functional>
#include <optional>

#include "address.hpp"
#include "caveat/ascii.hpp"
#include "caveat/mail/signed_fields.hpp"
#include "caveat/mailroom/namesakes.hpp"
#include "caveat/mailroom/opening.hpp"
#include "caveat/mailroom/reading.hpp"
#include "caveat/mailroom/relabelling.hpp"
#include "caveat/mailroom/requests.hpp"

namespace caveat::mailroom {
namespace {

using policy::Again;
using storage::Post;
using storage::PostState;
using storage::Target;

constexpr std::int64_t most_looked_at = 20;  // of each state, the newest: nobody's constant Message-ID costs more
constexpr std::uint64_t most_blanks = 64U << 10;

std::string without_blanks(std::string_view text) {
    std::string out(text);
    std::erase_if(out, ascii::is_blank);
    return out;
}

// Blanks left out. It ends where the two first differ: a text may be long, and another mail has another one.
bool begins_with(std::string_view text, std::string_view before) {
    const auto* at = text.begin();
    for (const char c : before) {
        if (ascii::is_blank(c)) continue;
        at = std::find_if_not(at, text.end(), ascii::is_blank);
        if (at == text.end() || *at++ != c) return false;
    }
    return true;
}

// What its author wrote, as far as anybody vouches for it.
struct Written {
    std::string whole;
    std::size_t text_at = 0;
    std::optional<std::string> subject, date;  // the lowest; none: it has none
    std::vector<std::string> named;            // by all of To and Cc
    bool says_when = false;                    // when it came to the MTA in front

    // A field that one of them has not may have been put to the other one. Where both have the same Date, the Subject need not be asked.
    [[nodiscard]] bool is_again(const Written& before) const {
        const bool same_head = date && before.date ? *date == *before.date : !subject || !before.subject || *subject == *before.subject;
        return same_head && begins_with(text(), before.text());
    }
    [[nodiscard]] std::string_view text() const { return std::string_view(whole).substr(text_at); }
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
    out.text_at = headers->body_at;
    out.says_when = headers->find("Received") != nullptr;
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

// By To and Cc, as far as the author's server can have signed them.
bool is_named_as_signed(const Room& room, const Post& post, const mail::HeaderBlock& headers, const Sender& sender) {
    const auto is_signed = mail::addresses_signed(headers, sender.from);
    return names(room, is_signed ? *is_signed : mail::addresses_named(headers), post);
}

bool is_carried(const Room& room, const Post& post, const mail::HeaderBlock& headers, const Sender& sender) {
    if (!post.released_by.empty() || is_named_as_signed(room, post, headers, sender)) return false;
    return !is_brought_by_author(room, sender, headers, post.mail_from);
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

// Those of this author under that Message-ID, the newest first; one whose author is not to be named is kept under another. `before`: as
// storage::Posts::Filter has it.
std::vector<Post> namesakes(const Room& room, const Post& post, const PersonId& author, PostState state, PostKey before) {
    storage::Posts::Filter filter;
    filter.state = state;
    filter.sender = author;
    filter.before = before;
    filter.limit = most_looked_at;
    std::vector<Post> found;
    for (const auto& id : {post.message_id, id_without_author(room, post.message_id)}) {
        filter.message_id = id;
        find_namesakes(room, post, filter, found);
    }
    std::sort(found.begin(), found.end(), [](const Post& a, const Post& b) { return a.key > b.key; });
    return found;
}

// What of the namesakes is opened: as many bytes as one mail may have, but one at least, and nothing of those that a mail of this size
// cannot begin with, unless more than half of them is blanks.
class Looking {
public:
    Looking(const Room& room, const Post& post) : room_(room), longest_(2 * room.store.posts().at_rest(post.key) + most_blanks) {}

    [[nodiscard]] bool is_too_long(const Post& other) const { return room_.store.posts().at_rest(other.key) > longest_; }
    // Whether it is opened; its bytes then count.
    [[nodiscard]] bool take(const Post& other) {
        const auto bytes = room_.store.posts().at_rest(other.key);
        if (opened_ > 0 && opened_ + bytes > room_.settings.limits.message) return false;
        opened_ += bytes;
        return true;
    }

private:
    const Room& room_;
    std::uint64_t longest_;
    std::uint64_t opened_ = 0;
};

// Whether its label counts for another post that is the same mail by its words. A list may ask for less than the other one does, and there
// anybody makes up a mail, or brings one, to have its label raised.
bool counts_for(const Room& room, const Post& post, const Post& other) {
    const auto list = room.store.rosters().list(other.list);
    return list && std::min(list->authentication, other.strength) <= post.strength && !post.caveats.author_unproven &&
           !post.caveats.sending_unproven;
}

bool is_on_a_list_and_proven(const Post& post) {
    return post.state == PostState::distributed && post.target == Target::list && !post.caveats.author_unproven;
}

// The team that gives its own a label gives it to all of them, however each is proven.
bool is_teams_own(const Post& post, const TeamId& team) { return !team.empty() && post.team == team && is_on_a_list_and_proven(post); }

void look_at_label(const Room& room, const Post& same_mail, Before& found) {
    if (same_mail.state != PostState::distributed) return;
    found.label = std::max(found.label, same_mail.label);
    found.given = std::max(found.given, label_given(room, {same_mail}));
}

// What somebody else brought here first, and which waits, stands in the way of nothing that comes as its author sent it.
bool was_carried(const Room& room, const Post& other, std::string_view bytes) {
    const auto headers = mail::read_headers(bytes, room.settings.limits);
    return headers && is_carried(room, other, *headers, {.from = other.from, .person = other.sender});
}

struct SameMail {
    const Post& other;
    bool opened = false;  // no: it is more than can be looked at
    const Written& now;
    const std::optional<Written>& before;  // none: what is there is no more as it came, or was not opened
};

// What is there no more as it came, or is more than can be looked at, counts as the same, so that a moderator looks. Until `is_enough`. Of
// one that is released now what is held is not asked, and those count that came while it waited.
void each_same_mail(const Room& room, const Post& post, const PersonId& author, const std::function<bool(const SameMail&)>& is_enough) {
    const bool released = !post.released_by.empty();
    std::optional<Written> now;
    for (const auto state : {PostState::distributed, PostState::held}) {
        Looking looking(room, post);
        for (const auto& other : namesakes(room, post, author, state, released ? 0 : post.key)) {
            if (looking.is_too_long(other)) continue;
            const bool opens = looking.take(other);
            if (state == PostState::held && (released || !opens)) continue;
            if (!now) now = written(room, post);
            if (!now) return;
            const auto before = opens ? written(room, other) : std::nullopt;
            if (before && !now->is_again(*before)) continue;
            if (is_enough({other, opens, *now, before})) return;
        }
    }
}

bool is_same_address(const Post& post, const Post& other) { return other.target == post.target && other.list == post.list; }

community::Reason went_out_meanwhile(const Room& room, const Post& post) {
    const auto address = post.target == Target::owner ? owner_address(post.list, room.settings) : post.list.value;
    return {community::Code::replayed,
            fmt::format("the same mail of this author went to {} meanwhile: who wants it sent again lets it go once more", address)};
}

// Of one that a moderator released, when its own `because` still says why it was held: what was sent again says what went out before it.
bool could_not_be_known(const Room& room, const Post& released, const SameMail& same) {
    if (!same.before || !is_same_address(released, same.other)) return false;
    const auto& why = released.because;
    if (std::find(why.begin(), why.end(), went_out_meanwhile(room, released)) != why.end()) return false;
    const auto of_sending = [](const community::Reason& reason) { return reason.code == community::Code::replayed; };
    const bool since = std::pair(same.other.decided, same.other.key) > std::pair(released.decided, released.key);
    return since || std::none_of(why.begin(), why.end(), of_sending);
}

// What the post is, because of this one.
Again again_after(const Room& room, const Post& post, const SameMail& same, bool carried) {
    const auto& other = same.other;
    const auto& before = same.before;
    const bool held = other.state == PostState::held;
    if (held && !carried && before && was_carried(room, other, before->whole)) return Again::no;
    const bool here = is_same_address(post, other);
    const bool same_arrival = before && same.now.is_the_same_arrival(*before);
    if (here && same_arrival && same.now.says_when) return Again::twice;
    // What waits for another reason its author may send twice: each goes its own way (D8).
    const bool waits_as_this = std::any_of(other.because.begin(), other.because.end(),
                                           [](const community::Reason& reason) { return reason.code == community::Code::replayed; });
    if (here && held) return waits_as_this ? Again::waits : Again::no;
    if (same_arrival) return Again::no;
    if (here) return Again::here;
    // Whom its author named, both name: somebody may have put one more to the later one.
    const bool named = names(room, same.now.named, post) && (!before || names(room, before->named, post));
    return named ? Again::no : Again::aside;
}

}  // namespace

Before came_before(const Room& room, const Post& post, const PersonId& author, const TeamId& team, bool carried) {
    Before found;
    const bool released = !post.released_by.empty();
    // It may have waited for what it answers, or for a moderator, longer than they did.
    const auto beside = room.store.posts().at_rest_beside(post.key, storage::Posts::Resting::anyhow);
    for (const auto& other : beside) look_at_label(room, other, found);
    if (post.message_id.empty()) return found;
    each_same_mail(room, post, author, [&](const SameMail& same) {
        // No label where nobody looked: it may be another mail; nor of one that is less proven than this list asks for.
        if (same.opened && counts_for(room, same.other, post)) look_at_label(room, same.other, found);
        if (same.opened && is_teams_own(same.other, team)) found.given = std::max(found.given, label_of_team(room, same.other));
        if (released) {
            found.unknown_to_moderator = found.unknown_to_moderator || could_not_be_known(room, post, same);
            return false;
        }
        const auto again = again_after(room, post, same, carried);
        if (again == Again::twice) found = {Again::twice};
        if (again == Again::waits || again == Again::here) found.again = again;
        if (again == Again::aside && found.again == Again::no) found.again = again;
        return again == Again::twice || again == Again::waits;
    });
    return found;
}

std::vector<community::Reason> held_once_more(const Room& room, const Post& post) {
    auto because = post.because;
    because.insert(because.begin(), went_out_meanwhile(room, post));
    return because;
}

std::vector<Post> same_mail(const Room& room, const Post& post, const TeamId& team) {
    auto same = room.store.posts().at_rest_beside(post.key, storage::Posts::Resting::anyhow);
    std::erase_if(same, [&](const Post& other) { return !is_on_a_list_and_proven(other); });
    if (!post.sender || post.message_id.empty() || !is_on_a_list_and_proven(post)) return same;
    auto others = namesakes(room, post, *post.sender, PostState::distributed, 0);
    const auto own = others.empty() ? std::nullopt : written(room, post);
    const Looking looking(room, post);
    for (auto& other : others) {
        const bool counts = is_teams_own(other, team) || (is_on_a_list_and_proven(other) && counts_for(room, post, other));
        if (!own || !counts) continue;
        if (looking.is_too_long(other)) continue;
        const auto theirs = written(room, other);
        if (theirs && (other.key > post.key ? theirs->is_again(*own) : own->is_again(*theirs))) same.push_back(std::move(other));
    }
    return same;
}

bool is_forgotten(const Room& room, const std::string& message_id, const Sender& author) {
    auto same = under_id(room, message_id);
    std::erase_if(same, [&](const Post& other) {
        return other.sender != author.person && mail::normalise_address(other.from) != mail::normalise_address(author.from);
    });
    return !forgotten_among(room, same).empty();
}

std::optional<community::Reason> objection_of_forgotten(const Room& room, const std::string& message_id, const Sender& author) {
    if (!is_forgotten(room, message_id, author)) return std::nullopt;
    return community::Reason{community::Code::replayed,
                             "it has a Message-ID with which nothing goes out any more: what may be said its author writes anew"};
}

bool is_held_as_forgotten(const Room& room, const Post& post) {
    const bool sent_again = !post.because.empty() && post.because.front().code == community::Code::replayed;
    return sent_again && is_forgotten(room, post.message_id, {.from = post.from, .person = post.sender});
}

Again how_it_came(const Room& room, const Post& post, const mail::HeaderBlock& headers, const Sender& sender) {
    if (!post.released_by.empty()) return Again::no;
    const bool named = is_named_as_signed(room, post, headers, sender);
    const bool by_author = is_brought_by_author(room, sender, headers, post.mail_from);
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

bool is_seldom_told(const Room& room, const Post& post, const mail::HeaderBlock& headers, const Sender& sender) {
    if (!post.released_by.empty() || is_brought_by_author(room, sender, headers, post.mail_from)) return false;
    const auto id = mail::message_id_of(headers);
    if (id.empty() || is_carried(room, post, headers, sender)) return true;
    storage::Posts::Filter before;
    before.list = post.list;
    before.sender = sender.person;
    before.before = post.key;
    before.limit = most_looked_at;
    for (const auto& known : {id, id_without_author(room, id)}) {
        before.message_id = known;
        const auto others = room.store.posts().select(before);
        const auto is_again = [&](const Post& other) { return other.target == post.target && other.sealed_as != post.sealed_as; };
        if (std::any_of(others.begin(), others.end(), is_again)) return true;
    }
    return false;
}

}  // namespace caveat::mailroom
