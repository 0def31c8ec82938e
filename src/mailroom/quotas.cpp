#include "caveat/mailroom/quotas.hpp"

namespace caveat::mailroom {

bool Unproven::fits(const Quotas& quotas, const PersonId& author, std::uint64_t bytes, Instant now) {
    // Nor what lies ahead of a clock that was set back by more than that.
    std::erase_if(mails_, [&](const Mail& mail) { return mail.at + quotas.unproven_life <= now || mail.at > now + quotas.unproven_life; });
    std::size_t own = 0;
    std::uint64_t own_bytes = 0;
    std::uint64_t all_bytes = 0;
    for (const auto& mail : mails_) {
        all_bytes += mail.bytes;
        if (mail.author != author) continue;
        ++own;
        own_bytes += mail.bytes;
    }
    return quotas.unproven.fits(own, own_bytes, bytes) && quotas.all_unproven.fits(mails_.size(), all_bytes, bytes);
}

void Unproven::forget(const PostId& id) {
    std::erase_if(mails_, [&](const Mail& mail) { return mail.id == id; });
}

}  // namespace caveat::mailroom
