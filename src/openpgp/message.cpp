#include "caveat/openpgp/message.hpp"

#include <algorithm>

#include "certificate.hpp"
#include "encrypted.hpp"
#include "packets.hpp"

namespace caveat::openpgp {
namespace {

constexpr std::size_t key_id_at = 1, key_id_size = 8;  // in the body of a session key, behind its version

// RFC 9580 §4.2.1.4: what has a partial length is followed by another length; the last one is not partial. `whole`: where they are put
// together, if that is asked for.
bool take_chunks(Octets& octets, std::string* whole = nullptr) {
    const auto take = [&](std::size_t count) {
        const auto chunk = octets.take(count);
        if (chunk && whole != nullptr) whole->append(*chunk);
        return chunk.has_value();
    };
    for (;;) {
        const auto first = octets.number(1);
        if (!first) return false;
        if (*first >= 224 && *first < 255) {
            if (!take(std::size_t{1} << (*first & 31U))) return false;
            continue;
        }
        auto length = first;
        if (*first == 255) {
            length = octets.number(4);
        } else if (*first >= 192) {
            const auto second = octets.number(1);
            length = second ? std::optional(((*first - 192) << 8U) + *second + 192) : std::nullopt;
        }
        return length && take(*length);
    }
}

// One packet of data of this kind that fills `bytes` to the end. The octet behind the first length is the version: the first chunk of a
// partial body has at least 512.
bool is_data(std::string_view bytes, Tag kind) {
    Octets octets(bytes);
    const auto head = octets.number(1);
    if (!head || (*head & 0xC0U) != 0xC0U || static_cast<Tag>(*head & 0x3FU) != kind) return false;
    Octets inside(octets.rest());
    const auto first = inside.number(1);
    if (!first) return false;
    if (*first >= 192 && *first < 224) (void)inside.number(1);
    if (*first == 255) (void)inside.number(4);
    if (inside.number(1) != 1U) return false;
    return take_chunks(octets) && octets.rest().empty();
}

bool is_protected_data(std::string_view bytes) { return is_data(bytes, Tag::sealed_data); }

// The octets of a block of this kind, or packets as they are: they begin with an octet above 127 (RFC 9580 §4.2), which no armour does.
std::string octets_of(std::string_view text, std::string_view kind) {
    const bool packets = !text.empty() && (static_cast<unsigned char>(text.front()) & 0x80U) != 0;
    return packets ? std::string(text) : without_armour(text, kind);
}

// A clear-signed text up to the armour of its signature. A line that begins with a dash is escaped (RFC 9580 §7.2); one that is not would
// be taken for the begin of another armour. None: there is such a line, or no signature.
std::optional<std::string_view> text_before_signature(std::string_view block) {
    bool begun = false;
    for (std::size_t at = 0; at < block.size();) {
        const auto end = std::min(block.find('\n', at), block.size());
        auto line = block.substr(at, end - at);
        while (!line.empty() && std::string_view(" \t\r").find(line.back()) != std::string_view::npos) line.remove_suffix(1);
        if (!begun && !line.empty() && line != "-----BEGIN PGP SIGNED MESSAGE-----") return std::nullopt;
        if (begun && line == "-----BEGIN PGP SIGNATURE-----") return block.substr(0, at);
        if (begun && line.starts_with('-') && !line.starts_with("- ")) return std::nullopt;
        begun = begun || !line.empty();
        at = end + 1;
    }
    return std::nullopt;
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

std::optional<std::string> message_for_gnupg(std::string_view message) {
    constexpr std::size_t most_hidden = 16;
    auto bytes = octets_of(message, "MESSAGE");
    std::string_view rest = bytes;
    std::size_t all = 0, hidden = 0;
    for (;;) {
        const auto before = rest;
        const auto packet = next_packet(rest);
        if (!packet || packet->tag != Tag::session_key) {
            rest = before;
            break;
        }
        const auto id = packet->body.substr(std::min(key_id_at, packet->body.size()), key_id_size);
        if (id.find_first_not_of('\0') == std::string_view::npos) ++hidden;
        if (++all > most_session_keys || hidden > most_hidden) return std::nullopt;
    }
    if (all == 0 || !(is_protected_data(rest) || is_data(rest, Tag::authenticated_data))) return std::nullopt;
    return bytes;
}

std::string encrypted_data_of(std::string_view message) {
    auto bytes = octets_of(message, "MESSAGE");
    std::string_view rest = bytes;
    for (auto before = rest;; before = rest) {
        const auto packet = next_packet(rest);
        if (packet && packet->tag == Tag::session_key) continue;
        rest = before;
        break;
    }
    Octets octets(rest);
    std::string data;
    data.reserve(rest.size());
    return octets.number(1) && take_chunks(octets, &data) && octets.rest().empty() ? data : bytes;
}

std::optional<std::string> signature_for_gnupg(std::string_view signature) {
    auto bytes = octets_of(signature, "SIGNATURE");
    if (bytes.empty() || bytes.size() > longest_signature) return std::nullopt;
    std::size_t count = 0;
    for (std::string_view rest = bytes; !rest.empty();) {
        const auto packet = next_packet(rest);
        if (!packet || packet->tag != Tag::signature || ++count > most_signatures_of_a_mail) return std::nullopt;
    }
    return bytes;
}

std::optional<std::string> block_for_gnupg(std::string_view block) {
    const auto text = text_before_signature(block);
    const auto signature = text ? signature_for_gnupg(block.substr(text->size())) : std::nullopt;
    if (!signature) return std::nullopt;
    return std::string(*text) + armoured_signature(*signature);
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
    return SharedArmour(std::string(data)).entity(before, session_key);
}

}  // namespace caveat::openpgp
