#include "terms.hpp"

#include "caveat/archive/threads.hpp"

namespace caveat::archive {
namespace {

std::uint64_t first_bytes(const Digest& digest, std::size_t n) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < n; ++i) value = value << 8 | digest[i];
    return value;
}

constexpr unsigned bits_of_signs = 16, bits_of_words = 10;
constexpr Term above_words = Term{1} << 40, above_signs = above_words + (Term{1} << bits_of_signs);

// The highest bits of a sum of products with odd numbers. Terms are keyed values, so that this is one, too.
std::uint64_t mixed(Term one, Term next, unsigned bits) {
    return (one * 0x9e3779b97f4a7c15U + next * 0xc2b2ae3d27d4eb4fU) * 0xd6e8feb86659fd93U >> (64 - bits);
}

}  // namespace

// One code point beyond U+07FF: what is no sign among them is a letter that stands alone, which does no harm.
bool is_sign(std::string_view word) {
    const auto lead = word.empty() ? 0U : static_cast<unsigned char>(word.front());
    return (word.size() == 3 && lead >= 0xe0 && lead < 0xf0) || (word.size() == 4 && lead >= 0xf0);
}

Term pair_of_signs(Term one, Term next) { return above_words + mixed(one, next, bits_of_signs); }
Term pair_of_words(Term one, Term next) { return above_signs + mixed(one, next, bits_of_words); }

Pairs pairs_of(const std::vector<std::string>& words, const std::vector<Term>& terms) {
    Pairs all;
    for (std::size_t i = 1; i < words.size(); ++i) {
        if (is_sign(words[i - 1]) && is_sign(words[i])) {
            all.of_signs.push_back(pair_of_signs(terms[i - 1], terms[i]));
        } else {
            all.of_words.push_back(pair_of_words(terms[i - 1], terms[i]));
        }
    }
    return all;
}

std::vector<Term> Terms::terms(const std::vector<std::string>& words) const {
    std::vector<Term> all;
    for (const auto& word : words) all.push_back(term(word));
    return all;
}

Term Terms::term(std::string_view word) const { return first_bytes(words_(word), 5); }

std::vector<std::int64_t> Terms::links(const mailroom::Card& card) const {
    std::vector<std::int64_t> all;
    const auto add = [&](char kind, const std::string& text) {
        if (!text.empty()) all.push_back(static_cast<std::int64_t>(first_bytes(ties_(kind + text), 4) >> 1));
    };
    add('m', card.message_id);
    for (const auto& id : card.in_reply_to) add('m', id);
    for (const auto& id : card.references) add('m', id);
    add('s', base_subject(card.subject).text);
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
}

}  // namespace caveat::archive
