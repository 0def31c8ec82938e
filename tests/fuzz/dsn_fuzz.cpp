// What comes back to return paths.
// promise: S5
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "caveat/mail/bounce.hpp"

using namespace caveat;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto bounce = mail::read_bounce({reinterpret_cast<const char*>(data), size}, mail::Limits{});
    if (!bounce) return 0;
    for (const auto& recipient : bounce->recipients) {
        if (recipient.diagnostic.size() > 500) std::abort();
    }
    if (bounce->return_path_id.size() > 64 || mail::name(bounce->kind).empty()) std::abort();
    return 0;
}
