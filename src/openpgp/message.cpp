#include "caveat/openpgp/message.hpp"

#include <algorithm>

#include "certificate.hpp"
#include "encrypted.hpp"
#include "packets.hpp"

namespace caveat::openpgp {
namespace {

constexpr std::size_t key_id_at = 1, key_id_size = 8;  // in the body of a session key, behind its version

// RFC 9580 §4.2.1.4: what has a partial length is followed by another length; the last one is not partial.
bool skip_chunks(Octets& octets) {
    for (;;) {
        const auto first = octets.number(1);
        if (!first) return false;
        if (*first >= 224 && *first < 255) {
            if (!octets.take(std::size_t{1} << (*first & 31U))) return false;
            continue;
        }
        auto length = first;
        if (*first == 255) {
            length = octets.number(4);
        } else if (*first >= 192) {
            const auto second = octets.number(1);
            length = second ? std::optional(((*first - 192) << 8U) + *second + 192) : std::nullopt;
        }
        return length && octets.take(*length);
    }
}

// One packet of data that fills `bytes` to the end. The octet behind the first length is the version: the first chunk of a partial body has
// at least 512.
bool is_protected_data(std::string_view bytes) {
    Octets octets(bytes);
    const auto head = octets.number(1);
    if (!head || (*head & 0xC0U) != 0xC0U || static_cast<Tag>(*head & 0x3FU) != Tag::sealed_data) return false;
    Octets inside(octets.rest());
    const auto first = inside.number(1);
    if (!first) return false;
    if (*first >= 192 && *first < 224) (void)inside.number(1);
    if (*first == 255) (void)inside.number(4);
    if (inside.number(1) != 1U) return false;
    return skip_chunks(octets) && octets.rest().empty();
}

}  // namespace

Result<TakenApart> take_apart(std::string_view message) {
    TakenApart apart;
    auto rest = message;
    for (;;) {
        const auto before = rest;
        const auto packet = next_packet(rest);
        if (!packet || packet->tag != Tag::session_key) {
            apart.data = before;
            break;
        }
        if (packet->body.size() <= key_id_at + key_id_size || packet->body.front() != 3)
            return fail(errc::invalid, "a session key that is not of version 3");
        if (apart.session_keys.size() == most_session_keys) return fail(errc::invalid, "more than {} session keys", most_session_keys);
        apart.session_keys.push_back({hexadecimal(packet->body.substr(key_id_at, key_id_size)), packet->whole});
    }
    if (apart.session_keys.empty()) return fail(errc::invalid, "no session key");
    if (!is_protected_data(apart.data)) return fail(errc::invalid, "no data with integrity protection behind the session keys");
    return apart;
}

bool may_be_tried(std::string_view message) {
    constexpr std::size_t most_hidden = 16;
    std::string bytes;
    if (message.find("-----BEGIN PGP ") != std::string_view::npos) message = bytes = without_armour(message, "MESSAGE");
    std::size_t all = 0, hidden = 0;
    for (auto packet = next_packet(message); packet && packet->tag == Tag::session_key; packet = next_packet(message)) {
        const auto id = packet->body.substr(std::min(key_id_at, packet->body.size()), key_id_size);
        if (id.find_first_not_of('\0') == std::string_view::npos) ++hidden;
        if (++all > most_session_keys || hidden > most_hidden) return false;
    }
    return all > 0;
}

std::string without_key_id(std::string_view session_key) {
    std::string hidden(session_key);
    auto rest = session_key;
    const auto packet = next_packet(rest);
    if (!packet || packet->tag != Tag::session_key || packet->body.size() <= key_id_at + key_id_size) return hidden;
    const auto at = packet->whole.size() - packet->body.size() + key_id_at;
    return hidden.replace(at, key_id_size, key_id_size, '\0');
}

std::string entity_of(std::string_view session_key, std::string_view data, std::string_view before) {
    return encrypted_packets(before, session_key, data);
}

}  // namespace caveat::openpgp
