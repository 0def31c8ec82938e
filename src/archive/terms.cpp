#include "terms.hpp"

#include "caveat/archive/threads.hpp"

namespace caveat::archive {
namespace {

std::uint64_t first_bytes(const Digest& digest, std::size_t n) {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < n; ++i) value = value << 8 | digest[i];
    return value;
}

// One code point beyond U+07FF: what is no sign among them is a letter that stands alone, which does no harm.
bool is_sign(std::string_view word) {
    const auto lead = word.empty() ? 0U : static_cast<unsigned char>(word.front());
    return (word.size() == 3 && lead >= 0xe0 && lead < 0xf0) || (word.size() == 4 && lead >= 0xf0);
}

}  // namespace

std::vector<Term> Terms::pairs(const std::vector<std::string>& words) const {
    constexpr Term above_words = Term{1} << 40;
    std::vector<Term> all;
    for (std::size_t i = 1; i < words.size(); ++i) {
        if (is_sign(words[i - 1]) && is_sign(words[i])) all.push_back(above_words + first_bytes(words_(words[i - 1] + '\n' + words[i]), 2));
    }
    return all;
}

Term Terms::term(std::string_view word) const { return first_bytes(words_(word), 5); }

std::vector<std::int64_t> Terms::links(const mailroom::Card& card) const {
    std::vector<std::int64_t> all;
    const auto add = [&](char kind, const std::string& text) {
        if (!text.empty()) all.push_back(static_cast<std::int64_t>(first_bytes(ties_(kind + text), 4)));
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
