#include "caveat/vault/totp.hpp"

#include <liboath/oath.h>
#include <sodium.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <stdexcept>

#include "caveat/vault/vault.hpp"

namespace caveat::vault {
namespace {

constexpr unsigned digits = 6;
constexpr std::int64_t seconds_a_step = 30;
constexpr std::size_t secret_size = 20;

using Code = std::array<char, digits + 1>;

// In whole steps, not seconds: liboath takes an instant, and only the step it falls into counts.
Code code_of(std::string_view secret, std::int64_t step) {
    static const int started = oath_init();
    Code code{};
    const auto at = static_cast<time_t>(step * seconds_a_step);
    const int done = started != OATH_OK ? started
                                        : oath_totp_generate(secret.data(), secret.size(), at, static_cast<unsigned>(seconds_a_step), 0,
                                                             digits, code.data());
    if (done != OATH_OK) throw std::runtime_error(oath_strerror(done));
    return code;
}

std::int64_t step_at(Instant t) { return std::chrono::floor<std::chrono::seconds>(t).time_since_epoch().count() / seconds_a_step; }

}  // namespace

std::string new_totp_secret() { return random_bytes(secret_size); }

std::string totp_text(std::string_view secret) {
    char* text = nullptr;
    std::size_t size = 0;
    const int done = oath_base32_encode(secret.data(), secret.size(), &text, &size);
    const std::unique_ptr<char, decltype(&std::free)> owned(text, &std::free);
    if (done != OATH_OK) throw std::runtime_error(oath_strerror(done));
    const std::string_view padded(text, size);
    return std::string(padded.substr(0, padded.find('=')));
}

std::string totp(std::string_view secret, Instant at) { return code_of(secret, step_at(at)).data(); }

std::optional<std::int64_t> totp_step(std::string_view secret, std::string_view code, Instant now, std::int64_t after) {
    // A code of another length is replaced by one that no authenticator shows, so that the comparison takes the same time.
    const auto shown = code.size() == digits ? code : std::string_view("......");
    std::optional<std::int64_t> found;
    for (std::int64_t step = step_at(now) - 1; step <= step_at(now) + 1; ++step) {
        const bool same = sodium_memcmp(code_of(secret, step).data(), shown.data(), digits) == 0;
        if (same && step > after && !found) found = step;
    }
    return found;
}

}  // namespace caveat::vault
