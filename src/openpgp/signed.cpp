#include "caveat/openpgp/signed.hpp"

#include "certificate.hpp"

namespace caveat::openpgp {

void Signed::sign_with(OwnKey key) {
    const std::lock_guard lock(mutex_);
    key_ = std::move(key);
}

Result<std::string> Signed::seal(std::string_view entity, const Key& to) {
    if (to.fitness != Fitness::usable) return fail(errc::invalid, "nothing is sealed to this key: {}", explain(to));
    std::optional<OwnKey> key;
    {
        const std::lock_guard lock(mutex_);
        key = key_;
    }
    if (!key) return fail(errc::temporary, "there is no key of the community's own mail yet");
    const auto looked = look_at_armour(to.armour);
    const ReaderKey reader{looked.certificate.primary.fingerprint, to.armour};
    const auto slice = own_.seal(entity, *key, std::span(&reader, 1));
    if (!slice) return tl::unexpected(slice.error());
    if (!slice->session_keys.front()) return fail(errc::temporary, "GnuPG does not take the reader's key");
    return entity_of(*slice->session_keys.front(), slice->data);
}

}  // namespace caveat::openpgp
