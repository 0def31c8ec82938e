#include "caveat/vault/vault.hpp"

#include <sodium.h>

#include <algorithm>

#include "derived_key.hpp"
#include "key_file.hpp"
#include "ring.hpp"

namespace caveat::vault {
namespace {

constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_size = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr char sealing_version = 1;      // first byte of Sealed::key
constexpr char forgettable_version = 2;  // wrapped under the ring

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

// nonce || ciphertext || tag
std::string encrypt(std::string_view plain, std::string_view context, const unsigned char* key) {
    std::string out(nonce_size + plain.size() + tag_size, '\0');
    randombytes_buf(out.data(), nonce_size);
    crypto_aead_xchacha20poly1305_ietf_encrypt(bytes_of(out) + nonce_size, nullptr, bytes_of(plain), plain.size(), bytes_of(context),
                                               context.size(), nullptr, bytes_of(out), key);
    return out;
}

bool decrypt(std::string_view boxed, std::string_view context, const unsigned char* key, unsigned char* out) {
    const auto cipher = boxed.substr(nonce_size);
    return crypto_aead_xchacha20poly1305_ietf_decrypt(out, nullptr, nullptr, bytes_of(cipher), cipher.size(), bytes_of(context),
                                                      context.size(), bytes_of(boxed), key) == 0;
}

}  // namespace

struct Vault::Keys {
    SecretBytes master;  // read-only from `open` on
    std::optional<Ring> ring;

    // What wraps a data key. None: it was forgotten, or the file has no ring.
    [[nodiscard]] bool wrapping(std::string_view name, BriefKey& key) const {
        BriefKey leaf;
        if (!ring || !ring->leaf(name, leaf)) return false;
        const DerivedKey wrap(master.get(), "wrap", "ring");
        crypto_generichash(key.bytes.data(), key_size, leaf.bytes.data(), key_size, wrap.get(), key_size);
        return true;
    }
};

namespace {

std::string_view last_word(std::string_view context) { return context.substr(context.rfind(' ') + 1); }

Sealed sealed_under(const unsigned char* wrapping, char version, std::string_view plaintext, std::string_view context) {
    BriefKey data_key;
    randombytes_buf(data_key.bytes.data(), key_size);
    Sealed sealed;
    sealed.bytes = encrypt(plaintext, context, data_key.bytes.data());
    sealed.key = version + encrypt({reinterpret_cast<const char*>(data_key.bytes.data()), key_size}, context, wrapping);
    return sealed;
}

auto forgotten_key() { return fail(errc::not_found, "the key of this message was forgotten"); }

Result<void> formed_well(const Sealed& sealed) {
    if (sealed.key.empty()) return forgotten_key();
    const char version = sealed.key.front();
    if (sealed.key.size() != 1 + nonce_size + key_size + tag_size || (version != sealing_version && version != forgettable_version)) {
        return fail(errc::corrupt, "the wrapped key has the wrong form");
    }
    if (sealed.bytes.size() < nonce_size + tag_size) return fail(errc::corrupt, "the sealed bytes are cut off");
    return {};
}

Result<std::string> opened_under(const unsigned char* wrapping, const Sealed& sealed, std::string_view context) {
    BriefKey data_key;
    if (!decrypt(std::string_view(sealed.key).substr(1), context, wrapping, data_key.bytes.data())) {
        return fail(errc::corrupt, "the wrapped key does not verify: another master key, another context, or changed bytes");
    }
    std::string plain(sealed.bytes.size() - nonce_size - tag_size, '\0');
    if (!decrypt(sealed.bytes, context, data_key.bytes.data(), bytes_of(plain)))
        return fail(errc::corrupt, "the sealed bytes do not verify");
    return plain;
}

}  // namespace

Vault::Vault(std::shared_ptr<const Keys> keys) : keys_(std::move(keys)) {}

Result<void> Vault::create(const std::filesystem::path& key_file) { return write_new_key(key_file); }

Result<Vault> Vault::open(const std::filesystem::path& key_file) {
    auto text = read_key(key_file);
    if (!text) return tl::unexpected(text.error());
    sodium_mprotect_readonly(text->master.get());
    auto ring = text->ring ? Ring::from_lines(text->ring_lines()) : std::nullopt;
    return Vault(std::make_shared<const Keys>(Keys{std::move(text->master), std::move(ring)}));
}

Sealed Vault::seal(std::string_view plaintext, std::string_view context) const {
    const DerivedKey wrapping_key(keys_->master.get(), "wrap", "");
    return sealed_under(wrapping_key.get(), sealing_version, plaintext, context);
}

Sealed Vault::seal_to_forget(std::string_view plaintext, std::string_view context) const {
    BriefKey wrapping_key;
    if (!keys_->wrapping(last_word(context), wrapping_key)) return seal(plaintext, context);
    return sealed_under(wrapping_key.bytes.data(), forgettable_version, plaintext, context);
}

Result<void> Vault::forget(const std::filesystem::path& key_file, const std::vector<std::string>& names) {
    return rewrite_ring(key_file, [&](Ring& ring) {
        bool any = false;
        for (const auto& name : names) any = ring.forget(name) || any;
        return any;
    });
}

Result<std::string> Vault::open(const Sealed& sealed, std::string_view context) const {
    if (auto formed = formed_well(sealed); !formed) return tl::unexpected(formed.error());
    if (sealed.key.front() == sealing_version) {
        const DerivedKey derived(keys_->master.get(), "wrap", "");
        return opened_under(derived.get(), sealed, context);
    }
    BriefKey wrapping_key;
    if (!keys_->wrapping(last_word(context), wrapping_key)) return forgotten_key();
    return opened_under(wrapping_key.bytes.data(), sealed, context);
}

Opener Vault::opener(std::string name) const {
    auto key = std::make_shared<BriefKey>();
    if (!keys_->wrapping(name, *key)) key.reset();
    return {*this, std::move(name), std::move(key)};
}

Result<std::string> Opener::open(const Sealed& sealed, std::string_view context) const {
    if (!sealed.key.empty() && sealed.key.front() == sealing_version) return vault_.open(sealed, context);
    if (auto formed = formed_well(sealed); !formed) return tl::unexpected(formed.error());
    if (last_word(context) != name_) return fail(errc::corrupt, "sealed under another name");
    if (!key_) return forgotten_key();
    return opened_under(key_->bytes.data(), sealed, context);
}

Digest Vault::mac(std::string_view purpose, std::string_view bytes) const {
    return DerivedKey(keys_->master.get(), "mac", purpose).hash(bytes);
}

Mac Vault::mac(std::string_view purpose) const {
    auto key = secret_bytes(key_size);
    std::copy_n(DerivedKey(keys_->master.get(), "mac", purpose).get(), key_size, key.get());
    sodium_mprotect_readonly(key.get());
    return Mac(std::move(key));
}

Digest Mac::operator()(std::string_view bytes) const { return keyed_hash(key_.get(), bytes); }

Tokens Vault::tokens(std::string_view purpose) const {
    auto keys = secret_bytes(2 * key_size);
    put_token_keys(keys_->master.get(), purpose, keys.get());
    sodium_mprotect_readonly(keys.get());
    return Tokens(std::move(keys));
}

std::string Tokens::operator()(std::string_view payload) const { return make_token(keys_.get(), payload); }

std::string Vault::token(std::string_view purpose, std::string_view payload) const {
    return make_token(keys_->master.get(), purpose, payload);
}

std::optional<std::string> Vault::untoken(std::string_view purpose, std::string_view token) const {
    return read_token(keys_->master.get(), purpose, token);
}

}  // namespace caveat::vault
