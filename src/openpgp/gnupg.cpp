#include <gpgme.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <vector>

#include "caveat/openpgp/engine.hpp"
#include "encrypted.hpp"

namespace caveat::openpgp {
namespace {

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

auto trouble(std::string_view doing, gpgme_error_t error) { return fail(errc::temporary, "GnuPG: {}: {}", doing, gpgme_strerror(error)); }

Result<Data> data_over(std::string_view bytes) {
    gpgme_data_t made = nullptr;
    if (const auto error = gpgme_data_new_from_mem(&made, bytes.data(), bytes.size(), 0); error) return trouble("memory", error);
    return Data(made);
}

std::string lower(std::string_view text) {
    std::string out;
    for (const char c : text) out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return out;
}

// GnuPG shows a user id only if the key itself has signed it, so a user id that a stranger added to somebody's key does not count.
bool carries_one_of(const _gpgme_key& key, std::span<const std::string> addresses) {
    for (const auto* uid = key.uids; uid != nullptr; uid = uid->next) {
        if (uid->revoked || uid->invalid || uid->address == nullptr) continue;
        const auto carried = lower(uid->address);
        if (std::any_of(addresses.begin(), addresses.end(), [&](const auto& address) { return lower(address) == carried; })) return true;
    }
    return false;
}

bool can_encrypt(const _gpgme_key& key) {
    for (const auto* sub = key.subkeys; sub != nullptr; sub = sub->next) {
        if (sub->can_encrypt && !sub->revoked && !sub->expired && !sub->invalid && !sub->disabled) return true;
    }
    return false;
}

// A revoked or expired key has no valid user id either, so these are tested first: the reason is what people need.
Fitness fitness_of(const _gpgme_key& key, std::span<const std::string> addresses) {
    if (key.secret) return Fitness::secret;
    if (key.revoked) return Fitness::revoked;
    if (key.expired) return Fitness::expired;
    if (key.invalid || key.disabled || key.subkeys == nullptr) return Fitness::unreadable;
    if (!carries_one_of(key, addresses)) return Fitness::foreign;
    return can_encrypt(key) ? Fitness::usable : Fitness::no_encryption;
}

// A GnuPG home that nobody else knows and that is removed with us: no gpg.conf can add a reader, no lock left by another process or host is
// waited for, and no agent is started, whatever is read.
class ThrowAway {
public:
    explicit ThrowAway(const std::filesystem::path& parent) : path_((parent / "run-XXXXXX").string()) {
        if (::mkdtemp(path_.data()) == nullptr) return;
        std::ofstream conf(path_ + "/gpg.conf");
        conf << "no-autostart\n" << std::flush;
        there_ = conf.good();
    }
    ~ThrowAway() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    ThrowAway(const ThrowAway&) = delete;
    ThrowAway& operator=(const ThrowAway&) = delete;
    [[nodiscard]] bool there() const { return there_; }
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
    bool there_ = false;
};

// A public key as a file while gpg reads it: with --recipient-file gpg uses a key without importing it.
class KeyFile {
public:
    KeyFile(const std::string& folder, std::string_view armour) : path_(folder + "/reader.asc") {
        std::ofstream file(path_, std::ios::binary);
        file << armour << std::flush;
        whole_ = file.good();
    }
    ~KeyFile() { ::unlink(path_.c_str()); }
    KeyFile(const KeyFile&) = delete;
    KeyFile& operator=(const KeyFile&) = delete;
    [[nodiscard]] bool whole() const { return whole_; }
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
    bool whole_ = false;
};

class GnuPg final : public Engine {
public:
    explicit GnuPg(std::filesystem::path home) : home_(std::move(home)) {}

    Result<Key> examine(std::string_view armour, std::span<const std::string> addresses) override;
    Result<std::string> seal(std::string_view entity, const Key& to) override;

private:
    // Kept from call to call: setting the home of a context costs a run of gpg.
    Result<gpgme_ctx_t> context();

    std::filesystem::path home_;
    std::optional<ThrowAway> folder_;
    Context context_;
};

Result<gpgme_ctx_t> GnuPg::context() {
    if (context_) return context_.get();
    folder_.emplace(home_);
    if (!folder_->there()) return fail(errc::temporary, "{}: nothing can be made there; it must be a folder of ours", home_.string());
    if (gpgme_check_version("1.18.0") == nullptr) return fail(errc::temporary, "GPGME is older than 1.18.0");
    gpgme_ctx_t made = nullptr;
    if (const auto error = gpgme_new(&made); error) return trouble("cannot be used", error);
    Context fresh(made);
    if (const auto error = gpgme_ctx_set_engine_info(made, GPGME_PROTOCOL_OpenPGP, nullptr, folder_->path().c_str()); error) {
        return trouble("cannot be run", error);
    }
    gpgme_set_armor(made, 1);
    context_ = std::move(fresh);
    return context_.get();
}

Result<Key> GnuPg::examine(std::string_view armour, std::span<const std::string> addresses) {
    Key key{Fitness::unreadable, std::string(armour), {}};
    // Decided without calling gpg, which would hand a secret key to its agent.
    if (armour.find("PRIVATE KEY BLOCK") != std::string_view::npos) {
        key.fitness = Fitness::secret;
        return key;
    }
    const auto ready = context();
    if (!ready) return tl::unexpected(ready.error());
    const auto text = data_over(armour);
    if (!text) return tl::unexpected(text.error());
    if (const auto error = gpgme_op_keylist_from_data_start(*ready, text->get(), 0); error) return trouble("reading a key", error);
    std::vector<Listed> found;
    gpgme_error_t error = 0;
    for (gpgme_key_t next = nullptr; (error = gpgme_op_keylist_next(*ready, &next)) == 0;) found.emplace_back(next);
    gpgme_op_keylist_end(*ready);
    if (gpgme_err_code(error) != GPG_ERR_EOF && gpgme_err_code(error) != GPG_ERR_NO_DATA) return trouble("reading a key", error);
    const auto secret = std::find_if(found.begin(), found.end(), [](const auto& one) { return one->secret; });
    if (secret != found.end()) {
        key.fitness = Fitness::secret;
    } else if (found.size() == 1) {
        key.fitness = fitness_of(*found.front(), addresses);
        if (found.front()->fpr != nullptr) key.fingerprint = found.front()->fpr;
    }
    return key;
}

Result<std::string> GnuPg::seal(std::string_view entity, const Key& to) {
    if (to.fitness != Fitness::usable) return fail(errc::invalid, "nothing is sealed to this key: {}", sentence(to.fitness));
    const auto ready = context();
    if (!ready) return tl::unexpected(ready.error());
    const auto plain = data_over(entity);
    if (!plain) return tl::unexpected(plain.error());
    gpgme_data_t made = nullptr;
    if (const auto error = gpgme_data_new(&made); error) return trouble("memory", error);
    Data cipher(made);
    const KeyFile file(folder_->path(), to.armour);
    if (!file.whole()) return fail(errc::temporary, "{}: a key cannot be written there", folder_->path());
    // The register vouches for the key, not gpg's web of trust.
    const auto flags = static_cast<gpgme_encrypt_flags_t>(GPGME_ENCRYPT_ALWAYS_TRUST | GPGME_ENCRYPT_NO_ENCRYPT_TO);
    const auto recipient = "--file\n" + file.path();
    if (const auto error = gpgme_op_encrypt_ext(*ready, nullptr, recipient.c_str(), flags, plain->get(), cipher.get()); error) {
        return trouble("sealing", error);
    }
    std::size_t size = 0;
    const std::unique_ptr<char, Release<gpgme_free>> bytes(gpgme_data_release_and_get_mem(cipher.release(), &size));
    if (!bytes || size == 0) return fail(errc::temporary, "GnuPG: sealing gave nothing");
    return encrypted_entity({bytes.get(), size});
}

}  // namespace

std::unique_ptr<Engine> gnupg(std::filesystem::path home) {
    // GPGME asks gpg for its version without naming a home, and gpg would read the user's own gpg.conf for that.
    ::setenv("GNUPGHOME", home.c_str(), 1);
    return std::make_unique<GnuPg>(std::move(home));
}

}  // namespace caveat::openpgp
