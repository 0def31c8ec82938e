#include "address.hpp"

#include <algorithm>

#include "caveat/ascii.hpp"
#include "caveat/mail/as_meant.hpp"
#include "caveat/mailroom/reading.hpp"
#include "caveat/mailroom/requests.hpp"
#include "to_operator.hpp"

namespace caveat::mailroom {
namespace {

constexpr std::string_view purpose = "return-path";
constexpr std::string_view prefix = "b.";

std::string_view local_part(std::string_view address) { return address.substr(0, address.rfind('@')); }
// Quoted without need, or as an input method writes it, it is the same list.
std::string local_as_meant(std::string_view address) { return ascii::lower(local_part(mail::address_as_meant(address))); }

// Six bytes of post, four of row: with the tag and base32 the local part has 34 octets, far below RFC 5321's 64.
constexpr std::size_t post_bytes = 6;
constexpr std::size_t seq_bytes = 4;

void put(std::string& out, std::uint64_t value, std::size_t bytes) {
    for (std::size_t i = bytes; i-- > 0;) out += static_cast<char>((value >> (8 * i)) & 0xff);
}

std::uint64_t get(std::string_view in) {
    std::uint64_t value = 0;
    for (const char c : in) value = value << 8 | static_cast<unsigned char>(c);
    return value;
}

// Where in list+confirm.TOKEN the list ends; npos: it is none.
std::size_t confirmation_in(std::string_view local, const Settings& settings) {
    const auto middle = settings.separator + "confirm.";
    const auto at = local.rfind(middle);
    return at == std::string_view::npos || at + middle.size() == local.size() ? std::string_view::npos : at;
}

}  // namespace

bool is_ours(const Room& room, std::string_view address) {
    const auto meant = mail::address_as_meant(address);
    const auto at = meant.rfind('@');
    return at != std::string::npos && std::string_view(meant).substr(at + 1) == mail::normalise_domain(room.settings.domain);
}

Address read_address(const Room& room, std::string_view rcpt_to) {
    using storage::Target;
    auto local = local_as_meant(rcpt_to);
    if (read_return_path(room, rcpt_to)) return {Target::return_path, ListId{std::move(local)}};
    // What is on record as a list stays one: its posts are not the operator's to read.
    if (is_operators(local) && !room.store.rosters().list(ListId{local})) return {Target::to_operator, ListId{std::move(local)}};
    // Only before a word we know: with the separator '-' a list may still be called wg-malware.
    for (const auto& [suffix, target] : {std::pair{"owner", Target::owner}, std::pair{"unsubscribe", Target::unsubscribe},
                                         std::pair{"request", Target::request}, std::pair{"sendkey", Target::send_key}}) {
        const auto end = room.settings.separator + suffix;
        if (local.size() > end.size() && local.ends_with(end)) return {target, ListId{local.substr(0, local.size() - end.size())}};
    }
    if (const auto at = confirmation_in(local, room.settings); at > 0 && at != std::string::npos) {
        return {Target::confirm, ListId{local.substr(0, at)}};
    }
    return {Target::list, ListId{std::move(local)}};
}

bool names(const Room& room, const std::vector<std::string>& addresses, const Address& place) {
    return std::any_of(addresses.begin(), addresses.end(), [&](const std::string& address) {
        const auto ours = is_ours(room, address) ? std::optional(read_address(room, address)) : std::nullopt;
        return ours && ours->target == place.target && ours->list == place.list;
    });
}

bool names(const Room& room, const std::vector<std::string>& addresses, const storage::Post& post) {
    return names(room, addresses, Address{post.target, post.list});
}

std::string kept_address(const Room& room, std::string_view rcpt_to, storage::Target target) {
    if (target != storage::Target::confirm) return std::string(rcpt_to);
    const auto local = local_as_meant(rcpt_to);
    const auto token = confirmation_in(local, room.settings) + room.settings.separator.size() + std::string_view("confirm.").size();
    return local.substr(0, token) + vault::hex(confirmation_hash(room.vault, std::string_view(local).substr(token))) + "@" +
           room.settings.domain;
}

ReturnPaths::ReturnPaths(const Room& room) : tokens_(room.vault.tokens(purpose)), at_domain_("@" + room.settings.domain) {}

std::string ReturnPaths::of(PostKey post, std::int32_t seq) const {
    std::string payload;
    put(payload, static_cast<std::uint64_t>(post), post_bytes);
    put(payload, static_cast<std::uint64_t>(seq), seq_bytes);
    std::string address(prefix);
    address += tokens_(payload);
    address += at_domain_;
    return address;
}

std::optional<Returned> read_return_path(const Room& room, std::string_view rcpt_to) {
    const auto local = local_part(rcpt_to);
    if (!local.starts_with(prefix) && !local.starts_with("B.")) return std::nullopt;
    const auto payload = room.vault.untoken(purpose, local.substr(prefix.size()));
    if (!payload || payload->size() != post_bytes + seq_bytes) return std::nullopt;
    const std::string_view bytes = *payload;
    return Returned{static_cast<PostKey>(get(bytes.substr(0, post_bytes))), static_cast<std::int32_t>(get(bytes.substr(post_bytes)))};
}

std::string given_message_id(const storage::Post& post, const Settings& settings) { return post.id.value + "@" + settings.domain; }

std::string id_without_author(const Room& room, std::string_view message_id) {
    constexpr std::size_t digits = 32;
    return vault::hex(room.vault.mac("message-id", message_id)).substr(0, digits) + "@" + room.settings.domain;
}

std::string owner_address(const ListId& list, const Settings& settings) {
    return list.value + settings.separator + "owner@" + settings.domain;
}

}  // namespace caveat::mailroom
