#include "certificate.hpp"

#include <fmt/format.h>

#include "packets.hpp"

namespace caveat::openpgp {
namespace {

Looked faulty(Fitness fitness, std::string because) { return {fitness, std::move(because), {}}; }
Looked unreadable(std::string because) { return faulty(Fitness::unreadable, std::move(because)); }
Looked unsuitable(std::string because) { return faulty(Fitness::unsuitable, std::move(because)); }

// Goes through the packets of one key in their order. Signatures share the fate of what they stand behind.
class Walk {
public:
    // False: `fault` says why it ends here.
    bool step(const Packet& packet) {
        switch (packet.tag) {
            case Tag::public_key:
                return primary(packet);
            case Tag::public_subkey:
                return subkey(packet);
            case Tag::user_id:
                return user_id(packet);
            case Tag::signature:
                return signature(packet);
            case Tag::user_attribute:
                keeping_ = false;
                return begun_ || ends(unreadable("it does not begin with a public key"));
            case Tag::marker:
            case Tag::trust:
            case Tag::padding:
                return true;
            default:
                return ends(unreadable(fmt::format("it holds a packet of type {}, which no public key has", static_cast<int>(packet.tag))));
        }
    }
    [[nodiscard]] Looked done() && {
        if (!begun_) return unreadable("it holds no public key");
        return {Fitness::usable, {}, std::move(read_)};
    }

    Looked fault;

private:
    bool ends(Looked why) {
        fault = std::move(why);
        return false;
    }
    bool keep(const Packet& packet) {
        keeping_ = true;
        read_.bytes += packet.whole;
        return true;
    }
    bool primary(const Packet& packet) {
        if (begun_) return ends(unreadable("it holds more than one public key"));
        begun_ = true;
        const auto material = read_material(packet.body);
        if (material.damaged) return ends(unreadable("its first packet is damaged"));
        if (!material.because.empty()) return ends(unsuitable("it has " + material.because));
        read_.primary = material.key;
        return keep(packet);
    }
    bool subkey(const Packet& packet) {
        if (!begun_) return ends(unreadable("it does not begin with a public key"));
        if (++subkeys_ > most_subkeys) return ends(unsuitable(fmt::format("it has more than {} subkeys", most_subkeys)));
        const auto material = read_material(packet.body);
        if (material.damaged) return ends(unreadable("one of its subkeys is damaged"));
        if (!material.listed) {
            keeping_ = false;
            return true;
        }
        if (!material.because.empty()) return ends(unsuitable("one of its subkeys has " + material.because));
        read_.subkeys.push_back(material.key);
        return keep(packet);
    }
    bool user_id(const Packet& packet) {
        if (!begun_) return ends(unreadable("it does not begin with a public key"));
        if (packet.body.size() > longest_user_id) {
            return ends(unsuitable(fmt::format("it has a user id of {} bytes; at most {} are taken", packet.body.size(), longest_user_id)));
        }
        if (read_.user_ids.size() == most_user_ids) return ends(unsuitable(fmt::format("it has more than {} user ids", most_user_ids)));
        read_.user_ids.emplace_back(packet.body);
        return keep(packet);
    }
    bool signature(const Packet& packet) {
        if (!begun_) return ends(unreadable("it does not begin with a public key"));
        if (!keeping_ || !issued_by(packet.body, read_.primary)) return true;
        if (++read_.signatures > most_signatures) {
            return ends(unsuitable(fmt::format("it has more than {} signatures of its own", most_signatures)));
        }
        return keep(packet);
    }

    Certificate read_;
    bool begun_ = false;
    bool keeping_ = false;     // what signatures here stand behind
    std::size_t subkeys_ = 0;  // with those left out
};

bool holds_secret(std::string_view bytes) {
    while (const auto packet = next_packet(bytes)) {
        if (packet->tag == Tag::secret_key || packet->tag == Tag::secret_subkey) return true;
    }
    return false;
}

}  // namespace

Looked look_at_packets(std::string_view bytes) {
    if (holds_secret(bytes)) return faulty(Fitness::secret, "it holds the packet of a secret key");
    Walk walk;
    while (!bytes.empty()) {
        const auto packet = next_packet(bytes);
        if (!packet) return unreadable("one of its packets is damaged");
        if (!walk.step(*packet)) return std::move(walk.fault);
    }
    return std::move(walk).done();
}

std::string without_subkeys(std::string_view bytes, const std::function<bool(const std::string& fingerprint)>& leaves_out) {
    std::string kept;
    bool keeping = true;
    while (const auto packet = next_packet(bytes)) {
        if (packet->tag == Tag::public_subkey) keeping = !leaves_out(read_material(packet->body).key.fingerprint);
        if (keeping) kept += packet->whole;
    }
    return kept;
}

Looked look_at_armour(std::string_view text) {
    if (text.size() > longest_armour) {
        return unsuitable(fmt::format("it has {} bytes; at most {} are taken", text.size(), longest_armour));
    }
    if (text.find("PRIVATE KEY BLOCK") != std::string_view::npos) return faulty(Fitness::secret, "it is headed as a private key");
    return look_at_packets(without_armour(text));
}

}  // namespace caveat::openpgp
