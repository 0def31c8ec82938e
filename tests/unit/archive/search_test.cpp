// The language of a search, as a table.
#include "caveat/archive/search.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

#include "caveat/mail/search_words.hpp"

namespace caveat::archive {
namespace {

bool finds(const std::string& query, const std::string& text) {
    const auto read = Query::from_text(query);
    INFO((read ? "" : read.error().detail));
    REQUIRE(read);
    const auto folded = mail::search_folded(text);
    const std::string from = "mei tan <rep@orchid.example>\n";
    return read->matches({ListId{"teams"}, community::Tlp::amber, *parse_instant("2026-03-02T12:00:00Z"),
                          [&](const auto& phrase) { return mail::holds_phrase(folded, phrase); },
                          [&]() -> const std::string& { return from; }, [] { return true; }});
}

}  // namespace

TEST_CASE("a query finds what it says", "[R5][archive]") {
    const auto [query, text, found] = GENERATE(table<const char*, const char*, bool>({
        {"phish", "A Phish kit", true},
        {"phishing", "A Phish kit", false},
        {"PHISH KIT", "a phish kit", true},
        {"kit phish", "a phish kit", true},
        {"\"kit phish\"", "a phish kit", false},
        {"\"phish kit\"", "a phish, kit", true},
        {"\"a a b\"", "a a a b", true},
        {"\"a b a c\"", "a b a b a c", true},
        {"\"a b a c\"", "a b a b a b", false},
        {"phish AND kit", "phish", false},
        {"phish OR kit", "phish", true},
        {"NOT phish", "phish", false},
        {"NOT phish", "kit", true},
        {"-phish kit", "kit", true},
        {"kit -phish", "phish kit", false},
        {"a b OR c", "c", true},
        {"a (b OR c)", "c", false},
        {"a (b OR c)", "a c", true},
        {"NOT (a OR b)", "c", true},
        {"NOT NOT a", "a", true},
        {"cafe", "Caf\xC3\xA9", true},
        {"Stra\xC3\x9F"
         "e",
         "STRASSE", true},
        {"\xEF\xBC\xA1\xEF\xBC\xA2", "ab", true},                                                            // full width
        {"\xE6\x94\xBB\xE6\x92\x83", "\xE3\x81\x93\xE3\x81\xAE\xE6\x94\xBB\xE6\x92\x83\xE8\x80\x85", true},  // within a longer word
        {"\xE6\x92\x83\xE6\x94\xBB", "\xE6\x94\xBB\xE6\x92\x83", false},
        {"\xE0\xB8\xA0\xE0\xB8\xB1\xE0\xB8\xA2",
         "\xE0\xB9\x80\xE0\xB8\x95\xE0\xB8\xB7\xE0\xB8\xAD\xE0\xB8\x99\xE0\xB8\xA0\xE0\xB8\xB1\xE0\xB8\xA2", true},
        {"\xEA\xB3\xB5\xEA\xB2\xA9", "\xEA\xB3\xB5\xEA\xB2\xA9\xEC\x9D\xB4", true},  // with its ending
        {"phish\u3000kit", "a phish for the kit", true},  // the blank, colon and brackets of an input method
        {"phish\u00A0kit", "kit, phish", true},
        {"phish\u3000OR\u3000kit", "kit", true},
        {"from\uFF1Aorchid\u3000phish", "phish", true},
        {"label\uFF1AGREEN", "x", false},
        {"\uFF08phish OR kit\uFF09 evil", "evil kit", true},
        {"\u300Cphish\u300D", "phish", true},
        {"\u201Cphish kit\u201D", "kit phish", false},
        {"don\u2019t", "I don't know", true},
        {"don't", "I don\u2019t know", true},
        {"rock'n'roll", "rock\u2019n\u2019roll", true},
        {"198.51.100.7", "from 198.51.100.7 at", true},
        {"198.51.100.70", "from 198.51.100.7 at", false},
        {"evil.example", "mail from admin@evil.example today", true},
        {"evil.example", "see https://www.evil.example/path", true},
        {"evil.example", "see hxxps://evil[.]example/", true},
        {"evil.example", "evil(.)example", true},
        {"evil.example", "Evil[dot]Example and a (dot) b", true},
        {"evil.example", "devil.example", false},
        {"evil.example", "evil.examples", false},
        {"evil[.]example", "evil.example", true},
        {"https://evil.example/path", "hxxps://evil[.]example/path", true},
        {"hxxp", "http", true},
        {"admin", "admin@evil.example", true},
        {"admin@evil.example", "<Admin@Evil.Example>", true},
        {"admin@evil.example", "admin[at]evil[dot]example", true},
        {"\"www evil\"", "www.evil.example", true},
        {"\"subject:x\"", "Subject: x", true},
        {"sha256:abc", "SHA256: abc", true},
        {"from:orchid", "x", true},
        {"from:Mei", "x", true},
        {"from:\"Mei Tan\"", "x", true},
        {"from:banksia", "x", false},
        {"-from:orchid", "x", false},
        {"list:teams", "x", true},
        {"list:team", "x", false},
        {"label:amber", "x", true},
        {"label:TLP:AMBER", "x", true},
        {"label:AMBER+STRICT", "x", false},
        {"before:2026-03-03", "x", true},
        {"before:2026-03-02", "x", false},
        {"before:2026-03-02T12:00:00Z", "x", false},
        {"after:2026-03-02", "x", true},
        {"after:2026-03-02T12:00:00Z", "x", true},
        {"after:2026-03-03", "x", false},
        {"has:attachment x", "x", true},
        {"http://x.example/a", "see http://x.example/a now", true},  // no field of a search
    }));
    CAPTURE(query, text);
    CHECK(finds(query, text) == found);
}

TEST_CASE("a phrase is found in lines as among all words of a text", "[R5][archive]") {
    const std::vector<std::string> pieces{"a",
                                          "Ab",
                                          "B7",
                                          "7",
                                          " ",
                                          ".",
                                          ", ",
                                          "'",
                                          "_",
                                          "\n",
                                          "\r\n",
                                          "\xC3\xA9",
                                          "\xCC\x81",
                                          "\xE2\x80\xA8",
                                          "\xE6\x94\xBB",
                                          "\xE3\x81\x93",
                                          "\xE3\x82\xAB",
                                          "\xE3\x83\xBC",
                                          "\xE0\xB8\xA0\xE0\xB8\xB1",
                                          "\xED\x95\x9C",
                                          "\xEF\xBC\xA1",
                                          "\xF0\x9F\x98\x80",
                                          "\xF0\x9F\x87\xA9",
                                          "\xE2\x80\x8D",
                                          "-",
                                          "1.5"};
    std::size_t state = 7;
    const auto below = [&](std::size_t n) { return ((state = state * 6364136223846793005ULL + 1442695040888963407ULL) >> 33U) % n; };
    std::size_t held = 0;
    for (int i = 0; i < 300; ++i) {
        std::string text;
        for (auto left = 1 + below(30); left > 0; --left) text += pieces[below(pieces.size())];
        const auto words = mail::search_words(text);
        const auto folded = mail::search_folded(text);
        const auto in_words = [&](const std::vector<std::string>& phrase) {
            return std::search(words.begin(), words.end(), phrase.begin(), phrase.end()) != words.end();
        };
        for (std::size_t at = 0; at < words.size(); ++at) {
            std::vector<std::string> phrase(words.begin() + static_cast<std::ptrdiff_t>(at),
                                            words.begin() + static_cast<std::ptrdiff_t>(std::min(words.size(), at + 1 + below(4))));
            if (!mail::holds_phrase(folded, phrase)) FAIL(text << " at " << at);
            phrase.erase(phrase.begin() + static_cast<std::ptrdiff_t>(below(phrase.size())));
            for (const auto& part : mail::search_words(pieces[below(pieces.size())])) phrase.push_back(part);
            if (phrase.empty()) continue;
            if (mail::holds_phrase(folded, phrase) != in_words(phrase)) FAIL(text << " without or with, at " << at);
            held += in_words(phrase) ? 1 : 0;
        }
    }
    CHECK(held > 100);
    CHECK_FALSE(mail::holds_phrase("a phish kit", {"kit", "phish"}));
    CHECK_FALSE(mail::holds_phrase("a phish in a kit", {"phish", "kit"}));
    CHECK_FALSE(mail::holds_phrase("phishing kits", {"phish"}));
    CHECK_FALSE(mail::holds_phrase("kit, phish; phish: 7 kit", {"phish", "kit"}));
    CHECK(mail::holds_phrase("kit, phish;\n\nkit: 7", {"phish", "kit"}));
    // Neither takes longer for what stands there many times, in one line.
    std::string signs, blanks;
    for (int i = 0; i < 80'000; ++i) signs += "\xE6\x94\xBB", blanks += "a . ";
    CHECK_FALSE(mail::holds_phrase(signs, {"\xE6\x94\xBB", "\xE6\x94\xBB", "x"}));
    CHECK_FALSE(mail::holds_phrase(blanks, {"a", "a", "x"}));
    CHECK_FALSE(mail::holds_phrase(blanks + "aa", {"a", "aa", "a"}));
}

TEST_CASE("letters and signs at which a phrase cannot go on are words", "[archive]") {
    for (const auto& [first, last] :
         {std::pair{0x30U, 0x39U}, {0x61U, 0x7aU}, {0x3041U, 0x3096U}, {0x4e00U, 0x9fa5U}, {0xac00U, 0xd7a3U}}) {
        std::string all;
        for (auto sign = first; sign <= last; ++sign) {
            if (sign < 0x80) {
                all += static_cast<char>(sign);
            } else {
                all += {static_cast<char>(0xe0U | sign >> 12U), static_cast<char>(0x80U | (sign >> 6U & 0x3fU)),
                        static_cast<char>(0x80U | (sign & 0x3fU))};
            }
            all += ' ';
        }
        CHECK(mail::search_words(all).size() == last - first + 1);
    }
}

TEST_CASE("what is no query is refused with what to write", "[S5][archive]") {
    const std::string query = GENERATE(values<std::string>({"",
                                                            "  ",
                                                            "\"a",
                                                            "(a",
                                                            "a)",
                                                            "()",
                                                            "a AND",
                                                            "AND a",
                                                            "OR",
                                                            "a OR",
                                                            "NOT",
                                                            "label:ORANGE",
                                                            "before:soon",
                                                            "has:wings",
                                                            "from:",
                                                            "list:",
                                                            "...",
                                                            "\"\"",
                                                            "-",
                                                            std::string(1001, 'a'),
                                                            "subject:x",
                                                            "To:mei",
                                                            "-body:x",
                                                            "subject:\"a b\"",
                                                            "newer_than:2d"}));
    CAPTURE(query);
    const auto read = Query::from_text(query);
    REQUIRE_FALSE(read);
    CHECK_FALSE(read.error().detail.empty());
    CHECK_FALSE(Query::from_text(std::string(500, '(') + "a" + std::string(500, ')')));
    std::string many, nots;
    for (int i = 0; i < 51; ++i) many += "a ", nots += "NOT ";
    CHECK(Query::from_text(many).error().code == errc::limit);
    CHECK(Query::from_text(nots + "a").error().code == errc::limit);
}

}  // namespace caveat::archive
