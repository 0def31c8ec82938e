#include "label_neighbours.hpp"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>

#include "ascii.hpp"
#include "foreign.hpp"

namespace caveat::mail {
namespace {

constexpr std::size_t widest = 64;  // bytes on one side that are looked at

enum class Beside {
    sign,     // that parts, or nothing at all
    comma,    // behind a part with a number, before the label
    secrecy,  // "CONFIDENTIAL", "機密"
    title,    // a word that begins with a capital or a digit
    field,    // "Case:" or "Case=7", behind the label
    small,    // a word of a sentence
};

// A bracket belongs to the label, and the word beyond it is its neighbour, as what a colon ends is of what follows. But "]" ends a mark.
bool is_around(std::string_view sign, bool in_front) {
    constexpr std::string_view both = " \t*_~<>", opening = "([{:", closing = ")}";
    return sign.size() == 1 &&
           ((in_front ? opening : closing).find(sign) != std::string_view::npos || both.find(sign) != std::string_view::npos);
}

// `what "TLP:RED" means`: a word that is spoken of.
bool is_in_quotes(std::string_view line, std::size_t begin, std::size_t end) {
    for (const std::string_view sign : {"\"", "'", "“", "”", "„", "«", "»", "‘", "’", "\\"}) {
        if (line.substr(0, begin).ends_with(sign) || line.substr(end).starts_with(sign)) return true;
    }
    return false;
}

bool begins_small(std::string_view word) {
    UChar32 c = 0;
    std::int32_t at = 0;
    const auto* const bytes = reinterpret_cast<const std::uint8_t*>(word.data());
    U8_NEXT(bytes, at, static_cast<std::int32_t>(std::min<std::size_t>(word.size(), 4)), c);
    return c > 0 && u_islower(c) != 0;
}

// In front of a label, in capitals or as a title, it goes on with a sentence all the same: "For TLP:RED", "NO TLP:RED ON THIS LIST".
bool is_word_of_sentence(std::string_view word) {
    static constexpr std::array<std::string_view, 43> known{
        "for",  "no",  "not",  "to",   "post",  "send", "with", "without", "on",  "of",  "in",  "at",    "by",  "from",  "the",
        "an",   "our", "your", "this", "is",    "are",  "all",  "any",     "and", "or",  "as",  "about", "use", "share", "how",
        "what", "why", "when", "alle", "keine", "kein", "die",  "der",     "das", "mit", "les", "le",    "la"};
    const auto lower = ascii::lower(word);
    return begins_small(word) || std::find(known.begin(), known.end(), lower) != known.end();
}

// At least two letters, and none of them small: "FORWARD", "НЕ".
bool is_in_capitals(std::string_view word) {
    int capitals = 0;
    const auto* const bytes = reinterpret_cast<const std::uint8_t*>(word.data());
    const auto size = static_cast<std::int32_t>(word.size());
    for (std::int32_t at = 0; at < size;) {
        UChar32 c = 0;
        U8_NEXT(bytes, at, size, c);
        if (c < 0 || u_islower(c) != 0) return false;
        capitals += u_isupper(c) != 0 ? 1 : 0;
    }
    return capitals > 1;
}

bool is_of_secrecy(std::string_view word) {
    constexpr std::size_t longest = 12;  // bytes of "転送禁止"
    for (const std::string_view part : {"confidential", "secret", "restricted", "sensitive", "classified", "vertraulich", "geheim"}) {
        if (ascii::starts_with(word, part)) return !begins_small(word);
    }
    if (word.size() > longest) return false;
    for (const std::string_view part : {"密", "秘", "禁", "勿", "비밀", "대외비", "금지"}) {
        if (word.find(part) != std::string_view::npos) return true;
    }
    return false;
}

// `joined`: no blank stands between. `others`: more words follow on that side.
Beside of_word(std::string_view word, bool in_front, bool joined, bool others) {
    if (is_unspaced(word)) return joined || others || !is_of_secrecy(word) ? Beside::small : Beside::secrecy;
    if (is_of_secrecy(word)) return Beside::secrecy;
    return (in_front ? is_word_of_sentence(word) : begins_small(word)) ? Beside::small : Beside::title;
}

std::size_t letter_before(std::string_view text, std::size_t end) {
    std::size_t begin = end - 1;
    while (begin > 0 && end - begin < 4 && (text[begin] & 0xC0) == 0x80) --begin;
    return begin;
}

Beside in_front(std::string_view line, std::size_t label) {
    const auto text = line.substr(label - std::min(label, widest), std::min(label, widest));
    std::size_t end = text.size();
    const bool hyphen = text.ends_with('-');
    while (end > 0) {
        const auto begin = letter_before(text, end);
        const auto sign = text.substr(begin, end - begin);
        if (decoration(sign) == 0) break;
        if (sign == ",") {
            const auto part = text.substr(0, begin);
            return std::any_of(part.begin(), part.end(), ascii::is_digit) ? Beside::comma : Beside::small;
        }
        if (!is_around(sign, true) && !(hyphen && end == text.size())) return Beside::sign;
        end = begin;
    }
    if (end == 0) return label > widest ? Beside::small : Beside::sign;
    const auto blank = text.substr(0, end).find_last_of(" \t");
    const auto begin = blank == std::string_view::npos ? 0 : blank + 1;
    const auto word = undecorated(text.substr(begin, end - begin));
    return of_word(word, true, end == text.size(), !undecorated(text.substr(0, begin)).empty() || label > widest);
}

Beside behind(std::string_view line, std::size_t label) {
    auto text = line.substr(label, widest);
    const bool joined = text.empty() || (!ascii::is_wsp(text.front()) && text.front() != '-');
    if (text.starts_with('-') && text.size() > 1 && decoration(text.substr(1)) == 0) text.remove_prefix(1);
    while (const auto size = decoration(text)) {
        if (text.front() == ',') return Beside::comma;
        if (!is_around(text.substr(0, size), false)) return Beside::sign;
        text.remove_prefix(size);
    }
    if (text.empty()) return Beside::sign;
    const auto word = text.substr(0, text.find_first_of(" \t"));
    if (word.ends_with(':') || word.find('=') != std::string_view::npos) return Beside::field;
    return of_word(word, false, joined, !undecorated(text.substr(word.size())).empty());
}

// Words that begin small, counted up to two: "Page 1 of 3" is a page header, "Alle TLP:RED Meldungen gehen an" a sentence.
bool is_of_titles(std::string_view line) {
    int small = 0;
    bool begins = true;
    for (std::size_t i = 0; i < line.size() && small < 2; ++i) {
        const bool blank = ascii::is_wsp(line[i]);
        if (begins && !blank && begins_small(line.substr(i))) ++small;
        begins = blank;
    }
    return small < 2;
}

// "(TLP:RED): list of victims", "[TLP:RED] - new": of what stands before it.
bool is_mark(std::string_view line, std::size_t begin, std::size_t end) {
    if (begin == 0 || end == line.size()) return false;
    if (!(line[begin - 1] == '(' && line[end] == ')') && !(line[begin - 1] == '[' && line[end] == ']')) return false;
    const auto rest = ascii::trim(line.substr(end + 1, widest));
    return rest.starts_with(':') || rest.starts_with("- ") || rest.starts_with("–") || rest.starts_with("—");
}

// "TLP:RED Page 1", "TLP:RED DO NOT FORWARD", "TLP:RED 2026-12-01", but not "TLP:RED Desk", which the label is said of.
bool is_of_banner(std::string_view behind) {
    const auto words = undecorated(behind.substr(0, std::min(widest, behind.size())));
    const auto word = words.substr(0, words.find_first_of(" \t"));
    for (const std::string_view known : {"Page", "Version", "Seite", "Rev"}) {
        if (word == known) return true;
    }
    return (!word.empty() && ascii::is_digit(word.front())) || is_in_capitals(word);
}

}  // namespace

bool is_set_apart(std::string_view line, std::size_t begin, std::size_t end) {
    if (is_mark(line, begin, end)) return true;
    if (is_in_quotes(line, begin, end)) return false;
    const auto left = in_front(line, begin), right = behind(line, end);
    if (left == Beside::secrecy || right == Beside::secrecy) return true;
    if (left == Beside::small || right == Beside::small) return false;
    if (left == Beside::comma || right == Beside::comma) return left != Beside::title && right != Beside::title && left != Beside::sign;
    if (right == Beside::field || (left == Beside::sign && right == Beside::sign)) return true;
    if (right == Beside::sign) return !ascii::trim(line.substr(0, begin)).ends_with("ing");  // "Session 3 - Handling TLP:RED - Room B"
    const auto rest = line.substr(end);
    return left != Beside::sign && is_of_titles(line) && (is_of_banner(rest) || rest.starts_with(')'));
}

}  // namespace caveat::mail
