#include "caveat/mailroom/leaving.hpp"

#include "caveat/community/panel_list.hpp"
#include "caveat/detail.hpp"
#include "caveat/letters/letters.hpp"
#include "notices.hpp"

namespace caveat::mailroom {
namespace {

constexpr std::size_t eight = sizeof(std::uint64_t);

void put_eight(std::string& payload, std::uint64_t number) {
    for (std::size_t i = eight; i-- > 0;) payload += static_cast<char>(static_cast<unsigned char>(number >> (8 * i)));
}

std::uint64_t first_of(std::string_view payload) {
    std::uint64_t number = 0;
    for (const char c : payload.substr(0, eight)) number = number << 8 | static_cast<unsigned char>(c);
    return number;
}

// Whose, and since when they are on the roster: of a later stay it is another one.
std::string payload_of(PersonKey person, Instant since) {
    std::string payload;
    put_eight(payload, static_cast<std::uint64_t>(person));
    put_eight(payload, static_cast<std::uint64_t>(since.time_since_epoch().count()));
    return payload;
}

std::string purpose_of(const ListId& list) { return "leaving " + list.value; }

auto ends_nothing() { return fail(errc::not_found, "this link ends no subscription"); }

}  // namespace

std::string LeavingLinks::of(const community::List& list, const community::Standing& who) {
    if (!room_.settings.pages.starts_with("https://") || community::is_room(list) || !who.roster) return {};
    if (!last_ || last_->first != list.id) last_.emplace(list.id, room_.vault.tokens(purpose_of(list.id)));
    const auto token = last_->second(payload_of(who.key, who.roster->during.from));
    return fmt::format("{}/unsubscribe/{}/{}", room_.settings.pages, list.id, token);
}

bool is_their_token(const Room& room, const ListId& list, const community::Standing& who, std::string_view token) {
    return who.roster && room.vault.untoken(purpose_of(list), token) == payload_of(who.key, who.roster->during.from);
}

Result<void> leave_by_link(const Room& room, const ListId& id, std::string_view token) {
    const auto payload = room.vault.untoken(purpose_of(id), token);
    if (!payload || payload->size() != 2 * eight) return ends_nothing();
    storage::Store::Transaction transaction(room.store);
    const Instant now = room.clock.now();
    const auto list = room.store.rosters().list(id);
    if (!list || community::is_room(*list)) return ends_nothing();
    const auto person = room.store.directory().id_of(static_cast<PersonKey>(first_of(*payload)));
    const auto who = person ? room.store.standing(*person, id, now) : std::nullopt;
    if (!who || who->removed || !who->roster || !who->roster->during.contains(now)) return ends_nothing();
    if (!is_their_token(room, id, *who, token)) return ends_nothing();
    if (letters::hold_on(who->denials, *person, now) != nullptr) return ends_nothing();
    storage::end_subscription(room.store, id, *person, now, "person " + person->value, Detail().add("by", "link"));
    storage::Post about;
    about.id = PostId{fmt::format("{} {}", id, *person)};
    about.list = id;
    about.received = now;
    send_notice(room, "unsubscribed", *person, about, {}, Answers::nothing);
    transaction.commit();
    return {};
}

}  // namespace caveat::mailroom
