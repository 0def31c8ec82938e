// One key in several copies: what each of them says of it, in one.
#include <algorithm>
#include <vector>

#include "caveat/openpgp/look.hpp"
#include "certificate.hpp"
#include "encrypted.hpp"
#include "packets.hpp"

namespace caveat::openpgp {
namespace {

constexpr unsigned key_revocation = 0x20;  // RFC 9580 §5.2.1

// A key, a user id or a subkey, with the signatures that stand behind it.
struct Stretch {
    Packet head;
    std::vector<Packet> signatures;
};

std::vector<Stretch> stretches_of(std::string_view bytes) {
    std::vector<Stretch> all;
    while (const auto packet = next_packet(bytes)) {
        if (packet->tag == Tag::signature && !all.empty()) {
            all.back().signatures.push_back(*packet);
        } else {
            all.push_back({*packet, {}});
        }
    }
    return all;
}

bool is_same(const Packet& one, const Packet& other) { return one.tag == other.tag && one.body == other.body; }

Stretch* found_in(std::vector<Stretch>& all, const Packet& head) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const auto& one) { return is_same(one.head, head); });
    return found == all.end() ? nullptr : &*found;
}

bool has(const Stretch& stretch, const Packet& signature) {
    return std::any_of(stretch.signatures.begin(), stretch.signatures.end(), [&](const auto& one) { return is_same(one, signature); });
}

// A user id comes before the subkeys (§10.1.1).
void insert(std::vector<Stretch>& all, const Stretch& stretch) {
    const auto is_subkey = [](const Stretch& one) { return one.head.tag == Tag::public_subkey; };
    all.insert(is_subkey(stretch) ? all.end() : std::find_if(all.begin(), all.end(), is_subkey), stretch);
}

// What is new is added; how much that was.
std::size_t take_in(std::vector<Stretch>& all, const std::vector<Stretch>& more) {
    std::size_t added = 0;
    for (const auto& stretch : more) {
        auto* known = found_in(all, stretch.head);
        if (known == nullptr) {
            insert(all, stretch);
            ++added;
            continue;
        }
        for (const auto& signature : stretch.signatures) {
            if (has(*known, signature)) continue;
            known->signatures.push_back(signature);
            ++added;
        }
    }
    return added;
}

std::string bytes_of(const std::vector<Stretch>& all) {
    std::string bytes;
    for (const auto& stretch : all) {
        bytes += stretch.head.whole;
        for (const auto& signature : stretch.signatures) bytes += signature.whole;
    }
    return bytes;
}

unsigned kind_of(const Packet& signature) {
    Octets octets(signature.body);
    const auto version = octets.number(1);
    if (version == 3U) static_cast<void>(octets.number(1));  // §5.2.2: how much is hashed
    return octets.number(1).value_or(0);
}

std::uint32_t newest_of(const std::vector<Stretch>& all) {
    std::uint32_t newest = 0;
    for (const auto& stretch : all) {
        for (const auto& signature : stretch.signatures) newest = std::max(newest, made_at(signature.body));
    }
    return newest;
}

}  // namespace

std::string joined(std::string_view known, std::string_view other) {
    const auto one = look_at_armour(known), another = look_at_armour(other);
    const auto& fingerprint = one.certificate.primary.fingerprint;
    if (fingerprint.empty() || fingerprint != another.certificate.primary.fingerprint) return {};
    const auto before = stretches_of(one.certificate.bytes), now = stretches_of(another.certificate.bytes);
    auto all = now;
    if (take_in(all, before) == 0) return std::string(other);
    all = before;
    if (take_in(all, now) == 0) return std::string(known);
    return armoured_key(bytes_of(all));
}

bool is_older(std::string_view copy, std::string_view than) {
    const auto one = look_at_armour(copy), other = look_at_armour(than);
    return newest_of(stretches_of(one.certificate.bytes)) < newest_of(stretches_of(other.certificate.bytes));
}

bool says_revoked(std::string_view armour) {
    const auto looked = look_at_armour(armour);
    const auto all = stretches_of(looked.certificate.bytes);
    return !all.empty() && std::any_of(all.front().signatures.begin(), all.front().signatures.end(),
                                       [](const auto& signature) { return kind_of(signature) == key_revocation; });
}

}  // namespace caveat::openpgp
