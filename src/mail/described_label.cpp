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

// Behind the "TLP" at `i`, or its whole name, perhaps with "(TLP)", and its version; or `i`.
std::size_t LabelSpelling::protocol_end(std::size_t i) {
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
    return version_end(i + 3);
}

// Behind the protocol's whole name, or behind "TLP level", "TLP-Stufe" and the like, or `i`.
std::size_t LabelSpelling::described(std::size_t i) {
    const bool whole_name = word_at(i, "traffic");
    const std::size_t end = protocol_end(i), without = whole_name ? end : i;
    if (end == i) return i;
    if (const std::size_t pap = behind_pap(end); pap != end) return pap;
    if (std::string_view(" -_").find(at(end)) == std::string_view::npos || sign_at(end + 1) != 0) return without;
    static constexpr std::array<std::string_view, 34> kinds{
        "level",   "label", "status",  "colour",   "color",   "code",          "classification", "designation", "marking",
        "rating",  "class", "tag",     "category", "stufe",   "einstufung",    "farbe",          "niveau",      "nivel",
        "livello", "nivå",  "poziom",  "marquage", "couleur", "kennzeichnung", "seviyesi",       "seviye",      "уровень",
        "рівень",  "ниво",  "tingkat", "tahap",    "mức",     "cấp độ",        "antas"};
    for (const auto kind : kinds) {
        if (word_at(end + 1, kind) && !ascii::is_alnum(at(end + 1 + kind.size()))) return end + 1 + kind.size();
    }
    return without;
}

// Behind some words, or what stands in brackets, that part the protocol from a sign or "is" in front of a colour: "TLP of this message:
// RED", "TLP (FIRST.org): RED", "TLP ist RED". Or `i`.
std::size_t LabelSpelling::behind_words(std::size_t i) {
    constexpr std::size_t longest = 48;  // bytes
    constexpr int most = 6;
    static constexpr std::array<std::string_view, 6> is{"is", "ist", "est", "es", "là", "adalah"};
    const auto text = text_.substr(std::min(i, text_.size()), longest);
    if (text.empty() || std::string_view(" (-_").find(text.front()) == std::string_view::npos) return i;
    int words = 0;
    for (std::size_t k = 0; k < text.size(); ++k) {
        const char c = text[k];
        ++examined_;
        if (c == ':' || c == '=' || c == '|' || c == '\t') return words > 0 ? i + k : i;
        if (c == ' ' && k > 0 && text[k - 1] == ' ') return i;
        if (c == ' ') continue;
        const bool in_words =
            ascii::is_alnum(c) || !ascii::is_plain(c) || c == '-' || c == '_' || c == '(' || c == ')' || c == '\'' || c == '/';
        if (!in_words && !(c == '.' && ascii::is_alnum(at(i + k + 1)))) return i;
        if (k > 0 && text[k - 1] != ' ') continue;
        if (++words > most || ascii::starts_with(text.substr(k), "tlp")) return i;
        if (ascii::is_plain(c) && !ascii::is_small(c)) continue;
        for (const auto word : is) {
            const auto behind = text.substr(k);
            if (behind.starts_with(word) && behind.size() > word.size() + 1 && behind[word.size()] == ' ' &&
                !ascii::is_small(behind[word.size() + 1]))
                return i + k + word.size();
        }
    }
    return i;
}

// Such words and a name in capitals, behind which no words go on ("TLP training: RED team") but where the others are in brackets.
std::optional<Hit> LabelSpelling::worded_at(std::size_t i) {
    const std::size_t protocol = protocol_end(i), end = protocol == i ? i : behind_words(protocol);
    if (end == i || end == protocol) return std::nullopt;
    const std::size_t begin = skip_signs(end, most_signs);
    const auto name = name_at(begin);
    if (begin == end || !name || !is_written_as_name(begin, name->end, false)) return std::nullopt;
    const auto next = skip_blanks(name->end);
    std::size_t last = end;
    while (last > protocol && at(last - 1) == ' ') --last;
    const bool apart = at(skip_blanks(protocol)) == '(' && last > protocol && at(last - 1) == ')';
    if (!apart && next < text_.size() && sign_at(next) == 0) return std::nullopt;
    // "TLP Legend: RED = …", "TLP levels: RED, AMBER, GREEN".
    const auto second = name_at(skip_signs(next, most_signs));
    if (at(next) == '=' || (second && name_at(skip_signs(second->end, most_signs)))) return std::nullopt;
    const bool said = at(end) == ' ';  // "The TLP of this mail is RED"; a colon at the end of a line may be of prose
    return Hit{i, name->end, name->label, Spelling::lenient, name->white, false, false, said};
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
// "TLP level: SECRET", "TLP level: REDD"). Who writes "TBD" or "DRAFT" there has not decided yet, and gets the list's default; so does a
// status, which may be one of anything.
std::optional<Hit> LabelSpelling::described_unknown(std::size_t i, std::size_t end, std::size_t begin) {
    constexpr std::size_t shortest = 3, longest = 24;  // letters of such a word
    static constexpr std::array<std::string_view, 19> undecided{"tbd",     "tbc", "tba",   "none",  "open",    "offen",  "unknown",
                                                                "unset",   "new", "draft", "final", "updated", "closed", "valid",
                                                                "pending", "faq", "未定",  "待定",  "미정"};
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
    if (word_at(end - std::min<std::size_t>(end, 6), "status") && foreign_colour(rest, true, examined_) == 0) return std::nullopt;
    if (std::any_of(undecided.begin(), undecided.end(), [&](auto one) { return ascii::equal(word, one); })) return std::nullopt;
    return Hit{i, begin + size, {}, Spelling::unknown, false, false, true};
}

// A name behind a sign behind such words: "TLP level: Red", "TLP classification - AMBER", "Traffic Light Protocol = AMBER+STRICT".
std::optional<Hit> LabelSpelling::described_at(std::size_t i) {
    const std::size_t end = described(i);
    if (end == i) return worded_at(i);
    const std::size_t name_begin = skip_signs(end, most_signs);
    const auto between = text_.substr(end, name_begin - end);
    if (between.find_first_of(".,;!?") != std::string_view::npos) return std::nullopt;
    const bool whole_name = ascii::lower(at(i + 1)) == 'r';  // "Traffic Light Protocol - Red and Amber" is a title
    const auto name = name_begin == end ? std::nullopt : loosely_named(end, name_begin, at(i) != 'T' ? "" : whole_name ? ":=|/" : ":=|/-");
    if (!name) {
        if (auto worded = worded_at(i)) return worded;
        return described_unknown(i, end, name_begin);
    }
    // "TLP level RED" is said so only where nothing follows: "TLP level RED is explained below".
    if (between == " " && !whole_name && skip_decoration(name->end) != text_.size()) return std::nullopt;
    return Hit{i,           name->end, name->label, Spelling::lenient,
               name->white, false,     false,       between.find_first_of(":=") != std::string_view::npos};
}

}  // namespace caveat::mail
