#pragma once
// What the words and the ties of one list become: keyed values, under a key for each list, so that lists cannot be compared.
#include "caveat/mailroom/reading.hpp"
#include "segment.hpp"

namespace caveat::archive {

class Terms {
public:
    Terms(const vault::Vault& vault, const ListId& list)
        : words_(vault.mac("search words of " + list.value)), ties_(vault.mac("thread ties of " + list.value)) {}

    // 40 bits: among a million words two are one by chance in a million pairs.
    [[nodiscard]] Term term(std::string_view word) const;
    [[nodiscard]] std::vector<Term> terms(const std::vector<std::string>& words) const;
    // Of the post itself, of all that it answers, and of its subject without "Re:": posts of one thread (RFC 5256) have one in common, or
    // each with a third. 31 bits, for which SQLite takes four bytes: two posts may share one by chance, which threads do not mind.
    [[nodiscard]] std::vector<std::int64_t> links(const mailroom::Card& card) const;

private:
    vault::Mac words_, ties_;
};

// Two words in a row, so that a phrase opens few posts that do not have it: above all words one of 65,536 for two signs of scripts of which
// every sign is a word (mail/search_words.hpp), where nearly every query is a phrase, and above those one of 1,024 for others, which takes
// a seventh of the index and passes one post in five.
[[nodiscard]] bool is_sign(std::string_view word);
[[nodiscard]] Term pair_of_signs(Term one, Term next);
[[nodiscard]] Term pair_of_words(Term one, Term next);
struct Pairs {
    std::vector<Term> of_signs, of_words;
};
[[nodiscard]] Pairs pairs_of(const std::vector<std::string>& words, const std::vector<Term>& terms);  // `terms`: of each of these words

}  // namespace caveat::archive
