#include "caveat/vault/vault.hpp"

#include <sodium.h>

#include <algorithm>

#include "derived_key.hpp"
#include "key_file.hpp"

namespace caveat::vault {
namespace {

constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_size = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr char sealing_version = 1;  // first byte of Sealed::key, so that a later form can live beside this one

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
};

Vault::Vault(std::shared_ptr<const Keys> keys) : keys_(std::move(keys)) {}

Result<void> Vault::create(const std::filesystem::path& key_file) { return write_new_key(key_file); }

Result<Vault> Vault::open(const std::filesystem::path& key_file) {
    auto master = read_key(key_file);
    if (!master) return tl::unexpected(master.error());
    sodium_mprotect_readonly(master->get());
    return Vault(std::make_shared<const Keys>(Keys{std::move(*master)}));
}

Sealed Vault::seal(std::string_view plaintext, std::string_view context) const {
    BriefKey data_key;
    randombytes_buf(data_key.bytes.data(), key_size);
    const DerivedKey wrapping_key(keys_->master.get(), "wrap", "");
    Sealed sealed;
    sealed.bytes = encrypt(plaintext, context, data_key.bytes.data());
    sealed.key = sealing_version + encrypt({reinterpret_cast<const char*>(data_key.bytes.data()), key_size}, context, wrapping_key.get());
    return sealed;
}

Result<std::string> Vault::open(const Sealed& sealed, std::string_view context) const {
    if (sealed.key.empty()) return fail(errc::not_found, "the key of this message was forgotten");
    if (sealed.key.size() != 1 + nonce_size + key_size + tag_size || sealed.key.front() != sealing_version) {
        return fail(errc::corrupt, "the wrapped key has the wrong form");
    }
    if (sealed.bytes.size() < nonce_size + tag_size) return fail(errc::corrupt, "the sealed bytes are cut off");
    const DerivedKey wrapping_key(keys_->master.get(), "wrap", "");
    BriefKey data_key;
    if (!decrypt(std::string_view(sealed.key).substr(1), context, wrapping_key.get(), data_key.bytes.data())) {
        return fail(errc::corrupt, "the wrapped key does not verify: another master key, another context, or changed bytes");
    }
    std::string plain(sealed.bytes.size() - nonce_size - tag_size, '\0');
    if (!decrypt(sealed.bytes, context, data_key.bytes.data(), bytes_of(plain)))
        return fail(errc::corrupt, "the sealed bytes do not verify");
    return plain;
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

std::string Vault::token(std::string_view purpose, std::string_view payload) const {
    return make_token(keys_->master.get(), purpose, payload);
}

std::optional<std::string> Vault::untoken(std::string_view purpose, std::string_view token) const {
    return read_token(keys_->master.get(), purpose, token);
}

}  // namespace caveat::vault
