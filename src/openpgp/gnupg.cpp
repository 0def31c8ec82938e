#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <vector>

#include "caveat/ascii.hpp"
#include "caveat/openpgp/engine.hpp"
#include "certificate.hpp"
#include "encrypted.hpp"
#include "errands.hpp"
#include "gpgme_handles.hpp"
#include "parcel.hpp"

namespace caveat::openpgp {
namespace {

// GnuPG shows a user id only if the key itself has signed it, so a user id that a stranger added to somebody's key does not count.
bool carries_one_of(const _gpgme_key& key, std::span<const std::string> addresses) {
    for (const auto* uid = key.uids; uid != nullptr; uid = uid->next) {
        if (uid->revoked || uid->invalid || uid->address == nullptr) continue;
        const auto carried = ascii::lower(uid->address);
        if (std::any_of(addresses.begin(), addresses.end(), [&](const auto& address) { return ascii::lower(address) == carried; }))
            return true;
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

// A public key as a file while gpg reads it: with --recipient-file gpg uses a key without importing it.
class KeyFile {
public:
    KeyFile(const std::string& folder, std::string_view key) : path_(folder + "/reader.pgp") {
        std::ofstream file(path_, std::ios::binary);
        file << key << std::flush;
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

// ---- in the runner (keeper.hpp)

// A GnuPG home that nobody else knows and that is removed with the runner: no gpg.conf can add a reader, no lock left by another process or
// host is waited for, and no agent is started, whatever is read.
class Bench {
public:
    explicit Bench(std::string folder) : folder_(std::move(folder)) {
        // GPGME asks gpg for its version without naming a home, and gpg would read the user's own gpg.conf for that.
        ::setenv("GNUPGHOME", folder_.c_str(), 1);
        std::ofstream(folder_ + "/gpg.conf") << "no-autostart\n";
    }
    Result<std::string> examine(std::string_view key, std::span<const std::string> addresses);
    Result<std::string> seal(std::string_view key, std::string_view entity);

private:
    // Kept from call to call: setting the home of a context costs a run of gpg.
    Result<gpgme_ctx_t> context();

    std::string folder_;
    Context context_;
};

Result<gpgme_ctx_t> Bench::context() {
    if (context_) return context_.get();
    auto fresh = context_in(folder_);
    if (!fresh) return tl::unexpected(fresh.error());
    gpgme_set_armor(fresh->get(), 1);
    context_ = std::move(*fresh);
    return context_.get();
}

// The subkey that sealing would use is the newest that can encrypt; the key is of use as long as it and the primary key are.
const _gpgme_subkey* sealing_subkey(const _gpgme_key& key) {
    const _gpgme_subkey* newest = nullptr;
    for (const auto* sub = key.subkeys; sub != nullptr; sub = sub->next) {
        if (!sub->can_encrypt || sub->revoked || sub->expired || sub->invalid || sub->disabled) continue;
        if (newest == nullptr || sub->timestamp >= newest->timestamp) newest = sub;
    }
    return newest;
}

std::string algorithm_of(const _gpgme_subkey* subkey) {
    if (subkey == nullptr) return {};
    const std::unique_ptr<char, Release<gpgme_free>> name(gpgme_pubkey_algo_string(const_cast<gpgme_subkey_t>(subkey)));
    return name ? name.get() : "";
}

// Gives back the name of the fitness, the fingerprint, the algorithm and the end.
Result<std::string> Bench::examine(std::string_view key, std::span<const std::string> addresses) {
    const auto ready = context();
    if (!ready) return tl::unexpected(ready.error());
    const auto bytes = data_over(key);
    if (!bytes) return tl::unexpected(bytes.error());
    if (const auto error = gpgme_op_keylist_from_data_start(*ready, bytes->get(), 0); error) return trouble("reading a key", error);
    std::vector<Listed> found;
    gpgme_error_t error = 0;
    for (gpgme_key_t next = nullptr; (error = gpgme_op_keylist_next(*ready, &next)) == 0;) found.emplace_back(next);
    gpgme_op_keylist_end(*ready);
    if (gpgme_err_code(error) != GPG_ERR_EOF && gpgme_err_code(error) != GPG_ERR_NO_DATA) return trouble("reading a key", error);
    if (found.size() != 1) return packed({well, name(Fitness::unreadable), {}, {}, "0"});
    const auto& one = *found.front();
    const auto* sealing = sealing_subkey(one);
    auto fitness = fitness_of(one, addresses);
    // A point that is on no curve is taken and listed: gpg sees it when it computes with it, and then names no key.
    if (fitness == Fitness::usable && !seal(key, "x")) fitness = Fitness::unsuitable;
    return packed({well, name(fitness), one.fpr == nullptr ? "" : one.fpr, algorithm_of(sealing != nullptr ? sealing : one.subkeys),
                   end_of(one, sealing)});
}

Result<std::string> Bench::seal(std::string_view key, std::string_view entity) {
    const auto ready = context();
    if (!ready) return tl::unexpected(ready.error());
    const auto plain = data_over(entity);
    if (!plain) return tl::unexpected(plain.error());
    auto cipher = empty_data();
    if (!cipher) return tl::unexpected(cipher.error());
    const KeyFile file(folder_, key);
    if (!file.whole()) return fail(errc::temporary, "{}: a key cannot be written there", folder_);
    // The register vouches for the key, not gpg's web of trust.
    const auto flags = static_cast<gpgme_encrypt_flags_t>(GPGME_ENCRYPT_ALWAYS_TRUST | GPGME_ENCRYPT_NO_ENCRYPT_TO);
    const auto recipient = "--file\n" + file.path();
    if (const auto error = gpgme_op_encrypt_ext(*ready, nullptr, recipient.c_str(), flags, plain->get(), cipher->get()); error) {
        return trouble("sealing", error);
    }
    const auto bytes = bytes_of(std::move(*cipher));
    if (bytes.empty()) return fail(errc::temporary, "GnuPG: sealing gave nothing");
    return packed({well, bytes});
}

// A request is "examine", the key, its person's addresses; or "seal", the key, what is sealed to it.
std::string do_work(Bench& bench, std::string_view request) {
    const auto texts = unpacked(request);
    if (!texts || texts->size() < 2) return {};
    const std::vector<std::string> rest(texts->begin() + 2, texts->end());
    const auto done = texts->front() == "seal" ? bench.seal(texts->at(1), rest.at(0)) : bench.examine(texts->at(1), rest);
    return done ? *done : packed({unwell, done.error().detail});
}

Work begin_work(const std::string& folder) {
    return [bench = std::make_shared<Bench>(folder)](std::string_view request) { return do_work(*bench, request); };
}

// ---- in our process

class GnuPg final : public Engine {
public:
    GnuPg(std::filesystem::path home, std::chrono::milliseconds deadline, Errands::Log log)
        : errands_(std::move(home), deadline, begin_work, std::move(log)) {}

    Result<Key> examine(std::string_view armour, std::span<const std::string> addresses) override;
    Result<std::string> seal(std::string_view entity, const Key& to) override;

private:
    Errands errands_;
};

Result<Key> GnuPg::examine(std::string_view armour, std::span<const std::string> addresses) {
    auto looked = look_at_armour(armour);
    Key key{looked.fitness, std::string(armour), looked.certificate.primary.fingerprint, std::move(looked.because)};
    if (looked.fitness != Fitness::usable) return key;
    std::vector<std::string_view> request{"examine", looked.certificate.bytes};
    request.insert(request.end(), addresses.begin(), addresses.end());
    const auto said = errands_.ask(request, 4);
    if (!said) return tl::unexpected(said.error());
    const auto fitness = std::find_if(all_fitness.begin(), all_fitness.end(), [&](Fitness one) { return name(one) == said->front(); });
    key.fitness = fitness == all_fitness.end() ? Fitness::unreadable : *fitness;
    key.fingerprint = said->at(1);
    key.algorithm = said->at(2);
    key.usable_until = instant_from(said->at(3));
    return key;
}

Result<std::string> GnuPg::seal(std::string_view entity, const Key& to) {
    if (to.fitness != Fitness::usable) return fail(errc::invalid, "nothing is sealed to this key: {}", explain(to));
    const auto looked = look_at_armour(to.armour);
    if (looked.fitness != Fitness::usable) return fail(errc::temporary, "the key has become another: {}", looked.because);
    const auto sealed = errands_.ask({"seal", looked.certificate.bytes, entity}, 1);
    if (!sealed) return tl::unexpected(sealed.error());
    return encrypted_entity(sealed->front());
}

}  // namespace

std::unique_ptr<Engine> gnupg(std::filesystem::path home, std::chrono::milliseconds deadline, std::function<void(std::string_view)> log) {
    return std::make_unique<GnuPg>(std::move(home), deadline, std::move(log));
}

}  // namespace caveat::openpgp
