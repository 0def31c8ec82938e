#include "caveat/openpgp/reader.hpp"

#include <cerrno>
#include <cstdlib>

#include "errands.hpp"
#include "gpgme_handles.hpp"
#include "parcel.hpp"

namespace caveat::openpgp {
namespace {

constexpr std::string_view was_read = "read", not_opened = "not-opened", too_large = "too-large";  // the first text of a reply

// ---- in the runner (keeper.hpp)

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
    SeenSignature one{false, {}, Instant(std::chrono::seconds(signature.timestamp))};
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
    }
    return packed({texts.begin(), texts.end()});
}

// A request is "open", "verify" or "block", how much may come out, the bytes, and of "verify" the signature.
std::string do_reading(gpgme_ctx_t context, std::string_view request) {
    const auto texts = unpacked(request);
    if (!texts || texts->size() < 3) return {};
    const auto in = data_over(texts->at(2));
    Bounded bounded{{}, static_cast<std::size_t>(std::strtoull(std::string(texts->at(1)).c_str(), nullptr, 10))};
    const auto out = data_into(bounded);
    if (!in || !out) return packed({unwell, "GnuPG: memory"});
    gpgme_error_t error = 0;
    if (texts->front() == "open") {
        error = gpgme_op_decrypt_verify(context, in->get(), out->get());
        const auto* opened = gpgme_op_decrypt_result(context);
        if (!error && (opened == nullptr || opened->legacy_cipher_nomdc || opened->unsupported_algorithm != nullptr))
            error = gpgme_error(GPG_ERR_DECRYPT_FAILED);
    } else if (texts->front() == "verify" && texts->size() == 4) {
        const auto signature = data_over(texts->at(3));
        if (!signature) return packed({unwell, "GnuPG: memory"});
        error = gpgme_op_verify(context, signature->get(), in->get(), nullptr);
    } else {
        error = gpgme_op_verify(context, in->get(), nullptr, out->get());
    }
    if (bounded.over) return packed({well, too_large});
    if (error) return packed({well, not_opened});
    return reply_of(context, bounded.bytes);
}

Begin begin_reading(const std::filesystem::path& home) {
    return [home](const std::string&) -> Work {
        ::setenv("GNUPGHOME", home.c_str(), 1);
        auto context = std::make_shared<Result<Context>>(context_in(home.string()));
        return [context](std::string_view request) {
            return *context ? do_reading((*context)->get(), request) : packed({unwell, context->error().detail});
        };
    };
}

// ---- in our process

// A folder for the keeper alone: the home is somebody's own.
struct KeepersFolder {
    std::string path;
    KeepersFolder() : path((std::filesystem::temp_directory_path() / "caveat-reader-XXXXXX").string()) {
        if (::mkdtemp(path.data()) == nullptr) path.clear();
    }
    ~KeepersFolder() {
        std::error_code ignored;
        if (!path.empty()) std::filesystem::remove_all(path, ignored);
    }
    KeepersFolder(const KeepersFolder&) = delete;
    KeepersFolder& operator=(const KeepersFolder&) = delete;
};

class HomeReader final : public Reader {
public:
    HomeReader(const std::filesystem::path& home, std::chrono::milliseconds deadline)
        : errands_(folder_.path, deadline, begin_reading(home), {}) {}

    Result<Read> open(std::string_view ciphertext, std::size_t most) override { return ask({"open", std::to_string(most), ciphertext}); }
    Result<Read> verify(std::string_view signed_bytes, std::string_view signature) override {
        return ask({"verify", "0", signed_bytes, signature});
    }
    Result<Read> verify_block(std::string_view block, std::size_t most) override { return ask({"block", std::to_string(most), block}); }

private:
    // Temporary texts of the arguments live as long as the call.
    Result<Read> ask(const std::vector<std::string_view>& request) {
        const auto said = errands_.ask(request, 1);
        if (!said) return tl::unexpected(said.error());
        if (said->front() == too_large) return fail(errc::limit, "what is inside is too large");
        if (said->front() != was_read || said->size() < 2) return fail(errc::invalid, "it cannot be opened, or is not whole");
        Read read{said->at(1), {}};
        for (std::size_t i = 2; i + 1 < said->size(); i += 2) {
            read.signatures.push_back(
                {!said->at(i).empty(), said->at(i), Instant(std::chrono::seconds(std::strtoll(said->at(i + 1).c_str(), nullptr, 10)))});
        }
        return read;
    }

    KeepersFolder folder_;
    Errands errands_;
};

}  // namespace

std::unique_ptr<Reader> reader(std::filesystem::path home, std::chrono::milliseconds deadline) {
    return std::make_unique<HomeReader>(home, deadline);
}

}  // namespace caveat::openpgp
