// Encrypted messages taken apart: what GnuPG gives back, and whatever else comes.
// promise: K1 K2 K6 S5
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "caveat/openpgp/message.hpp"

using namespace caveat::openpgp;

namespace {

void hold(bool so) {
    if (!so) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    hold(without_key_id(bytes).size() == size);
    // What GnuPG is given is what was looked at: looked at again it is the same.
    if (const auto message = message_for_gnupg(bytes)) hold(message_for_gnupg(*message) == message);
    if (const auto signature = signature_for_gnupg(bytes)) hold(signature_for_gnupg(*signature) == signature);
    if (const auto block = block_for_gnupg(bytes)) hold(block_for_gnupg(*block) == block);
    const auto apart = take_apart(bytes);
    if (!apart) return 0;
    // Nothing is lost and nothing is in between; each reader's message comes apart again, and names them alone or nobody.
    std::string whole;
    for (const auto& key : apart->session_keys) {
        whole += key.whole;
        const auto mine = std::string(key.whole) + std::string(apart->data);
        const auto again = take_apart(mine);
        hold(again && again->session_keys.size() == 1 && again->session_keys.front().key_id == key.key_id && again->data == apart->data);
        const auto hidden = without_key_id(key.whole) + std::string(apart->data);
        const auto nobodys = take_apart(hidden);
        hold(nobodys && nobodys->session_keys.front().key_id == "0000000000000000");
    }
    hold(whole + std::string(apart->data) == bytes);
    return 0;
}
