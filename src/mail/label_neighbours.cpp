#include "label_neighbours.hpp"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>

#include "ascii.hpp"
#include "foreign.hpp"

namespace caveat::mail {
namespace {

constexpr std::size_t widest = 64;  // bytes on one side that are looked at

enum class Beside {
    sign,   // that parts, or nothing at all
    title,  // a word that begins with a capital or a digit
    field,  // "Case:" or "Case=7", behind the label
    small,  // a word of a sentence
    alone,  // the only word there is, of a script without blanks, and a blank parts it from the label
};

// A bracket or quotation mark belongs to the label, and the word beyond it is its neighbour, as what a colon ends is of what follows. But
// "]" ends a mark.
bool is_around(std::string_view sign, bool in_front) {
    constexpr std::string_view both = " \t*_~\"'<>\\", opening = "([{:", closing = ")}";
    if (sign.size() == 1)
        return (in_front ? opening : closing).find(sign) != std::string_view::npos || both.find(sign) != std::string_view::npos;
    for (const std::string_view known : {"“", "”", "„", "«", "»", "‘", "’"}) {
        if (sign == known) return true;
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

bool is_hiragana(std::string_view letter) { return letter.size() == 3 && letter >= "ぁ" && letter <= "ゟ"; }

// `joined`: no blank stands between. `nearest`: the letter that is next to the label. `others`: more words follow on that side.
Beside of_word(std::string_view word, bool joined, std::string_view nearest, bool others) {
    constexpr std::size_t longest = 12;  // bytes of "転送禁止"
    if (is_unspaced(word)) return joined || others || word.size() > longest || is_hiragana(nearest) ? Beside::small : Beside::alone;
    return begins_small(word) ? Beside::small : Beside::title;
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
        if (!is_around(sign, true) && !(hyphen && end == text.size())) return Beside::sign;
        end = begin;
    }
    if (end == 0) return label > widest ? Beside::small : Beside::sign;
    const auto blank = text.substr(0, end).find_last_of(" \t");
    const auto begin = blank == std::string_view::npos ? 0 : blank + 1;
    const auto word = undecorated(text.substr(begin, end - begin));
    return of_word(word, end == text.size(), text.substr(letter_before(text, end), end - letter_before(text, end)),
                   !undecorated(text.substr(0, begin)).empty() || label > widest);
}

Beside behind(std::string_view line, std::size_t label) {
    auto text = line.substr(label, widest);
    const bool joined = text.empty() || (!ascii::is_wsp(text.front()) && text.front() != '-');
    if (text.starts_with('-') && text.size() > 1 && decoration(text.substr(1)) == 0) text.remove_prefix(1);
    while (const auto size = decoration(text)) {
        if (!is_around(text.substr(0, size), false)) return Beside::sign;
        text.remove_prefix(size);
    }
    if (text.empty()) return Beside::sign;
    const auto word = text.substr(0, text.find_first_of(" \t"));
    if (word.ends_with(':') || word.find('=') != std::string_view::npos) return Beside::field;
    std::size_t first = 1;
    while (first < word.size() && (word[first] & 0xC0) == 0x80) ++first;
    return of_word(word, joined, word.substr(0, first), !undecorated(text.substr(word.size())).empty());
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

// "(TLP:RED): list of victims", "(TLP:RED) - new": of what stands before it.
bool is_mark(std::string_view line, std::size_t begin, std::size_t end) {
    if (begin == 0 || line[begin - 1] != '(' || end == line.size() || line[end] != ')') return false;
    const auto rest = ascii::trim(line.substr(end + 1, widest));
    return rest.starts_with(':') || rest.starts_with("- ") || rest.starts_with("–") || rest.starts_with("—");
}

}  // namespace

bool is_set_apart(std::string_view line, std::size_t begin, std::size_t end) {
    if (is_mark(line, begin, end)) return true;
    const auto left = in_front(line, begin), right = behind(line, end);
    if (left == Beside::small || right == Beside::small) return false;
    if (right == Beside::sign || right == Beside::field) return true;
    return left != Beside::sign && is_of_titles(line);
}

}  // namespace caveat::mail
