#include "rnp.hpp"

#include <rnp/rnp.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "caveat/lazy_library.hpp"
#include "caveat/openpgp/own_keys.hpp"
#include "held.hpp"
#include "parcel.hpp"

namespace caveat::openpgp {
namespace {

constexpr const char* library_name = "librnp.so.0";
constexpr std::chrono::minutes rest_of_rnp{10};

// ---- the library

struct Calls {
    LazyLibrary library{library_name};
#define CAVEAT_RNP(name) decltype(::rnp_##name)* name = library.named<decltype(::rnp_##name)>("rnp_" #name)
    CAVEAT_RNP(version_string);
    CAVEAT_RNP(ffi_create);
    CAVEAT_RNP(ffi_destroy);
    CAVEAT_RNP(remove_security_rule);
    CAVEAT_RNP(input_from_memory);
    CAVEAT_RNP(input_destroy);
    CAVEAT_RNP(output_to_memory);
    CAVEAT_RNP(output_memory_get_buf);
    CAVEAT_RNP(output_destroy);
    CAVEAT_RNP(import_keys);
    CAVEAT_RNP(locate_key);
    CAVEAT_RNP(key_handle_destroy);
    CAVEAT_RNP(key_get_subkey_count);
    CAVEAT_RNP(key_get_subkey_at);
    CAVEAT_RNP(key_get_creation);
    CAVEAT_RNP(key_allows_usage);
    CAVEAT_RNP(key_is_valid);
    CAVEAT_RNP(key_valid_till64);
    CAVEAT_RNP(op_encrypt_create);
    CAVEAT_RNP(op_encrypt_destroy);
    CAVEAT_RNP(op_encrypt_add_recipient);
    CAVEAT_RNP(op_encrypt_set_cipher);
    CAVEAT_RNP(op_encrypt_set_aead);
    CAVEAT_RNP(op_encrypt_set_compression);
    CAVEAT_RNP(op_encrypt_set_flags);
    CAVEAT_RNP(op_encrypt_execute);
#undef CAVEAT_RNP
};

const Calls& calls() {
    static const Calls all;
    return all;
}

auto not_done(std::string_view doing) { return fail(errc::temporary, "RNP: {} failed", doing); }

struct End {
    void operator()(rnp_ffi_st* thing) const { calls().ffi_destroy(thing); }
    void operator()(rnp_input_st* thing) const { calls().input_destroy(thing); }
    void operator()(rnp_output_st* thing) const { calls().output_destroy(thing); }
    void operator()(rnp_key_handle_st* thing) const { calls().key_handle_destroy(thing); }
    void operator()(rnp_op_encrypt_st* thing) const { calls().op_encrypt_destroy(thing); }
};
using Ffi = std::unique_ptr<rnp_ffi_st, End>;
using Input = std::unique_ptr<rnp_input_st, End>;
using Output = std::unique_ptr<rnp_output_st, End>;
using Handle = std::unique_ptr<rnp_key_handle_st, End>;
using Sealing = std::unique_ptr<rnp_op_encrypt_st, End>;

// The bytes outlive it. Null: no memory.
Input input_over(std::string_view bytes) {
    rnp_input_t made = nullptr;
    const auto* begin = reinterpret_cast<const std::uint8_t*>(bytes.data());
    if (calls().input_from_memory(&made, begin, bytes.size(), false) != 0) return nullptr;
    return Input(made);
}

// ---- in the runner (keeper.hpp)

// With an empty keyring. Its own rules of what is too old are taken out: GnuPG is who judges.
Ffi fresh_ffi() {
    rnp_ffi_t made = nullptr;
    if (calls().ffi_create(&made, "GPG", "GPG") != 0) return nullptr;
    Ffi ffi(made);
    const auto cleared = calls().remove_security_rule(made, nullptr, nullptr, 0, RNP_SECURITY_REMOVE_ALL, 0, nullptr);
    return cleared == 0 ? std::move(ffi) : nullptr;
}

// It can be sealed to now: of a subkey its primary key is looked at as well.
bool seals_now(rnp_key_handle_t key, std::uint64_t now) {
    bool encrypts = false, valid = false;
    std::uint64_t end = 0;
    std::uint32_t begin = 0;
    return calls().key_allows_usage(key, "encrypt", &encrypts) == 0 && encrypts && calls().key_is_valid(key, &valid) == 0 && valid &&
           calls().key_valid_till64(key, &end) == 0 && end > now && calls().key_get_creation(key, &begin) == 0 && begin <= now;
}

// As GnuPG chooses: the newest subkey that can encrypt, else the primary key. RNP would take the primary key first.
Handle sealed_to(Handle primary, std::uint64_t now) {
    std::size_t count = 0;
    if (calls().key_get_subkey_count(primary.get(), &count) != 0) return nullptr;
    Handle newest;
    std::uint32_t made_newest = 0;
    for (std::size_t i = 0; i < count; ++i) {
        rnp_key_handle_t found = nullptr;
        if (calls().key_get_subkey_at(primary.get(), i, &found) != 0) continue;
        Handle subkey(found);
        std::uint32_t made = 0;
        if (!seals_now(found, now) || calls().key_get_creation(found, &made) != 0 || (newest && made < made_newest)) continue;
        newest = std::move(subkey);
        made_newest = made;
    }
    if (newest) return newest;
    return seals_now(primary.get(), now) ? std::move(primary) : nullptr;
}

// A keyring, and what is sealed to the keys in it.
class Strongroom {
public:
    Result<std::string> seal(std::string_view packets, const std::vector<Fingerprinted>& readers);

private:
    Result<void> know(const std::vector<Fingerprinted>& keys);
    [[nodiscard]] Handle find(const std::string& fingerprint, std::uint64_t now) const;
    [[nodiscard]] Result<Sealing> prepared(rnp_input_t in, rnp_output_t out, const std::vector<Fingerprinted>& readers) const;

    Ffi ffi_;
    Held held_;
};

Result<void> Strongroom::know(const std::vector<Fingerprinted>& keys) {
    const auto begin_anew = [this] {
        ffi_.reset();
        held_.clear();
    };
    const auto fresh = held_.missing(keys, begin_anew);
    if (fresh.empty()) return {};
    if (!ffi_) ffi_ = fresh_ffi();
    const auto in = input_over(fresh);
    // One that cannot be read is passed over here, and missed when it is looked for.
    constexpr auto flags = RNP_LOAD_SAVE_PUBLIC_KEYS | RNP_LOAD_SAVE_PERMISSIVE;
    if (ffi_ && in && calls().import_keys(ffi_.get(), in.get(), flags, nullptr) == 0) return {};
    begin_anew();
    return not_done("taking readers' keys");
}

Handle Strongroom::find(const std::string& fingerprint, std::uint64_t now) const {
    rnp_key_handle_t found = nullptr;
    if (calls().locate_key(ffi_.get(), "fingerprint", fingerprint.c_str(), &found) != 0 || found == nullptr) return nullptr;
    return sealed_to(Handle(found), now);
}

Result<Sealing> Strongroom::prepared(rnp_input_t in, rnp_output_t out, const std::vector<Fingerprinted>& readers) const {
    rnp_op_encrypt_t made = nullptr;
    if (calls().op_encrypt_create(&made, ffi_.get(), in, out) != 0) return not_done("the start");
    Sealing sealing(made);
    if (calls().op_encrypt_set_cipher(made, "AES256") != 0 || calls().op_encrypt_set_aead(made, "None") != 0 ||
        calls().op_encrypt_set_compression(made, "Uncompressed", 0) != 0 || calls().op_encrypt_set_flags(made, RNP_ENCRYPT_NOWRAP) != 0)
        return not_done("the start");
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()).time_since_epoch().count();
    for (const auto& reader : readers) {
        const auto key = find(reader.first, static_cast<std::uint64_t>(now));
        if (!key || calls().op_encrypt_add_recipient(made, key.get()) != 0)
            return fail(errc::temporary, "RNP: it does not take the key {}", reader.first);
    }
    return sealing;
}

Result<std::string> Strongroom::seal(std::string_view packets, const std::vector<Fingerprinted>& readers) {
    if (!calls().library.whole()) return fail(errc::temporary, "RNP: {} cannot be loaded", library_name);
    if (const auto known = know(readers); !known) return tl::unexpected(known.error());
    const auto in = input_over(packets);
    rnp_output_t made = nullptr;
    if (!in || calls().output_to_memory(&made, 0) != 0) return not_done("the start");
    const Output out(made);
    const auto sealing = prepared(in.get(), made, readers);
    if (!sealing) return tl::unexpected(sealing.error());
    std::uint8_t* bytes = nullptr;
    std::size_t size = 0;
    if (calls().op_encrypt_execute(sealing->get()) != 0 || calls().output_memory_get_buf(made, &bytes, &size, false) != 0)
        return not_done("sealing");
    return std::string(reinterpret_cast<const char*>(bytes), size);
}

// A request is the packets, then a fingerprint and the packets of a key in turn.
Work begin_encryption(const std::string& /*folder*/) {
    return [room = std::make_shared<Strongroom>()](std::string_view request) {
        const auto texts = unpacked(request);
        if (!texts || texts->empty()) return std::string();
        const auto done = room->seal(texts->front(), fingerprinted(std::span(*texts).subspan(1)));
        return done ? packed({well, *done}) : packed({unwell, done.error().detail});
    };
}

}  // namespace

// ---- in our process

Rnp::Rnp(std::filesystem::path home, std::chrono::milliseconds deadline, Errands::Log log)
    : errands_(std::move(home), deadline, begin_encryption, {}), log_(std::move(log)) {}

bool Rnp::rests() const {
    const std::lock_guard alone(one_at_a_time_);
    return rests_until_ && std::chrono::steady_clock::now() < *rests_until_;
}

void Rnp::tell(const std::string& trouble) {
    const std::lock_guard alone(one_at_a_time_);
    if (log_ && !trouble.empty() && trouble != in_the_log_) log_(trouble + "; GnuPG encrypts in its place");
    in_the_log_ = trouble;
}

Result<std::string> Rnp::seal(std::string_view packets, std::span<const std::string_view> readers) {
    std::vector<std::string_view> request{packets};
    request.insert(request.end(), readers.begin(), readers.end());
    bool ended = false;
    auto done = errands_.ask(request, 1, &ended);
    if (ended) {
        tell(fmt::format("RNP: it was late or came to an end over {} keys, and rests for {} minutes", readers.size() / 2,
                         rest_of_rnp.count()));
        const std::lock_guard alone(one_at_a_time_);
        rests_until_ = std::chrono::steady_clock::now() + rest_of_rnp;
    } else {
        tell(done ? std::string() : done.error().detail);
    }
    if (!done) return tl::unexpected(done.error());
    return std::move(done->front());
}

std::optional<std::string> rnp_version() {
    if (!calls().library.whole()) return std::nullopt;
    return calls().version_string();
}

}  // namespace caveat::openpgp
