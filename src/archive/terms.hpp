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
    // Of each two signs in a row, in scripts of which every sign is a word (mail/search_words.hpp), where nearly every query is a phrase:
    // one of 65,536 above all words, so that they take little room and a phrase opens few posts that do not have it.
    [[nodiscard]] std::vector<Term> pairs(const std::vector<std::string>& words) const;
    // Of the post itself, of all that it answers, and of its subject without "Re:": posts of one thread (RFC 5256) have one in common, or
    // each with a third. 32 bits: two posts may share one by chance, which threads do not mind.
    [[nodiscard]] std::vector<std::int64_t> links(const mailroom::Card& card) const;

private:
    vault::Mac words_, ties_;
};

}  // namespace caveat::archive
