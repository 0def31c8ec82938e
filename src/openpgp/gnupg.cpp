#include <gpgme.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <vector>

#include "certificate.hpp"
#include "caveat/openpgp/engine.hpp"
#include "encrypted.hpp"
#include "keeper.hpp"
#include "parcel.hpp"

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

constexpr std::string_view well = "well", unwell = "trouble";  // how a reply begins: its texts, or words of trouble

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
    if (gpgme_check_version("1.18.0") == nullptr) return fail(errc::temporary, "GPGME is older than 1.18.0");
    gpgme_ctx_t made = nullptr;
    if (const auto error = gpgme_new(&made); error) return trouble("cannot be used", error);
    Context fresh(made);
    if (const auto error = gpgme_ctx_set_engine_info(made, GPGME_PROTOCOL_OpenPGP, nullptr, folder_.c_str()); error) {
        return trouble("cannot be run", error);
    }
    gpgme_set_armor(made, 1);
    context_ = std::move(fresh);
    return context_.get();
}

// Gives back the name of the fitness and the fingerprint.
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
    if (found.size() != 1) return packed({well, name(Fitness::unreadable), {}});
    const auto* fingerprint = found.front()->fpr;
    return packed({well, name(fitness_of(*found.front(), addresses)), fingerprint == nullptr ? "" : fingerprint});
}

Result<std::string> Bench::seal(std::string_view key, std::string_view entity) {
    const auto ready = context();
    if (!ready) return tl::unexpected(ready.error());
    const auto plain = data_over(entity);
    if (!plain) return tl::unexpected(plain.error());
    gpgme_data_t made = nullptr;
    if (const auto error = gpgme_data_new(&made); error) return trouble("memory", error);
    Data cipher(made);
    const KeyFile file(folder_, key);
    if (!file.whole()) return fail(errc::temporary, "{}: a key cannot be written there", folder_);
    // The register vouches for the key, not gpg's web of trust.
    const auto flags = static_cast<gpgme_encrypt_flags_t>(GPGME_ENCRYPT_ALWAYS_TRUST | GPGME_ENCRYPT_NO_ENCRYPT_TO);
    const auto recipient = "--file\n" + file.path();
    if (const auto error = gpgme_op_encrypt_ext(*ready, nullptr, recipient.c_str(), flags, plain->get(), cipher.get()); error) {
        return trouble("sealing", error);
    }
    std::size_t size = 0;
    const std::unique_ptr<char, Release<gpgme_free>> bytes(gpgme_data_release_and_get_mem(cipher.release(), &size));
    if (!bytes || size == 0) return fail(errc::temporary, "GnuPG: sealing gave nothing");
    return packed({well, {bytes.get(), size}});
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
    using Log = std::function<void(std::string_view)>;
    GnuPg(std::filesystem::path home, std::chrono::milliseconds deadline, Log log)
        : keeper_(std::move(home), deadline, begin_work), log_(std::move(log)) {}

    Result<Key> examine(std::string_view armour, std::span<const std::string> addresses) override;
    Result<std::string> seal(std::string_view entity, const Key& to) override;

private:
    // The texts of a reply, behind `well`.
    Result<std::vector<std::string>> ask(const std::vector<std::string_view>& request, std::size_t texts);
    Result<std::vector<std::string>> exchange(const std::vector<std::string_view>& request, std::size_t texts);

    Keeper keeper_;
    Log log_;
    std::mutex one_at_a_time_;
    std::string in_the_log_;  // the last trouble; none since GnuPG did its work
};

Result<std::vector<std::string>> GnuPg::ask(const std::vector<std::string_view>& request, std::size_t texts) {
    auto done = exchange(request, texts);
    if (!log_) return done;
    const std::lock_guard alone(one_at_a_time_);
    const auto said = done ? std::string() : done.error().detail;
    if (!said.empty() && said != in_the_log_) log_(said);
    in_the_log_ = said;
    if (done) return done;
    return fail(done.error().code, "GnuPG cannot be asked now; try again");
}

Result<std::vector<std::string>> GnuPg::exchange(const std::vector<std::string_view>& request, std::size_t texts) {
    const auto reply = keeper_.ask(packed(request));
    if (!reply) return tl::unexpected(reply.error());
    const auto parts = unpacked(*reply);
    if (parts && parts->size() == 2 && parts->front() == unwell) return fail(errc::temporary, "{}", parts->back());
    if (!parts || parts->size() != texts + 1 || parts->front() != well) return fail(errc::temporary, "GnuPG: no reply");
    return std::vector<std::string>(parts->begin() + 1, parts->end());
}

Result<Key> GnuPg::examine(std::string_view armour, std::span<const std::string> addresses) {
    auto looked = look_at_armour(armour);
    Key key{looked.fitness, std::string(armour), looked.certificate.primary.fingerprint, std::move(looked.because)};
    if (looked.fitness != Fitness::usable) return key;
    std::vector<std::string_view> request{"examine", looked.certificate.bytes};
    request.insert(request.end(), addresses.begin(), addresses.end());
    const auto said = ask(request, 2);
    if (!said) return tl::unexpected(said.error());
    const auto fitness = std::find_if(all_fitness.begin(), all_fitness.end(), [&](Fitness one) { return name(one) == said->front(); });
    key.fitness = fitness == all_fitness.end() ? Fitness::unreadable : *fitness;
    key.fingerprint = said->back();
    return key;
}

Result<std::string> GnuPg::seal(std::string_view entity, const Key& to) {
    if (to.fitness != Fitness::usable) return fail(errc::invalid, "nothing is sealed to this key: {}", explain(to));
    const auto looked = look_at_armour(to.armour);
    if (looked.fitness != Fitness::usable) return fail(errc::temporary, "the key has become another: {}", looked.because);
    const auto sealed = ask({"seal", looked.certificate.bytes, entity}, 1);
    if (!sealed) return tl::unexpected(sealed.error());
    return encrypted_entity(sealed->front());
}

}  // namespace

std::unique_ptr<Engine> gnupg(std::filesystem::path home, std::chrono::milliseconds deadline, std::function<void(std::string_view)> log) {
    return std::make_unique<GnuPg>(std::move(home), deadline, std::move(log));
}

}  // namespace caveat::openpgp
