#include "inside.hpp"

#include <algorithm>

#include "address.hpp"
#include "caveat/mail/label.hpp"
#include "caveat/mailroom/opening.hpp"
#include "caveat/mailroom/question.hpp"
#include "caveat/mailroom/reading.hpp"
#include "notices.hpp"
#include "to_operator.hpp"

namespace caveat::mailroom {
namespace {

// What a list's readers learn from its List-* fields, and where they write commands to.
ListId list_named_by(const Room& room, const std::string& local) {
    auto address = read_address(room, local + "@" + room.settings.domain);
    const auto commands = room.settings.separator + "request";
    auto& name = address.list.value;
    if (name.size() > commands.size() && name.ends_with(commands)) name.resize(name.size() - commands.size());
    return std::move(address.list);
}

std::vector<std::string> ids_answered(std::string_view bytes, const mail::Limits& limits) {
    const auto headers = mail::read_headers(bytes, limits);
    return headers ? mail::thread_ids(*headers) : std::vector<std::string>{};
}

void append(mail::HouseNames& to, const mail::HouseNames& more) {
    to.addresses.insert(to.addresses.end(), more.addresses.begin(), more.addresses.end());
    to.tags.insert(to.tags.end(), more.tags.begin(), more.tags.end());
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

void put_once(std::vector<std::string>& names, const std::string& name) {
    if (!contains(names, name)) names.push_back(name);
}

}  // namespace

bool Tags::may_name(const std::string& tag) const {
    const auto list = room_.store.rosters().list(ListId{tag});
    if (!list || list->id == own_) return false;
    if (kept_) return contains(*kept_, tag);
    if (is_guess_of(author_, posted_, *list)) return false;
    return std::none_of(answered().begin(), answered().end(), [&](const auto& posts) { return is_guess_in(posts, tag, *list); });
}

// The nearest first: whoever is answered chooses what stands before their own id in the References of the answer.
const std::vector<Tags::Namesakes>& Tags::answered() const {
    constexpr std::ptrdiff_t most_ids = 100;
    if (answered_) return *answered_;
    auto& found = answered_.emplace();
    Reading reading;
    const auto first = ids_answered_.rbegin();
    for (auto id = first; id != ids_answered_.rend() && id - first < most_ids && !reading.enough(); ++id) {
        auto namesakes = namesakes_of(*id, reading);
        if (!namesakes.empty()) found.push_back(std::move(namesakes));
    }
    return found;
}

// Who has it by To or Cc answers what still waits here, or went to who runs a list alone; one whose author is not to be named is kept under
// another id.
Tags::Namesakes Tags::namesakes_of(const std::string& message_id, Reading& reading) const {
    using storage::PostState;
    Namesakes namesakes;
    storage::Posts::Filter filter;
    for (const auto& known : {message_id, id_without_author(room_, message_id)}) {
        filter.message_id = known;
        for (const auto state : {PostState::distributed, PostState::held, PostState::spooled}) {
            if (reading.enough()) return namesakes;
            filter.state = state;
            filter.limit = reading.left();
            auto posts = room_.store.posts().select(filter);
            reading.opened += std::ssize(posts);
            for (auto& post : posts) {
                const bool has_card = state == PostState::distributed && post.target == storage::Target::list;
                auto one = has_card ? with_its_tags(std::move(post)) : with_tags_of_mail(std::move(post), reading);
                if (one) namesakes.push_back(std::move(*one));
            }
        }
    }
    return namesakes;
}

// None: nobody can read its card, or it has none.
std::optional<Tags::Answered> Tags::with_its_tags(storage::Post post) const {
    auto card = open_card(room_.vault, room_.store.archive().card(post.key), post.id);
    if (!card) return std::nullopt;
    auto tags = mail::subject_tags(card->subject);  // none: it may have gone to the list that is sought
    return Answered{std::move(post), std::move(tags), std::move(card->list_names)};
}

// It waits, or went to who runs a list. Of all of these as many bytes are opened as one mail may have, but one at least.
std::optional<Tags::Answered> Tags::with_tags_of_mail(storage::Post post, Reading& reading) const {
    const auto size = room_.store.posts().at_rest(post.key);
    if (reading.bytes > 0 && reading.bytes + size > room_.settings.limits.message) return std::nullopt;
    reading.bytes += size;
    const auto bytes = bytes_for_copies(room_, post);
    const auto headers = bytes ? mail::read_headers(*bytes, room_.settings.limits) : Result<mail::HeaderBlock>(fail(errc::not_found, ""));
    if (!headers) return std::nullopt;
    const auto shown = mail::parse(std::string_view(*bytes).substr(0, headers->body_at), room_.settings.limits);
    auto tags = shown ? mail::subject_tags(shown->subject) : std::vector<std::string>{};  // none: it may wait for that list
    return Answered{std::move(post), std::move(tags), std::nullopt};
}

// Neither then, when they wrote it, nor now; who is gone may have known.
bool Tags::is_guess_of(const std::optional<PersonId>& author, Instant posted, const community::List& list) const {
    if (!author || !room_.store.directory().key_of(*author)) return false;
    return !may_know(room_, *author, list, posted) && !may_know(room_, *author, list, room_.clock.now());
}

// Whoever likes can write under the Message-ID of somebody who knew the list: that makes no guess of what they wrote, whether it names the
// list or went to the list itself. What has no card and only claims to be of its author says nothing.
bool Tags::is_guess_in(const Namesakes& posts, const std::string& tag, const community::List& list) const {
    bool guessed = false;
    for (const auto& [post, tags, list_names] : posts) {
        if (!list_names && !is_proven(room_, post)) continue;
        const bool is_there = post.list == list.id;  // whoever writes there without knowing it says nothing either
        if (!is_there && !contains(tags, tag)) continue;
        const bool is_guess = !is_there && list_names ? !contains(*list_names, tag) : is_guess_of(post.sender, post.received, list);
        if (!is_guess) return false;
        guessed = guessed || !is_there;
    }
    return guessed;
}

InsideLists::InsideLists(const Room& room, std::string_view bytes, const storage::Post& post) {
    const auto& own = post.list;
    const auto shown = mail::house_names(bytes, room.settings.domain);
    if (!shown) return;  // and no copy can be made of it
    const auto in_parts = mail::house_names_in_parts(bytes, room.settings.domain);
    const bool has_tags = !shown->tags.empty() || (in_parts && !(in_parts->tags.empty() && in_parts->addresses.empty()));
    const auto card = has_tags ? open_card(room.vault, room.store.archive().card(post.key), post.id) : Result<Card>(Card{});
    const Tags tags(room, own, post.sender, post.received,
                    has_tags ? ids_answered(bytes, room.settings.limits) : std::vector<std::string>{},
                    card ? card->list_names : std::nullopt);
    add(room, *shown, own, tags, false);
    if (in_parts) add(room, *in_parts, own, tags, true);
    hide_what_is_beyond();
}

InsideLists InsideLists::of_subject(const Room& room, std::string_view subject, const ListId& own, const Tags& tags) {
    InsideLists inside;
    inside.add(room, mail::house_names_of_subject(subject, room.settings.domain), own, tags, false);
    inside.hide_what_is_beyond();
    return inside;
}

void InsideLists::hide_what_is_beyond() {
    for (std::size_t i = most; i < lists_.size(); ++i) append(beyond_, lists_[i].as);
    lists_.resize(std::min(lists_.size(), most));
}

void InsideLists::add(const Room& room, const mail::HouseNames& shown, const ListId& own, const Tags& tags, bool of_parts) {
    const auto exists = [&](const ListId& list) { return room.store.rosters().list(list).has_value(); };
    for (const auto& local : shown.addresses) {
        const auto list = list_named_by(room, local);
        if (list == own || is_operators(list.value)) continue;
        // In front of a part an address of no list stays, and so a guess stays there as well.
        if (of_parts ? tags.may_name(list.value) : exists(list))
            put_once(of(list).as.addresses, local);
        else if (!of_parts)
            nobodys_.addresses.push_back(local);
    }
    for (const auto& tag : shown.tags) {
        if (tags.may_name(tag)) put_once(of(ListId{tag}).as.tags, tag);
    }
}

std::optional<std::vector<std::string>> names_known_to_author(const Room& room, std::string_view bytes, const storage::Post& post) {
    const auto in_header = mail::house_names(bytes, room.settings.domain);
    const auto in_parts = mail::house_names_in_parts(bytes, room.settings.domain);
    if (!in_header || !in_parts) return std::nullopt;
    const Tags tags(room, post.list, post.sender, post.received, ids_answered(bytes, room.settings.limits));
    std::vector<std::string> known;
    const auto look = [&](const std::string& name) {
        if (tags.may_name(name)) put_once(known, name);
    };
    std::for_each(in_header->tags.begin(), in_header->tags.end(), look);
    std::for_each(in_parts->tags.begin(), in_parts->tags.end(), look);
    for (const auto& local : in_parts->addresses) look(list_named_by(room, local).value);
    return known;
}

InsideLists::Named& InsideLists::of(const ListId& list) {
    const auto known = std::find_if(lists_.begin(), lists_.end(), [&](const Named& named) { return named.list == list; });
    return known == lists_.end() ? lists_.emplace_back(Named{list, {}}) : *known;
}

Hidden InsideLists::hidden_from(const Room& room, const PersonId& reader, Instant now) const {
    Hidden hidden = 0;
    for (std::size_t i = 0; i < lists_.size(); ++i) {
        const auto list = room.store.rosters().list(lists_[i].list);
        if (!list || !may_know(room, reader, *list, now)) hidden |= Hidden{1} << i;
    }
    return hidden;
}

mail::HouseNames InsideLists::names(Hidden hidden) const {
    auto names = names_in_parts(hidden);
    append(names, nobodys_);
    return names;
}

mail::HouseNames InsideLists::names_in_parts(Hidden hidden) const {
    auto names = beyond_;
    for (std::size_t i = 0; i < lists_.size(); ++i) {
        if ((hidden >> i & 1U) != 0) append(names, lists_[i].as);
    }
    return names;
}

}  // namespace caveat::mailroom
