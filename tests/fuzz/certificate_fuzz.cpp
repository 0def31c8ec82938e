// Public keys that people send in, as text and as packets.
// promise: K8 S5
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "certificate.hpp"

using namespace caveat::openpgp;

namespace {

void hold(bool so) {
    if (!so) std::abort();
}

void look(const Looked& looked) {
    const auto& key = looked.certificate;
    if (looked.fitness != Fitness::usable) {
        hold(key.bytes.empty() && !looked.because.empty());
        return;
    }
    hold(key.user_ids.size() <= most_user_ids && key.subkeys.size() <= most_subkeys && key.signatures <= most_signatures);
    hold(key.primary.fingerprint.size() == 40 && key.primary.key_id.size() == 16);
    // What is kept is a key again, and nothing more of it is left out.
    const auto again = look_at_packets(key.bytes);
    hold(again.fitness == Fitness::usable && again.certificate.bytes == key.bytes);
    hold(again.certificate.user_ids == key.user_ids && again.certificate.signatures == key.signatures);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    look(look_at_packets(bytes));
    look(look_at_armour(bytes));
    hold(without_armour(bytes).size() <= size);
    return 0;
}
