#include "patience.hpp"

#include <algorithm>

namespace caveat::mailroom {

std::chrono::microseconds Patience::waited(const storage::Post& post, Instant wall, Moment now) {
    using std::chrono::microseconds;
    const auto so_far = std::max(wall - post.decided, microseconds{0});
    const auto& seen = seen_.try_emplace(post.key, Seen{so_far, now}).first->second;
    return seen.waited + std::chrono::floor<microseconds>(now - seen.at);
}

Instant Patience::since(const storage::Post& post, Instant wall, Moment now) { return wall - waited(post, wall, now); }

bool Patience::over(const storage::Post& post, std::int32_t attempts, Instant wall, Moment now) {
    if (waited(post, wall, now) < options_.give_up) return false;
    return attempts >= options_.enough_attempts || now - trusted_from_ >= std::min<std::chrono::seconds>(stood_for, options_.give_up);
}

}  // namespace caveat::mailroom
