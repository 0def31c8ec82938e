#pragma once
// GPGME's things with their ends, for what runs in a runner (keeper.hpp).
#include <gpgme.h>

#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "caveat/clock.hpp"
#include "caveat/result.hpp"

namespace caveat::openpgp {

template <auto release>
struct Release {
    template <class T>
    void operator()(T* thing) const {
        release(thing);
    }
};
using Context = std::unique_ptr<gpgme_context, Release<gpgme_release>>;
using Data = std::unique_ptr<gpgme_data, Release<gpgme_data_release>>;
using Listed = std::unique_ptr<_gpgme_key, Release<gpgme_key_unref>>;

inline auto trouble(std::string_view doing, gpgme_error_t error) {
    return fail(errc::temporary, "GnuPG: {}: {}", doing, gpgme_strerror(error));
}

// The bytes outlive it.
inline Result<Data> data_over(std::string_view bytes) {
    gpgme_data_t made = nullptr;
    if (const auto error = gpgme_data_new_from_mem(&made, bytes.data(), bytes.size(), 0); error) return trouble("memory", error);
    return Data(made);
}

inline Result<Data> empty_data() {
    gpgme_data_t made = nullptr;
    if (const auto error = gpgme_data_new(&made); error) return trouble("memory", error);
    return Data(made);
}

// What was written into it, which is taken out.
inline std::string bytes_of(Data data) {
    std::size_t size = 0;
    const std::unique_ptr<char, Release<gpgme_free>> bytes(gpgme_data_release_and_get_mem(data.release(), &size));
    return bytes ? std::string(bytes.get(), size) : std::string();
}

// When the first of the two ends, the key or what it is used with: seconds since 1970; "0": never.
inline std::string end_of(const _gpgme_key& key, const _gpgme_subkey* used) {
    long end = key.subkeys == nullptr ? 0 : key.subkeys->expires;
    if (used != nullptr && used->expires != 0 && (end == 0 || used->expires < end)) end = used->expires;
    return std::to_string(end);
}
// The same on our side of the pipe.
inline std::optional<Instant> instant_from(const std::string& seconds) {
    const auto count = std::strtoll(seconds.c_str(), nullptr, 10);
    if (count <= 0) return std::nullopt;
    return Instant(std::chrono::seconds(count));
}

// In a GnuPG home of its own. Setting the home of a context costs a run of gpg, so it is kept.
inline Result<Context> context_in(const std::string& home) {
    if (gpgme_check_version("1.18.0") == nullptr) return fail(errc::temporary, "GPGME is older than 1.18.0");
    gpgme_ctx_t made = nullptr;
    if (const auto error = gpgme_new(&made); error) return trouble("cannot be used", error);
    Context fresh(made);
    if (const auto error = gpgme_ctx_set_engine_info(made, GPGME_PROTOCOL_OpenPGP, nullptr, home.c_str()); error)
        return trouble("cannot be run", error);
    return fresh;
}

}  // namespace caveat::openpgp
