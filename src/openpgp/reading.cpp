#include "reading.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "errands.hpp"
#include "gpgme_handles.hpp"
#include "parcel.hpp"

namespace caveat::openpgp {
namespace {

constexpr std::string_view not_opened = "not-opened", too_large = "too-large";
constexpr std::size_t texts_of_a_signature = 4;
constexpr std::size_t key_id_digits = 16;  // the last of a fingerprint

// What GnuPG writes, up to a limit: then it is stopped.
struct Bounded {
    std::string bytes;
    std::size_t most = 0;
    bool over = false;

    static ssize_t write(void* handle, const void* buffer, std::size_t size) {
        auto& self = *static_cast<Bounded*>(handle);
        if (self.over || size > self.most - self.bytes.size()) {
            self.over = true;
            errno = EFBIG;
            return -1;
        }
        self.bytes.append(static_cast<const char*>(buffer), size);
        return static_cast<ssize_t>(size);
    }
};
gpgme_data_cbs bounded_writing{nullptr, Bounded::write, nullptr, nullptr};

Result<Data> data_into(Bounded& bounded) {
    gpgme_data_t made = nullptr;
    if (const auto error = gpgme_data_new_from_cbs(&made, &bounded_writing, &bounded); error) return trouble("memory", error);
    return Data(made);
}

// GnuPG says of a signature whose key has expired or was revoked that it is good, and that as well.
SeenSignature seen(gpgme_ctx_t context, const _gpgme_signature& signature) {
    SeenSignature one{false, {}, Instant(std::chrono::seconds(signature.timestamp)), {}, {}};
    const std::string_view named = signature.fpr == nullptr ? "" : signature.fpr;
    if (gpgme_err_code(signature.status) != GPG_ERR_BAD_SIGNATURE)
        one.key_id = named.substr(named.size() - std::min(named.size(), key_id_digits));
    if (gpgme_err_code(signature.status) == GPG_ERR_NO_PUBKEY && signature.fpr != nullptr) one.unknown = signature.fpr;
    if (gpgme_err_code(signature.status) != GPG_ERR_NO_ERROR || signature.fpr == nullptr || signature.wrong_key_usage) return one;
    gpgme_key_t found = nullptr;
    if (gpgme_get_key(context, signature.fpr, &found, 0)) return one;
    const Listed key(found);
    if (key->revoked || key->expired || key->disabled || key->invalid || key->fpr == nullptr) return one;
    one.valid = true;
    one.signer = key->fpr;
    return one;
}

std::string reply_of(gpgme_ctx_t context, const std::string& plain) {
    std::vector<SeenSignature> all;
    const auto* result = gpgme_op_verify_result(context);
    std::vector<_gpgme_signature> copies;  // asking for a key overwrites the result
    std::vector<std::string> fingerprints;
    for (const auto* one = result == nullptr ? nullptr : result->signatures; one != nullptr; one = one->next) {
        copies.push_back(*one);
        fingerprints.emplace_back(one->fpr == nullptr ? "" : one->fpr);
    }
    for (std::size_t i = 0; i < copies.size(); ++i) {
        copies[i].fpr = fingerprints[i].empty() ? nullptr : fingerprints[i].data();
        all.push_back(seen(context, copies[i]));
    }
    std::vector<std::string> texts{std::string(well), std::string(was_read), plain};
    for (const auto& one : all) {
        texts.push_back(one.signer);
        texts.push_back(std::to_string(std::chrono::floor<std::chrono::seconds>(one.made.time_since_epoch()).count()));
        texts.push_back(one.unknown);
        texts.push_back(one.key_id);
    }
    return packed({texts.begin(), texts.end()});
}

// How often something is decrypted. GnuPG opens as well what lies encrypted inside of what was encrypted, packet in packet.
gpgme_error_t count_opened(void* count, const char* word, const char*) {
    if (std::string_view(word) == "BEGIN_DECRYPTION") ++*static_cast<int*>(count);
    return 0;
}

// Once and no more: what somebody caught and put into a message of their own is not opened for them.
gpgme_error_t open_once(gpgme_ctx_t context, gpgme_data_t in, gpgme_data_t out) {
    int times = 0;
    gpgme_set_ctx_flag(context, "full-status", "1");
    gpgme_set_status_cb(context, count_opened, &times);
    const auto error = gpgme_op_decrypt_verify(context, in, out);
    gpgme_set_status_cb(context, nullptr, nullptr);
    gpgme_set_ctx_flag(context, "full-status", "0");
    return !error && times > 1 ? gpgme_error(GPG_ERR_DECRYPT_FAILED) : error;
}

}  // namespace

std::string do_reading(gpgme_ctx_t context, std::span<const std::string_view> texts) {
    if (texts.size() < reading_texts) return {};
    const auto in = data_over(texts[2]);
    Bounded bounded{{}, static_cast<std::size_t>(std::strtoull(std::string(texts[1]).c_str(), nullptr, 10))};
    const auto out = data_into(bounded);
    if (!in || !out) return packed({unwell, "GnuPG: memory"});
    gpgme_error_t error = 0;
    if (texts[0] == "open") {
        error = open_once(context, in->get(), out->get());
        const auto* opened = gpgme_op_decrypt_result(context);
        if (!error && (opened == nullptr || opened->legacy_cipher_nomdc || opened->unsupported_algorithm != nullptr))
            error = gpgme_error(GPG_ERR_DECRYPT_FAILED);
    } else if (texts[0] == "verify") {
        const auto signature = data_over(texts[3]);
        if (!signature) return packed({unwell, "GnuPG: memory"});
        error = gpgme_op_verify(context, signature->get(), in->get(), nullptr);
    } else {
        error = gpgme_op_verify(context, in->get(), nullptr, out->get());
    }
    if (bounded.over) return packed({well, too_large});
    if (error) return packed({well, not_opened});
    return reply_of(context, bounded.bytes);
}

std::vector<std::string_view> reading_request(std::string_view what, const std::string& most, std::string_view bytes,
                                              std::string_view signature) {
    return {what, most, bytes, signature};
}

Result<Read> read_reply(const Result<std::vector<std::string>>& said) {
    if (!said) return tl::unexpected(said.error());
    if (said->front() == too_large) return fail(errc::limit, "what is inside is too large");
    if (said->front() != was_read || said->size() < 2) return fail(errc::invalid, "it cannot be opened, or is not whole");
    Read read{said->at(1), {}};
    for (std::size_t i = 2; i + texts_of_a_signature <= said->size(); i += texts_of_a_signature) {
        const auto made = Instant(std::chrono::seconds(std::strtoll(said->at(i + 1).c_str(), nullptr, 10)));
        read.signatures.push_back({!said->at(i).empty(), said->at(i), made, said->at(i + 2), said->at(i + 3)});
    }
    return read;
}

}  // namespace caveat::openpgp
