// Labels in which words stand between the protocol and its colour: its whole name, its version, "level" and the like, "/PAP".
#include <algorithm>
#include <array>

#include "ascii.hpp"
#include "foreign.hpp"
#include "label_spelling.hpp"

namespace caveat::mail {

// Behind the version of the protocol, "2.0", " 2", "v2" or " version 2.0", or `i`. "TLP2" is a name of something else.
std::size_t LabelSpelling::version_end(std::size_t i) {
    const char first = at(i);
    if (std::string_view(" _-vV12").find(first) == std::string_view::npos) return i;
    std::size_t k = skip_set(i, " _-", 1);
    if (word_at(k, "version"))
        k = skip_set(k + 7, " ", 1);
    else if (ascii::lower(at(k)) == 'v')
        ++k;
    if (const char major = at(k++); major != '1' && major != '2') return i;
    if (at(k) == '.' && ascii::is_digit(at(k + 1)))
        k += 2;
    else if (ascii::is_digit(first))
        return i;
    return ascii::is_digit(at(k)) ? i : k;
}

// Behind "Traffic Light Protocol", perhaps "(TLP)", or "TLP level", "TLP-Stufe" and the like, or `i`.
std::size_t LabelSpelling::described(std::size_t i) {
    if (word_at(i, "traffic")) {
        std::size_t end = i + 7;
        for (const std::string_view word : {"light", "protocol"}) {
            if (at(end) == ' ' || at(end) == '-' || at(end) == '_') ++end;
            if (!word_at(end, word)) return i;
            end += word.size();
        }
        const std::size_t inner = word_at(end, " (tlp") ? version_end(end + 5) : 0;
        if (inner != 0 && at(inner) == ')') end = inner + 1;
        return version_end(end);
    }
    const std::size_t end = version_end(i + 3);
    if (const std::size_t pap = behind_pap(end); pap != end) return pap;
    if (std::string_view(" -_").find(at(end)) == std::string_view::npos || sign_at(end + 1) != 0) return i;
    static constexpr std::array<std::string_view, 34> kinds{
        "level",   "label", "status",  "colour",   "color",   "code",          "classification", "designation", "marking",
        "rating",  "class", "tag",     "category", "stufe",   "einstufung",    "farbe",          "niveau",      "nivel",
        "livello", "nivå",  "poziom",  "marquage", "couleur", "kennzeichnung", "seviyesi",       "seviye",      "уровень",
        "рівень",  "ниво",  "tingkat", "tahap",    "mức",     "cấp độ",        "antas"};
    for (const auto kind : kinds) {
        if (word_at(end + 1, kind) && !ascii::is_alnum(at(end + 1 + kind.size()))) return end + 1 + kind.size();
    }
    return i;
}

// Behind "/PAP", " & PAP" or " and PAP", or `i`: "TLP/PAP: RED/AMBER".
std::size_t LabelSpelling::behind_pap(std::size_t i) {
    std::size_t k = skip_set(i, " ", 1);
    if (at(k) == '/' || at(k) == '&' || at(k) == '+')
        ++k;
    else if (word_at(k, "and "))
        k += 3;
    else
        return i;
    k = skip_set(k, " ", 1);
    return word_at(k, "pap") && !ascii::is_alnum(at(k + 3)) ? k + 3 : i;
}

// What is no name behind such words and a colon: a colour of another language, or a word in capitals that stands alone ("TLP-Stufe: ROT",
// "TLP level: SECRET", "TLP level: REDD"). Who writes "TBD" there has not decided yet, and gets the list's default.
std::optional<Hit> LabelSpelling::described_unknown(std::size_t i, std::size_t end, std::size_t begin) {
    constexpr std::size_t shortest = 3, longest = 24;  // letters of such a word
    static constexpr std::array<std::string_view, 13> undecided{"tbd",   "tbc",     "tba", "none", "open", "offen", "unknown",
                                                                "unset", "pending", "faq", "未定", "待定", "미정"};
    if (text_.substr(end, begin - end).find_first_of(":=") == std::string_view::npos || word_at(begin, "tlp")) return std::nullopt;
    const auto rest = text_.substr(std::min(begin, text_.size()));
    auto size = foreign_colour(rest, true, examined_);
    if (size == 0) size = unspaced_word(rest, examined_);
    if (size == 0) {
        while (size <= longest && at(begin + size) >= 'A' && at(begin + size) <= 'Z') ++size;
        if (size < shortest || size > longest) size = foreign_word(rest);
        const auto next = skip_blanks(begin + size);
        if (size == 0 || (next < text_.size() && sign_at(next) == 0)) return std::nullopt;
    }
    const auto word = rest.substr(0, size);
    if (std::any_of(undecided.begin(), undecided.end(), [&](auto one) { return ascii::equal(word, one); })) return std::nullopt;
    return Hit{i, begin + size, {}, Spelling::unknown, false, false, true};
}

// A name behind a sign behind such words: "TLP level: Red", "TLP classification - AMBER", "Traffic Light Protocol = AMBER+STRICT".
std::optional<Hit> LabelSpelling::described_at(std::size_t i) {
    const std::size_t end = described(i);
    if (end == i) return std::nullopt;
    const std::size_t name_begin = skip_signs(end, most_signs);
    const auto between = text_.substr(end, name_begin - end);
    if (between.find_first_of(".,;!?") != std::string_view::npos) return std::nullopt;
    const bool whole_name = ascii::lower(at(i + 1)) == 'r';  // "Traffic Light Protocol - Red and Amber" is a title
    const auto name = name_begin == end ? std::nullopt : loosely_named(end, name_begin, at(i) != 'T' ? "" : whole_name ? ":=|/" : ":=|/-");
    if (!name) return described_unknown(i, end, name_begin);
    // "TLP level RED" is said so only where nothing follows: "TLP level RED is explained below".
    if (between == " " && !whole_name && skip_decoration(name->end) != text_.size()) return std::nullopt;
    return Hit{i,           name->end, name->label, Spelling::lenient,
               name->white, false,     false,       between.find_first_of(":=") != std::string_view::npos};
}

}  // namespace caveat::mail
