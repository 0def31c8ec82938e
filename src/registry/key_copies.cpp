#include "key_copies.hpp"

#include <algorithm>

#include "caveat/openpgp/look.hpp"
#include "check.hpp"
#include "known_again.hpp"

namespace caveat::registry {
namespace {

bool is_copy_of(const std::string& key, const std::string& fingerprint) {
    return !key.empty() && openpgp::fingerprint_in(key) == fingerprint;
}

// On record, waiting to be confirmed, or gone from the register as such.
bool is_known_revoked(storage::Store& store, const community::Person* before, const PersonId& person, const std::string& fingerprint) {
    if (went_revoked(store.register_rows(), fingerprint)) return true;
    if (before == nullptr) return false;
    if (is_copy_of(before->key, fingerprint) && is_revoked(store, *before)) return true;
    const auto waiting = store.register_rows().unconfirmed(person);
    return std::any_of(waiting.begin(), waiting.end(),
                       [&](const auto& row) { return is_copy_of(row.wanted, fingerprint) && openpgp::says_revoked(row.wanted); });
}

}  // namespace

Kept with_what_is_known(storage::Store& store, const community::Person* before, const community::Person& wanted) {
    const auto on_record = before != nullptr ? before->key : std::string();
    const auto fingerprint = wanted.key.empty() || wanted.key == on_record ? std::string() : openpgp::fingerprint_in(wanted.key);
    if (fingerprint.empty()) return {wanted.key};
    if (!openpgp::says_revoked(wanted.key) && is_known_revoked(store, before, wanted.id, fingerprint)) {
        return {on_record, fmt::format("key {} was revoked by its owner, and a copy of it from before that does not undo it", fingerprint)};
    }
    if (!is_copy_of(on_record, fingerprint)) return {wanted.key};
    auto together = openpgp::joined(on_record, wanted.key);
    const bool grows_too_large = together.size() > most_key || (!openpgp::flaw_of(together).empty() && openpgp::flaw_of(on_record).empty());
    if (!grows_too_large) return {std::move(together)};
    return {on_record, fmt::format("key {} has more signatures, together with those of the copy on record, than are taken: take it away "
                                   "first, and enter it anew",
                                   fingerprint)};
}

std::string passed_over(const community::Person* before, const community::Person& wanted, const Kept& kept) {
    if (!kept.why.empty())
        return fmt::format("person {}: the key of the file is passed over: {}; what is on record stays", wanted.id, kept.why);
    if (before == nullptr || !is_copy_of(before->key, openpgp::fingerprint_in(wanted.key))) return {};
    if (!openpgp::is_older(wanted.key, before->key)) return {};
    return fmt::format(
        "person {}: the key of the file is an older copy of the one on record, of which nothing is taken back; put a copy of "
        "today into the file",
        wanted.id);
}

}  // namespace caveat::registry
