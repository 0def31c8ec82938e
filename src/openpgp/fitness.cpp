#include "caveat/openpgp/engine.hpp"

namespace caveat::openpgp {
namespace {

struct Word {
    std::string_view name;
    std::string_view sentence;
};
constexpr std::array<Word, all_fitness.size()> words{{
    {"key_usable", "it can be used"},
    {"key_unreadable", "it is not exactly one OpenPGP public key"},
    {"key_secret", "it holds a secret key, which must never be given away"},
    {"key_revoked", "it has been revoked"},
    {"key_expired", "it has expired"},
    {"key_foreign", "none of its user ids has an address that is on record"},
    {"key_no_encryption", "none of its subkeys that are in force can encrypt"},
}};

}  // namespace

std::string_view name(Fitness fitness) { return words.at(static_cast<std::size_t>(fitness)).name; }
std::string_view sentence(Fitness fitness) { return words.at(static_cast<std::size_t>(fitness)).sentence; }

}  // namespace caveat::openpgp
