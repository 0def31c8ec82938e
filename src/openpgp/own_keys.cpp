#include "caveat/openpgp/own_keys.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <unordered_set>

#include "agent_home.hpp"
#include "certificate.hpp"
#include "errands.hpp"
#include "gpgme_handles.hpp"
#include "held.hpp"
#include "keybox.hpp"
#include "parcel.hpp"
#include "run_of_gpg.hpp"

namespace caveat::openpgp {
namespace {

namespace fs = std::filesystem;

// ---- in the runner (keeper.hpp)

// What it is asked for.
constexpr std::string_view to_make = "make", to_sign = "sign", to_seal = "seal";

constexpr const char* slice_keyring = "slice.kbx";

class Workshop {
public:
    Workshop(std::string folder, const fs::path& lists);
    Result<std::string> make(std::string_view address, const std::string& life);
    Result<std::string> sign(std::string_view text, const Fingerprinted& signer);  // armoured, beside the text
    Result<std::string> seal(std::string_view entity, const Fingerprinted& signer, const std::vector<Fingerprinted>& readers);

private:
    Result<void> know(const std::vector<Fingerprinted>& keys);
    Result<gpgme_key_t> signer_key(const std::string& fingerprint);
    Result<gpgme_ctx_t> ready_to_sign(const std::string& signer, const std::vector<Fingerprinted>& keys);
    Result<std::string> exported(const std::string& fingerprint);
    void forget_keyring();
    void lay_out(const std::vector<Fingerprinted>& keys);
    [[nodiscard]] Result<RunOfGpg> encrypt(std::string_view text, const std::string& signer, const std::vector<std::string>& readers,
                                           Status wish) const;
    [[nodiscard]] std::vector<std::string> unfit_among(const std::vector<std::string>& keys) const;
    template <class Done>
    Done went(Done done) {
        if (!done) home_.doubt_agent();
        return done;
    }

    fs::path lists_;
    AgentHome home_;
    gpgme_ctx_t context_ = nullptr;      // of the home, once it was made ready
    Held held_;                          // in its keyring
    std::optional<Keybox> keybox_;       // which is this file; none: not read since it became another
    std::vector<std::string> laid_out_;  // the fingerprints in a keyring beside it
    std::unordered_map<std::string, Listed> signers_;
};

// rfc4880 comes first, because it sets what the lines behind it set again. What keys prefer does not count: one key without preferences
// would have all readers get SHA-1.
constexpr std::string_view of_what_is_made =
    "rfc4880\ncipher-algo AES256\ndigest-algo SHA256\ncert-digest-algo SHA256\ncompress-algo none\n";

Workshop::Workshop(std::string folder, const fs::path& lists) : lists_(lists), home_(std::move(folder), lists, of_what_is_made) {}

void Workshop::forget_keyring() {
    home_.forget_keyring();
    keybox_.reset();
    laid_out_.clear();
    held_.clear();
    signers_.clear();
}

// Takes into the keyring what is not there yet.
Result<void> Workshop::know(const std::vector<Fingerprinted>& keys) {
    const auto fresh = held_.missing(keys, [this] { forget_keyring(); });
    if (fresh.empty()) return {};
    const auto data = data_over(fresh);
    if (!data) return tl::unexpected(data.error());
    keybox_.reset();
    laid_out_.clear();
    const auto error = gpgme_op_import(context_, data->get());
    if (!error) return {};
    forget_keyring();
    return trouble("taking readers' keys", error);
}

Result<gpgme_key_t> Workshop::signer_key(const std::string& fingerprint) {
    if (const auto known = signers_.find(fingerprint); known != signers_.end()) return known->second.get();
    gpgme_key_t found = nullptr;
    if (const auto error = gpgme_get_key(context_, fingerprint.c_str(), &found, 1); error) return trouble("our own secret key", error);
    return signers_.emplace(fingerprint, Listed(found)).first->second.get();
}

// Of the invalid recipients the first ones that gpg named; it ends at the first that it does not take.
std::vector<std::string> refused_by(const RunOfGpg& run) {
    constexpr std::string_view begin = "INV_RECP ";
    std::vector<std::string> refused;
    for (const auto& line : run.status) {
        const auto space = line.find(' ', begin.size());  // behind the reason
        if (line.starts_with(begin) && space != std::string::npos) refused.push_back(line.substr(space + 1));
    }
    return refused;
}

// With the signer's key and these in the keyring.
Result<gpgme_ctx_t> Workshop::ready_to_sign(const std::string& signer, const std::vector<Fingerprinted>& keys) {
    const auto context = home_.ready();
    if (!context) return tl::unexpected(context.error());
    context_ = *context;
    if (const auto known = went(know(keys)); !known) return tl::unexpected(known.error());
    const auto key = went(signer_key(signer));
    if (!key) return tl::unexpected(key.error());
    gpgme_signers_clear(*context);
    if (const auto error = gpgme_signers_add(*context, *key); error) return trouble("our own key", error);
    return context;
}

Result<std::string> Workshop::sign(std::string_view text, const Fingerprinted& signer) {
    const auto context = ready_to_sign(signer.first, {signer});
    if (!context) return tl::unexpected(context.error());
    const auto plain = data_over(text);
    auto made = empty_data();
    if (!plain || !made) return fail(errc::temporary, "GnuPG: memory");
    gpgme_set_armor(*context, 1);
    gpgme_set_textmode(*context, 1);
    const auto error = gpgme_op_sign(*context, plain->get(), made->get(), GPGME_SIG_MODE_DETACH);
    gpgme_set_armor(*context, 0);
    gpgme_set_textmode(*context, 0);
    if (error) return went(Result<std::string>(trouble("signing", error)));
    const auto signature = bytes_of(std::move(*made));
    return packed({well, signature});
}

std::string bytes_of_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

// If there are many more, these go into a keyring of their own, in which gpg finds them sooner.
void Workshop::lay_out(const std::vector<Fingerprinted>& keys) {
    std::vector<std::string> wanted;
    for (const auto& key : keys) wanted.push_back(key.first);
    if (wanted == laid_out_) return;
    laid_out_.clear();
    if (held_.size() <= 2 * wanted.size()) return;
    if (!keybox_) keybox_ = Keybox::of(bytes_of_file(home_.folder() / "pubring.kbx"));
    if (!keybox_) return;
    std::ofstream out(home_.folder() / slice_keyring, std::ios::binary);
    out << keybox_->with(wanted, static_cast<std::uint32_t>(std::time(nullptr)));
    if (out.flush()) laid_out_ = std::move(wanted);
}

// `signer`: empty for none. The register vouches for the keys, not gpg's web of trust (agent_home.cpp).
Result<RunOfGpg> Workshop::encrypt(std::string_view text, const std::string& signer, const std::vector<std::string>& readers,
                                   Status wish) const {
    std::vector<std::string> options{"--no-encrypt-to", "--output", "-", "--encrypt"};
    if (!laid_out_.empty()) options.insert(options.end(), {"--no-default-keyring", "--keyring", (home_.folder() / slice_keyring).string()});
    if (!signer.empty()) options.insert(options.end(), {"--sign", "--local-user", signer});
    for (const auto& reader : readers) {
        options.emplace_back("--recipient");
        options.push_back(reader);
    }
    return run_gpg(home_.gpg(), std::move(options), text, wish);
}

// Those of the keys that gpg cannot seal to, though it names none of them when it fails: a point that is on no curve is seen by the
// arithmetic alone. Halves are tried with an octet of text. All of them: then it is not the keys.
std::vector<std::string> Workshop::unfit_among(const std::vector<std::string>& keys) const {
    std::vector<std::string> unfit;
    std::vector<std::vector<std::string>> open{keys};
    while (!open.empty()) {
        const auto some = std::move(open.back());
        open.pop_back();
        const auto run = encrypt("x", {}, some, Status::not_told);
        if (!run) return {};
        if (run->well) continue;
        if (some.size() == 1) {
            unfit.push_back(some.front());
            continue;
        }
        const auto middle = some.begin() + static_cast<std::ptrdiff_t>(some.size() / 2);
        open.emplace_back(some.begin(), middle);
        open.emplace_back(middle, some.end());
    }
    return unfit.size() == keys.size() ? std::vector<std::string>{} : unfit;
}

// Gives back the message and the fingerprints that were not taken.
std::string sealed_reply(std::string_view message, const std::vector<std::string>& refused) {
    std::vector<std::string_view> reply{well, message};
    reply.insert(reply.end(), refused.begin(), refused.end());
    return packed(reply);
}

// The code is GnuPG's (gpg-error(1)).
auto not_sealed(const RunOfGpg& run) {
    const auto is_code = [](const std::string& line) { return line.starts_with("FAILURE "); };
    const auto code = std::find_if(run.status.begin(), run.status.end(), is_code);
    return fail(errc::temporary, "GnuPG: sealing: {}", code == run.status.end() ? std::string("it failed") : *code);
}

Result<std::string> Workshop::seal(std::string_view entity, const Fingerprinted& signer, const std::vector<Fingerprinted>& readers) {
    std::vector<Fingerprinted> keys{signer};
    keys.insert(keys.end(), readers.begin(), readers.end());
    const auto context = ready_to_sign(signer.first, keys);
    if (!context) return tl::unexpected(context.error());
    lay_out(keys);
    std::vector<std::string> wanted, refused;
    for (const auto& reader : readers) wanted.push_back(reader.first);
    while (!wanted.empty()) {
        // Mostly all are taken, and then nobody asks which were not.
        auto run = encrypt(entity, signer.first, wanted, Status::not_told);
        if (run && !run->well) run = encrypt(entity, signer.first, wanted, Status::told);
        if (!run) return tl::unexpected(run.error());
        if (run->well) return sealed_reply(run->made, refused);
        const auto before = wanted.size();
        auto named = refused_by(*run);
        if (named.empty()) named = unfit_among(wanted);
        for (auto& one : named) {
            if (std::erase(wanted, one) > 0) refused.push_back(std::move(one));
        }
        if (wanted.size() == before) return went(Result<std::string>(not_sealed(*run)));
    }
    return sealed_reply({}, refused);
}

Result<std::string> Workshop::exported(const std::string& fingerprint) {
    auto out = empty_data();
    if (!out) return tl::unexpected(out.error());
    gpgme_set_armor(context_, 1);
    const auto error = gpgme_op_export(context_, fingerprint.c_str(), GPGME_EXPORT_MODE_MINIMAL, out->get());
    gpgme_set_armor(context_, 0);
    if (error) return trouble("the new key", error);
    return bytes_of(std::move(*out));
}

// Gives back the fingerprint, the public half and the end.
Result<std::string> Workshop::make(std::string_view address, const std::string& life) {
    const auto context = home_.ready();
    if (!context) return tl::unexpected(context.error());
    context_ = *context;
    const auto seconds = std::strtoul(life.c_str(), nullptr, 10);
    const auto flags = GPGME_CREATE_NOPASSWD | GPGME_CREATE_FORCE | (seconds == 0 ? GPGME_CREATE_NOEXPIRE : 0U);
    const auto error = gpgme_op_createkey(*context, std::string(address).c_str(), "future-default", 0, seconds, nullptr, flags);
    if (error) return went(Result<std::string>(trouble("making a key", error)));
    const auto* made = gpgme_op_genkey_result(*context);
    const std::string fingerprint = made == nullptr || made->fpr == nullptr ? "" : made->fpr;
    const auto armour = went(exported(fingerprint));
    if (!armour) return tl::unexpected(armour.error());
    // On the disk before anybody counts on it.
    const int folder = ::open(lists_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = folder >= 0 && ::syncfs(folder) == 0;
    if (folder >= 0) ::close(folder);
    if (!synced) return fail(errc::temporary, "{}: a new key cannot be written there", lists_.string());
    const auto key = went(signer_key(fingerprint));
    if (!key) return tl::unexpected(key.error());
    return packed({well, fingerprint, *armour, end_of(**key, nullptr)});
}

// A request is "make", the address and how many seconds the key lives; or "sign" or "enclose", the text, the signer's fingerprint and key;
// or "seal", what is sealed, the signer's fingerprint and key, and those of the readers.
std::string do_own_work(Workshop& workshop, std::string_view request) {
    const auto texts = unpacked(request);
    if (!texts || texts->size() < 3) return {};
    const auto& what = texts->front();
    const auto keys = fingerprinted(std::span(*texts).subspan(2));
    Result<std::string> done = fail(errc::invalid, "no such work");
    if (what == to_make) done = workshop.make(texts->at(1), std::string(texts->at(2)));
    if (what == to_sign && keys.size() == 1) done = workshop.sign(texts->at(1), keys.front());
    if (what == to_seal && !keys.empty()) done = workshop.seal(texts->at(1), keys.front(), {keys.begin() + 1, keys.end()});
    return done ? *done : packed({unwell, done.error().detail});
}

Begin begin_own_work(const fs::path& lists) {
    return [lists](const std::string& folder) -> Work {
        return [workshop = std::make_shared<Workshop>(folder, lists)](std::string_view request) { return do_own_work(*workshop, request); };
    };
}

// ---- in our process

// Mode 0700, whatever the umask says. What cannot be made is told of by the first piece of work.
fs::path with_folders(const fs::path& home) {
    const auto lists = home / "lists";
    ::mkdir(lists.c_str(), S_IRWXU);
    for (const auto* name : folders_of_secrets) ::mkdir((lists / name).c_str(), S_IRWXU);
    return lists;
}

// People's keys that were taken apart, kept for the next slice.
class TakenApartKeys {
public:
    // Null: it is not the key that was looked at, or none.
    [[nodiscard]] std::shared_ptr<const Certificate> of(const ReaderKey& key);

private:
    static constexpr std::size_t most = 5000;  // then it begins anew

    struct Known {
        std::string armour;
        std::shared_ptr<const Certificate> certificate;
    };
    std::mutex one_at_a_time_;
    std::unordered_map<std::string, Known> known_;  // by fingerprint
};

std::shared_ptr<const Certificate> TakenApartKeys::of(const ReaderKey& key) {
    const std::lock_guard alone(one_at_a_time_);
    const auto known = known_.find(key.fingerprint);
    if (known != known_.end() && known->second.armour == key.armour) return known->second.certificate;
    auto looked = look_at_armour(key.armour);
    if (looked.fitness != Fitness::usable || looked.certificate.primary.fingerprint != key.fingerprint) return nullptr;
    if (known_.size() == most) known_.clear();
    auto certificate = std::make_shared<const Certificate>(std::move(looked.certificate));
    known_.insert_or_assign(key.fingerprint, Known{key.armour, certificate});
    return certificate;
}

class Gnu final : public OwnKeys {
public:
    Gnu(const fs::path& home, std::chrono::milliseconds deadline, const Errands::Log& log)
        : lists_(with_folders(home)), deadline_(deadline), errands_(lists_, deadline, begin_own_work(lists_), log) {}

    Result<std::shared_ptr<void>> alone() override;
    Result<OwnKey> make(std::string_view address, std::chrono::seconds life) override;
    Result<std::string> sign(std::string_view text, const OwnKey& signer) override;
    Result<Slice> seal(std::string_view entity, const OwnKey& signer, std::span<const ReaderKey> readers) override;

private:
    fs::path lists_;
    std::chrono::milliseconds deadline_;
    Errands errands_;
    TakenApartKeys apart_;
};

Result<std::shared_ptr<void>> Gnu::alone() {
    constexpr std::chrono::milliseconds pause{20};
    const auto path = lists_ / "making.lock";
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (fd < 0) return fail(errc::temporary, "{}: cannot be written; it must be of the daemon's user", path.string());
    std::shared_ptr<void> held(nullptr, [fd](void*) { ::close(fd); });
    const auto end = std::chrono::steady_clock::now() + deadline_;
    while (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (std::chrono::steady_clock::now() > end) return fail(errc::temporary, "{}: locked by somebody else", path.string());
        std::this_thread::sleep_for(pause);
    }
    return held;
}

Result<OwnKey> Gnu::make(std::string_view address, std::chrono::seconds life) {
    const auto seconds = std::to_string(life.count());
    const auto made = errands_.ask({to_make, address, seconds}, 3);
    if (!made) return tl::unexpected(made.error());
    const auto looked = look_at_armour(made->at(1));
    if (looked.fitness != Fitness::usable || looked.certificate.primary.fingerprint != made->front())
        return fail(errc::temporary, "GnuPG: the new key is not what was asked for");
    return OwnKey{made->front(), made->at(1), instant_from(made->at(2))};
}

// The key on record, taken apart.
Result<Certificate> whole(const OwnKey& signer) {
    auto looked = look_at_armour(signer.armour);
    if (looked.fitness != Fitness::usable || looked.certificate.primary.fingerprint != signer.fingerprint)
        return fail(errc::temporary, "our key on record is not whole");
    return std::move(looked.certificate);
}

Result<std::string> Gnu::sign(std::string_view text, const OwnKey& signer) {
    const auto own = whole(signer);
    if (!own) return tl::unexpected(own.error());
    const auto made = errands_.ask({to_sign, text, signer.fingerprint, own->bytes}, 1);
    if (!made) return tl::unexpected(made.error());
    if (made->front().empty()) return fail(errc::temporary, "GnuPG: signing gave nothing");
    return made->front();
}

// Whose session key it is: the reader with a subkey of this id.
std::optional<std::string> session_key_for(const Certificate& certificate, const TakenApart& message) {
    for (const auto& each : message.session_keys) {
        const auto is_this = [&](const PublicKey& key) { return key.key_id == each.key_id; };
        if (is_this(certificate.primary) || std::any_of(certificate.subkeys.begin(), certificate.subkeys.end(), is_this))
            return std::string(each.whole);
    }
    return std::nullopt;
}

Result<Slice> Gnu::seal(std::string_view entity, const OwnKey& signer, std::span<const ReaderKey> readers) {
    if (readers.size() > most_in_a_slice) return fail(errc::invalid, "{} readers at once; at most {}", readers.size(), most_in_a_slice);
    const auto own = whole(signer);
    if (!own) return tl::unexpected(own.error());
    Slice slice{{}, std::vector<std::optional<std::string>>(readers.size())};
    std::vector<std::shared_ptr<const Certificate>> certificates(readers.size());
    std::vector<std::string_view> request{to_seal, entity, signer.fingerprint, own->bytes};
    std::unordered_set<std::string_view> asked;
    for (std::size_t i = 0; i < readers.size(); ++i) {
        certificates[i] = apart_.of(readers[i]);
        if (!certificates[i] || !asked.insert(readers[i].fingerprint).second) continue;  // two people, one key
        request.push_back(readers[i].fingerprint);
        request.push_back(certificates[i]->bytes);
    }
    if (asked.empty()) return slice;
    const auto done = errands_.ask(request, 1);  // the message and the fingerprints that were not taken
    if (!done) return tl::unexpected(done.error());
    if (done->front().empty()) return slice;
    const auto message = take_apart(done->front());
    if (!message) return fail(errc::temporary, "GnuPG: {}", message.error().detail);
    slice.data = message->data;
    const std::span refused(done->begin() + 1, done->end());
    for (std::size_t i = 0; i < readers.size(); ++i) {
        if (!certificates[i] || std::find(refused.begin(), refused.end(), readers[i].fingerprint) != refused.end()) continue;
        slice.session_keys[i] = session_key_for(*certificates[i], *message);
    }
    return slice;
}

}  // namespace

std::unique_ptr<OwnKeys> own_keys(fs::path home, std::chrono::milliseconds deadline, std::function<void(std::string_view)> log) {
    return std::make_unique<Gnu>(home, deadline, log);
}

}  // namespace caveat::openpgp
