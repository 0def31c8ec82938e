#include "caveat/openpgp/engine.hpp"

namespace caveat::openpgp {
namespace {

using community::Code;

struct Word {
    community::Code code;
    std::string_view sentence;
};
constexpr std::array<Word, all_fitness.size()> words{{
    {Code::key_usable, "it can be used"},
    {Code::key_unreadable, "it is not exactly one OpenPGP public key"},
    {Code::key_secret, "it holds a secret key, which must never be given away"},
    {Code::key_unsuitable, "it is of a kind or size that is not taken"},
    {Code::key_revoked, "it has been revoked"},
    {Code::key_expired, "it has expired"},
    {Code::key_foreign, "none of its user ids has an address that is on record"},
    {Code::key_no_encryption, "none of its subkeys that are in force can encrypt"},
}};

}  // namespace

community::Code code(Fitness fitness) { return words.at(static_cast<std::size_t>(fitness)).code; }
std::string_view name(Fitness fitness) { return community::name(code(fitness)); }
std::string_view sentence(Fitness fitness) { return words.at(static_cast<std::size_t>(fitness)).sentence; }

std::string explain(const Key& key) {
    std::string words(sentence(key.fitness));
    return key.because.empty() ? words : words + ": " + key.because;
}

}  // namespace caveat::openpgp
